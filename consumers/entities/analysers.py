"""The worker processes that analyse articles, and what happens while those with the models cannot be used."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import structlog

from consumers.entities.analysis import Analysis, Texts, make_analyser
from consumers.entities.batcher import FAILURES, AnalysisResult, Batcher
from consumers.entities.models import LOAD_SECONDS, LoadModel, ModelNotLoaded, optional_models
from consumers.entities.ner import GAZETTEER_ONLY, ModelUnavailable
from monitor.concurrency import gather_all
from monitor.config import Config
from monitor.messages import Article
from monitor.text.languages import PACKS
from monitor.text.languages.coverage import is_installed
from monitor.worker import WorkerError, WorkerProcess, usable_cores

FIRST_PAUSE, LONGEST_PAUSE = 60.0, 600.0
"""Seconds between two attempts to use a model that cannot be used: the first time, and at most."""
SAMPLE_SECONDS = 30.0
"""The most seconds that SAMPLE may take. The first text takes a model longer than others."""
SAMPLE = Texts("Leaders meet", "The president of France met the prime minister of Japan in Paris on Monday, officials said.")
"""Texts that any model reads. One that fails on them cannot be used."""

ERRORS = (ModelUnavailable, ModelNotLoaded)
"""The errors of a worker that are raised as themselves."""

log = structlog.get_logger()
Worker = WorkerProcess[list[Texts] | LoadModel, list[Analysis]]


class ModelWorker:
    """A worker process with the models. While it cannot be used, *reason* says why, and it is tried again and again."""

    def __init__(self, worker: Worker, first_pause: float = FIRST_PAUSE) -> None:
        self.reason: str | None = None
        self._worker, self._first_pause = worker, first_pause
        self._recovery: asyncio.Task[None] | None = None
        self._unusable: set[str] = set()

    async def call(self, articles: list[Texts], timeout: float) -> list[Analysis]:  # noqa: ASYNC109  (as WorkerProcess.call)
        """See WorkerProcess.call. The models of the articles' languages are loaded before; *timeout* does not include that."""
        for _ in range(len(PACKS) + 1):
            try:
                return await self._worker.call(articles, timeout)
            except ModelNotLoaded as error:
                await self.load(str(error))
        raise WorkerError("the process asks again and again for models to be loaded")

    async def load(self, language: str) -> None:
        """Load the model of *language*. If that fails, do without it until the service restarts, and log the reason."""
        if language not in self._unusable:
            try:
                await self._worker.call(LoadModel(language), LOAD_SECONDS)
            except FAILURES as error:
                self._unusable.add(language)
                log.error("model not used", service="entities", language=language, error=str(error))
            else:
                return
        await self._worker.call(LoadModel(language, usable=False), SAMPLE_SECONDS)

    async def prepare(self, languages: Iterable[str]) -> None:
        """Load the required model and those of *languages* now, so that the first articles need not wait for them.

        One that fails even to be done without is tried again with the first article in its language.
        """
        if not await self.is_broken():
            for language in languages:
                with suppress(*FAILURES):
                    await self.load(language)

    def is_usable(self) -> bool:
        """Return whether articles may be sent to the models."""
        return self.reason is None

    async def is_broken(self) -> bool:
        """Try the models with SAMPLE. If that fails, they are not used until a later attempt succeeds."""
        if await self._try() is None:
            return False
        if self._recovery is None or self._recovery.done():
            self._recovery = asyncio.create_task(self._recover())
        return True

    async def close(self) -> None:
        """Cancel the attempts."""
        if self._recovery is not None:
            self._recovery.cancel()
            await asyncio.gather(self._recovery, return_exceptions=True)

    async def _try(self) -> Exception | None:
        """Return the error of a call with SAMPLE, and record it; None if it succeeds."""
        try:
            await self._worker.call([SAMPLE], SAMPLE_SECONDS)
        except FAILURES as error:
            self.reason = str(error) if isinstance(error, ModelUnavailable) else f"the analysis of a sample failed: {error}"
            log.error("model not used", service="entities", error=self.reason)
            return error
        if self.reason:
            log.warning("model used again", service="entities")
        self.reason = None
        return None

    async def _recover(self) -> None:
        seconds = self._first_pause
        while self.reason:
            await asyncio.sleep(seconds)
            await self._try()
            seconds = min(2 * seconds, LONGEST_PAUSE)


