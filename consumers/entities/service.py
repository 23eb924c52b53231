"""The entities service: the language of an article, the entities that it names, and its claims with their sources."""

from collections.abc import Callable, Mapping

from consumers.entities.ner import ModelUnavailable, find_model
from monitor.config import Config
from monitor.messages import ArticleBackfill, ArticleEntities, ArticleRaw, ArticleStories, ArticleTopics, extend
from monitor.runtime.service import LowPriority, Service
from monitor.text.languages import packs
from monitor.text.languages.lemmas import LEMMAS, Lemmas

reads = ArticleRaw
also_reads = (ArticleBackfill,)


def make(config: Callable[[], Config]) -> Service[ArticleRaw, None]:
    """Return the service. It has no state. It uses the model that the config names when the service starts."""
    from consumers.entities.analysers import Analysers

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
            )
        ]

    return Service(
        "entities",
        ArticleRaw,
        step,
        fresh=lambda _: None,
        lifespan=analysers.running,
        trouble=lambda: analysers.trouble,
        low_priority=LowPriority(
            ArticleBackfill, behind={"topics": ArticleEntities, "stories": ArticleTopics, "alerts": ArticleStories}
        ),
    )


def check(config: Config) -> list[str]:
    """Return a problem if the model that *config* names cannot be used."""
    try:
        for language in packs():
            if language.ner_model:
                find_model(config.entities.model, language.ner_model)
    except ModelUnavailable as error:
        return [str(error)]
    return []


def hints(config: Config, table: Mapping[str, Lemmas] = LEMMAS) -> list[str]:
    """Return what the analysis of feeds lacks whose language has a row in *table* but not its packages."""
    languages = dict.fromkeys(feed.lang.casefold().partition("-")[0] for feed in config.feeds if feed.lang)
    lacking = [(language, table[language].lacks) for language in languages if language in table]
    return [f"entities: in feeds with lang = {language!r}, {lacks}" for language, lacks in lacking if lacks]
