"""Batches of articles for the worker processes that analyse them, and the attempts on an article that overruns."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

import structlog

from consumers.entities.analysis import NOTHING, Analysis, Texts
from consumers.entities.ner import ModelUnavailable
from consumers.entities.overruns import MAX_OVERRUNS, Overruns
from monitor.messages import Degraded
from monitor.worker import InvalidAnswer, WorkerDied, WorkerError, WorkerTimeout

BATCH_CHARS = 40_000
"""The most code points in a batch: about a second of work, so that no article waits long behind a backlog."""
RETRY_CHARS = 4_000
"""Code points of each text in a further attempt, after the whole text took too long."""
REASON = f"{MAX_OVERRUNS} of its articles overran the analysis within an hour; the next ones skip what they overran"
FAILURES = (WorkerTimeout, WorkerDied, WorkerError, ModelUnavailable)
"""What the call of a worker may raise. A model may be damaged or removed while the service runs."""

Call = Callable[[list[Texts], float], Awaitable[list[Analysis]]]
"""Sends articles to a worker process, with a timeout in seconds (WorkerProcess.call)."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class AnalysisResult:
    """The analysis of an article. *degraded* says what it lacks, and *error* why, if the article itself is at fault."""

    analysis: Analysis
    degraded: Degraded | None = None
    error: Exception | None = None


class Request(NamedTuple):
    """One article of *feed*, and the future for its outcome."""

    texts: Texts
    feed: str
    outcome: asyncio.Future[AnalysisResult]


class Model(Protocol):
    """A worker process with the models (ModelWorker)."""

    async def call(self, articles: list[Texts], timeout: float) -> list[Analysis]:  # noqa: ASYNC109  (as WorkerProcess.call)
        """See WorkerProcess.call."""

    def is_usable(self) -> bool:
        """Return whether articles may be sent to it."""

    async def is_broken(self) -> bool:
        """Return whether an article that failed would have failed with any other text too."""


