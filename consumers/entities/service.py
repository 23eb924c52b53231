"""The entities service: the language of an article, the entities that it names, and its claims with their sources."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from consumers.entities.attribution import find_claims
from consumers.entities.batcher import Batcher
from consumers.entities.language import detect_language
from consumers.entities.linking import link_entities
from consumers.entities.ner import ModelUnavailable, NerSpan, find_model, load_recogniser
from monitor.config import Config
from monitor.messages import Article, ArticleEntities, ArticleRaw, extend
from monitor.runtime.service import Service
from monitor.text.languages import LanguagePack, pack, packs
from monitor.worker import WorkerProcess

reads = ArticleRaw


def make(config: Callable[[], Config]) -> Service[ArticleRaw, None]:
    """Return the service. It has no state. It uses the model that the config names when the service starts."""
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

    return Service("entities", ArticleRaw, step, fresh=lambda _: None, lifespan=recognisers.running)


def check(config: Config) -> list[str]:
    """Return a problem if the model that *config* names cannot be used."""
    try:
        for language in packs():
            if language.ner_model:
                find_model(config.entities.model, language.ner_model)
    except ModelUnavailable as error:
        return [str(error)]
    return []


class Recognisers:
    """A worker process for each language that has a model, while the service runs."""

    def __init__(self, config: Callable[[], Config]) -> None:
        self._config = config
        self._batchers: dict[str, Batcher] = {}
        """By language code; empty when the service does not run."""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start the worker processes, and stop them on exit. Raises ModelUnavailable as find_model does."""
        async with AsyncExitStack() as stack:
            stack.callback(self._batchers.clear)
            for language in packs():
                model = language.ner_model and find_model(self._config().entities.model, language.ner_model)
                if model is None:
                    continue
                worker = await stack.enter_async_context(WorkerProcess(load_recogniser, model))
                batcher = Batcher(worker.call, lambda: self._config().entities.timeout)
                stack.push_async_callback(batcher.close)
                # Load the model now, so that the first article need not wait for it.
                await batcher.recognise([""])
                self._batchers[language.code] = batcher
            yield

    async def recognise(self, article: Article, language: LanguagePack) -> tuple[list[NerSpan], list[NerSpan]]:
        """Return the spans in the title and in the text; none if there is no model for *language*."""
        batcher = self._batchers.get(language.code)
        if batcher is None:
            return [], []
        title_spans, text_spans = await batcher.recognise([article.title, article.text])
        return title_spans, text_spans
