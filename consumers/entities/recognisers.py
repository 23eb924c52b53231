"""The worker processes that recognise names, one for each language that has a model."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from consumers.entities.batcher import Batcher
from consumers.entities.ner import NerSpan, find_model, load_recogniser
from monitor.config import Config
from monitor.messages import Article
from monitor.text.languages import LanguagePack, packs
from monitor.worker import WorkerProcess


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
