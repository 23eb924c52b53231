"""The entities service: the language of an article, the entities that it names, and its claims with their sources."""

from collections.abc import Callable

from consumers.entities.ner import ModelUnavailable, find_model
from monitor.config import Config
from monitor.messages import ArticleBackfill, ArticleEntities, ArticleRaw, ArticleStories, ArticleTopics, extend
from monitor.runtime.service import LowPriority, Service
from monitor.text.languages import pack, packs

reads = ArticleRaw
also_reads = (ArticleBackfill,)


def make(config: Callable[[], Config]) -> Service[ArticleRaw, None]:
    """Return the service. It has no state. It uses the model that the config names when the service starts."""
    from consumers.entities.attribution import find_claims
    from consumers.entities.language import detect_language
    from consumers.entities.linking import link_entities
    from consumers.entities.recognisers import Recognisers

    recognisers = Recognisers(config)

    async def step(_: None, message: ArticleRaw) -> list[ArticleEntities]:
        article = message.article
        language = detect_language(article.title, article.text)
        language_pack = pack(language.code)
        title_spans, text_spans = await recognisers.recognise(article, language_pack)
        entities = link_entities(article.title, article.text, title_spans, text_spans, language_pack.names)
        rules = language_pack.attribution
        claims = find_claims(article.title, article.text, entities, rules) if rules else ()
        return [extend(message, ArticleEntities, language=language, entities=entities, claims=claims)]

    return Service(
        "entities",
        ArticleRaw,
        step,
        fresh=lambda _: None,
        lifespan=recognisers.running,
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
