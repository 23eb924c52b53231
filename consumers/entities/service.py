"""The service that says which language an article is in, whom and what it names, and who stands behind what it tells."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from consumers.entities.attribution import claims
from consumers.entities.batcher import Batcher
from consumers.entities.language import detect
from consumers.entities.linking import entities
from consumers.entities.models import TABLE, Unusable, find
from consumers.entities.ner import NerSpan, recogniser
from monitor.config import Config
from monitor.messages import Article, ArticleEntities, ArticleRaw, Language
from monitor.runtime.service import Service
from monitor.worker import WorkerProcess

READ = "en"
"""The language that the model reads; in others the names table is all there is."""

reads = ArticleRaw


def make(config: Callable[[], Config]) -> Service[ArticleRaw, None]:
    """The service. It has no memory; the model that the config names at the start is used to the end."""
    open_readings: list[Batcher] = []

    @asynccontextmanager
    async def reading() -> AsyncIterator[None]:
        chosen = config().entities
        if chosen.model == TABLE:
            yield
            return
        find(chosen.model)
        async with WorkerProcess(recogniser, chosen.model) as child:
            readings = Batcher(child, chosen.timeout)
            open_readings.append(readings)
            # The first article need not wait for the model to be loaded.
            await readings.read([""])
            try:
                yield
            finally:
                open_readings.clear()
                await readings.close()

    async def step(_: None, message: ArticleRaw) -> list[ArticleEntities]:
        language = detect(message.article.title, message.article.text)
        spans = await _spans(message.article, language)
        return [_told(message, language, *spans)]

    async def _spans(article: Article, language: Language) -> tuple[list[NerSpan], list[NerSpan]]:
        if not open_readings or language.code != READ:
            return [], []
        open_readings[0].timeout = config().entities.timeout
        in_title, in_text = await open_readings[0].read([article.title, article.text])
        return in_title, in_text

    return Service("entities", ArticleRaw, step, fresh=lambda _: None, lifespan=reading)


def check(config: Config) -> list[str]:
    """What is wrong with *config* for this service."""
    try:
        find(config.entities.model)
    except Unusable as error:
        return [str(error)]
    return []


def _told(message: ArticleRaw, language: Language, in_title: list[NerSpan], in_text: list[NerSpan]) -> ArticleEntities:
    article = message.article
    named = entities(article.title, article.text, in_title, in_text)
    stances = claims(article.title, article.text, named) if language.code == READ else ()
    return ArticleEntities(article, message.stamps, language, named, stances)
