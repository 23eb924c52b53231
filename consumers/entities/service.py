"""The entities service: the language of an article, the entities that it names, and its claims with their sources."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from consumers.entities.ner import ModelUnavailable, find_model
from monitor.config import Config
from monitor.messages import ArticleBackfill, ArticleEntities, ArticleRaw, ArticleStories, ArticleTopics, extend
from monitor.runtime.measures import worker_starts
from monitor.runtime.service import LowPriority, Service
from monitor.text.languages import pack
from monitor.text.languages.coverage import Lack, describe_lacks, finds_names, lacking
from monitor.text.languages.models import NER_MODELS

if TYPE_CHECKING:
    from consumers.entities.batcher import AnalysisResult

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
                lacks=lacks_of(outcome, config().entities.model),
                not_news=found.not_news,
                roles=found.roles,
            )
        ]

    return Service(
        "entities",
        ArticleRaw,
        step,
        fresh=lambda _: None,
        lifespan=analysers.running,
        trouble=lambda _: analysers.trouble,
        concurrency=lambda: process_count(config()),
        measures=lambda _: [worker_starts(analysers.worker_starts)],
        low_priority=LowPriority(
            ArticleBackfill, behind={"topics": ArticleEntities, "stories": ArticleTopics, "alerts": ArticleStories}
        ),
    )


def lacks_of(outcome: "AnalysisResult", setting: str) -> tuple[Lack, ...]:
    """Return what is not read in the article's language; *setting* is entities.model.

    A process without the model finds no names in any language. If it analysed the article because the model failed, that is no
    lack of the language.
    """
    found = outcome.analysis
    if outcome.degraded != "names":
        return found.lacks
    language = pack(found.language.code)
    return lacking(language, has_names=finds_names(language, setting))


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
    for model in dict.fromkeys(NER_MODELS.values()):  # Languages may share one.
        if model.required is required:
            try:
                find_model(config.entities.model, model)
            except ModelUnavailable as error:
                errors.append(str(error))
    return errors