def declared_languages(config: Config, setting: str) -> list[str]:
    """Return the languages that feeds of *config* declare and that have an installed model which is not loaded at the start."""
    declared = {feed.lang.casefold().partition("-")[0] for feed in config.feeds if feed.lang}
    return sorted(code for code, model in optional_models(setting).items() if code in declared and is_installed(model))


def trouble_of(models: Sequence[ModelWorker]) -> str | None:
    """Return why some or all of *models* are not used; None if all are."""
    reasons = [model.reason for model in models if model.reason]
    if not reasons:
        return None
    if len(reasons) == len(models):
        return f"{reasons[0]}; until it works, articles have no more than the names of the gazetteer"
    return f"{reasons[0]}; until it works, {len(models) - len(reasons)} of {len(models)} model processes analyse all articles"


def process_count(config: Config) -> int:
    """Return how many processes analyse articles with *config*: by default one for each core but one."""
    return config.entities.processes or max(1, usable_cores() - 1)


class Analysers:
    """The analysis of articles, while the service runs."""

    def __init__(self, config: Callable[[], Config]) -> None:
        self._config = config
        self._batcher: Batcher | None = None
        self._models: Sequence[ModelWorker] = ()
        self._workers: Sequence[Worker] = ()

    @property
    def trouble(self) -> str | None:
        """Why models are not used; None if all are."""
        return trouble_of(self._models)

    @property
    def worker_starts(self) -> int:
        """How many worker processes were started."""
        return sum(worker.starts for worker in self._workers)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start the worker processes, and stop them on exit."""

        def timeout() -> float:
            return self._config().entities.timeout

        async with AsyncExitStack() as stack:
            stack.callback(self._clear)
            setting, count = self._config().entities.model, process_count(self._config())
            workers: list[Worker] = [
                await stack.enter_async_context(WorkerProcess(make_analyser, setting, errors=ERRORS)) for _ in range(count)
            ]
            has_model = setting != GAZETTEER_ONLY
            without_model = workers[0]
            if has_model:
                without_model = await stack.enter_async_context(WorkerProcess(make_analyser, GAZETTEER_ONLY))
            self._workers = (*workers, without_model) if has_model else workers
            # Without models there is nothing to load, so another attempt costs little.
            self._models = [ModelWorker(worker, FIRST_PAUSE if has_model else 1.0) for worker in workers]
            for model in self._models:
                stack.push_async_callback(model.close)
            languages = declared_languages(self._config(), setting)
            await gather_all(model.prepare(languages) for model in self._models)
            self._batcher = Batcher(self._models, without_model.call, timeout, "names" if has_model else None)
            stack.push_async_callback(self._batcher.close)
            yield

    async def analyse(self, article: Article) -> AnalysisResult:
        """Return the analysis of *article*. Log what it lacks because of its own text."""
        if self._batcher is None:
            raise RuntimeError("called outside of running()")
        # A date in the future is wrong.
        day = min(article.published or article.fetched, article.fetched).date()
        outcome = await self._batcher.analyse(Texts(article.title, article.text, day), article.feed)
        if outcome.degraded and outcome.error:
            log.warning(
                "article degraded",
                service="entities",
                article=article.id,
                feed=article.feed,
                lacks=outcome.degraded,
                error=f"{type(outcome.error).__name__}: {outcome.error}",
            )
        return outcome

    def _clear(self) -> None:
        self._batcher, self._models = None, ()
