"""The entities service: the language of an article, the entities that it names, and its claims with their sources."""

from collections.abc import Callable

from consumers.entities.ner import ModelUnavailable, find_model
from monitor.config import Config
from monitor.messages import ArticleBackfill, ArticleEntities, ArticleRaw, ArticleStories, ArticleTopics, extend
from monitor.runtime.service import LowPriority, Service
from monitor.text.languages import packs
from monitor.text.languages.coverage import describe_lacks

reads = ArticleRaw
also_reads = (ArticleBackfill,)


def make(config: Callable[[], Config]) -> Service[ArticleRaw, None]:
    """Return the service. It has no state. It uses the model and the processes of the config in use when it starts."""
    from consumers.entities.analysers import Analysers, process_count

    analysers = Analysers(config)

    async def step(_: None, message: ArticleRaw) -> list[ArticleEntities]:
        outcome = await analysers.analyse(message.article)
        found = outcome.analysis
        return [
            extend(
                message,
                ArticleEntities,
                language=found.language,
                entities=found.entities,
                claims=found.claims,
                degraded=outcome.degraded,
                lacks=found.lacks,
                not_news=found.not_news,
            )
        ]

    return Service(
        "entities",
        ArticleRaw,
        step,
        fresh=lambda _: None,
        lifespan=analysers.running,
        trouble=lambda: analysers.trouble,
        concurrency=lambda: process_count(config()),
        low_priority=LowPriority(
            ArticleBackfill, behind={"topics": ArticleEntities, "stories": ArticleTopics, "alerts": ArticleStories}
        ),
    )


def hints(config: Config) -> list[str]:
    """Return what the languages that feeds of *config* declare lack, and the optional models that are damaged."""
    lines = describe_lacks((feed.lang for feed in config.feeds if feed.lang), config.entities.model)
    damaged = _unusable(config, required=False)
    return [
        *(f"{error}; it is not used" for error in damaged),
        *(f"feeds in {line}; docs/languages.md has the table" for line in lines),
    ]


def check(config: Config) -> list[str]:
    """Return a problem if the required model cannot be used. Without an optional one, only its language has fewer names."""
    return _unusable(config, required=True)


def _unusable(config: Config, *, required: bool) -> list[str]:
    """Return why models that *config* names cannot be used, those that are *required* or the others."""
    errors = []
    for language in packs():
        if language.ner_model and language.ner_model.required is required:
            try:
                find_model(config.entities.model, language.ner_model)
            except ModelUnavailable as error:
                errors.append(str(error))
    return errors