class Batcher:
    """Spreads articles over worker processes, in batches. No article fails: one that overruns is analysed without the model.

    Each of *models* takes articles from one queue when it is free, so one that hangs delays only its own batch. One that cannot
    be used takes none while another can. *without_model* calls the worker that has no model, and *lacking* is what its analysis
    lacks. *timeout* returns the current timeout in seconds. *overruns* are those of each feed.
    """

    def __init__(
        self,
        models: Sequence[Model],
        without_model: Call,
        timeout: Callable[[], float],
        lacking: Degraded | None = "names",
        overruns: Overruns | None = None,
    ) -> None:
        self._models, self._without_model, self._timeout, self._lacking = models, without_model, timeout, lacking
        self._overruns = overruns or Overruns()
        self._queue: list[Request] = []
        self._tasks: dict[Model, asyncio.Task[None]] = {}
        self._busy: set[Model] = set()

    async def analyse(self, texts: Texts, feed: str = "") -> AnalysisResult:
        """Return the analysis of an article of *feed*, whatever its text does to the workers."""
        request = Request(texts, feed, asyncio.get_running_loop().create_future())
        self._queue.append(request)
        self._start()
        return await request.outcome

    async def close(self) -> None:
        """Cancel the work on queued requests."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _workable(self) -> Sequence[Model]:
        """Return the models that may take articles: those that can be used, or all if none can."""
        return [model for model in self._models if model.is_usable()] or self._models

    def _start(self) -> None:
        """Start the work of a model that has none, if articles wait."""
        model = next((model for model in self._workable() if model not in self._tasks), None)
        if model and self._queue:
            self._tasks[model] = asyncio.create_task(self._work(model))

    async def _work(self, model: Model) -> None:
        try:
            # One turn of the event loop lets the other articles of a batch enter the queue.
            await asyncio.sleep(0)
            while self._queue and model in self._workable():
                await self._process(model, self._next_batch())
        finally:
            del self._tasks[model]
        self._start()

    def _next_batch(self) -> list[Request]:
        """Remove and return the next requests: at least one, and if there are several, no more than BATCH_CHARS.

        Models that are free share the requests. An article of which attempts are skipped is a batch of its own.
        """
        free = sum(model not in self._busy for model in self._workable())
        limit = min(BATCH_CHARS, sum(len(request.texts) for request in self._queue) / max(free, 1))
        size, count = 0, 0
        for request in self._queue:
            size += len(request.texts)
            is_apart = self._overruns.expected(request.feed) is not None
            if count and (is_apart or size > limit):
                break
            count += 1
            if is_apart:
                break
        batch, self._queue = self._queue[:count], self._queue[count:]
        return batch

    async def _process(self, model: Model, batch: Sequence[Request]) -> None:
        """Set the outcomes of *batch*. *model* is busy meanwhile."""
        self._busy.add(model)
        try:
            await self._set_outcomes(model, batch)
        except Exception as error:  # noqa: BLE001  (raised again in the callers)
            for request in batch:
                if not request.outcome.done():
                    request.outcome.set_exception(error)
        finally:
            self._busy.remove(model)

    async def _set_outcomes(self, model: Model, batch: Sequence[Request]) -> None:
        if self._overruns.expected(batch[0].feed):
            _set(batch[0], await self._analyse_alone(model, batch[0]))
            return
        is_usable = model.is_usable()
        call = model.call if is_usable else self._without_model
        try:
            analyses = await self._call(call, [request.texts for request in batch])
        except FAILURES as error:
            for request in batch:
                _set(request, await self._analyse_alone(model, request, error, has_failed=len(batch) == 1))
        else:
            for request, analysis in zip(batch, analyses, strict=True):
                _set(request, AnalysisResult(analysis, None if is_usable else self._lacking))

    async def _call(self, call: Call, articles: list[Texts]) -> list[Analysis]:
        analyses = await call(articles, self._timeout())
        if len(analyses) != len(articles):
            raise InvalidAnswer(f"the process gave {len(analyses)} analyses of {len(articles)} articles")
        return analyses

    async def _analyse_alone(
        self, model: Model, request: Request, error: Exception | None = None, *, has_failed: bool = False
    ) -> AnalysisResult:
        """Return the best analysis of an article that failed in a batch with *error*. *has_failed* is whether it was alone.

        Attempts that several articles of its feed overran are skipped.
        """
        texts, expected = request.texts, self._overruns.expected(request.feed)
        if expected == "all":
            return AnalysisResult(NOTHING, "all")
        if expected:
            # That the feed overran is logged already.
            error, has_failed = None, False
        if model.is_usable() and expected != "names":
            attempts = list(dict.fromkeys((texts, _beginning(texts))))
            # What took too long once does so again; a process may have died for another reason.
            overran = has_failed and not isinstance(error, WorkerDied)
            if overran or (expected == "cut" and len(attempts) > 1):
                del attempts[0]
            for attempt in attempts:
                try:
                    (analysis,) = await self._call(model.call, [attempt])
                except FAILURES as failure:
                    error = failure
                else:
                    if attempt is texts:
                        return AnalysisResult(analysis)
                    return self._recorded(request, AnalysisResult(analysis, "cut", error))
        blamed = None if error is None or not model.is_usable() or await model.is_broken() else error
        try:
            (analysis,) = await self._call(self._without_model, [texts])
        except FAILURES as failure:
            return self._recorded(request, AnalysisResult(NOTHING, "all", failure))
        return self._recorded(request, AnalysisResult(analysis, self._lacking, blamed))

    def _recorded(self, request: Request, outcome: AnalysisResult) -> AnalysisResult:
        """Return *outcome*, after it is recorded for the feed of *request*, if the article is at fault."""
        if outcome.error is None or not request.feed:
            return outcome
        lacking = outcome.degraded or "names"
        if lacking == "all" and not isinstance(outcome.error, WorkerTimeout):
            # Something else may have killed the process without the model. To start it again costs little.
            lacking = "names"
        self._overruns.record(request.feed, lacking)
        if expected := self._overruns.expected(request.feed):
            log.warning("feed analysed in part", service="entities", feed=request.feed, lacks=expected, reason=REASON)
        return outcome


def _beginning(texts: Texts) -> Texts:
    """Return *texts* cut to RETRY_CHARS each."""
    return replace(texts, title=texts.title[:RETRY_CHARS], text=texts.text[:RETRY_CHARS])


def _set(request: Request, outcome: AnalysisResult) -> None:
    # The article's step may have been cancelled meanwhile.
    if not request.outcome.done():
        request.outcome.set_result(outcome)
