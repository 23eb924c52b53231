"""Batches of articles for the worker processes that analyse them, and the attempts on an article that overruns."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

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
class Outcome:
    """The analysis of an article. *degraded* says what it lacks, and *error* why, if the article itself is at fault."""

    analysis: Analysis
    degraded: Degraded | None = None
    error: Exception | None = None


class Request(NamedTuple):
    """One article of *feed*, and the future for its outcome."""

    texts: Texts
    feed: str
    outcome: asyncio.Future[Outcome]


class Batcher:
    """Collects articles into batches for one worker process. No article fails: one that overruns is analysed without the model.

    *with_model* calls the worker that has the model; *is_usable* returns whether it can be used, and *blames_model* whether an
    article that failed would have failed with any other text too. *without_model* calls the worker that has none, and
    *lacking* is what its analysis lacks. *timeout* returns the current timeout in seconds. *overruns* are those of each feed.
    """

    def __init__(
        self,
        with_model: Call,
        without_model: Call,
        timeout: Callable[[], float],
        is_usable: Callable[[], bool],
        blames_model: Callable[[], Awaitable[bool]],
        lacking: Degraded | None = "names",
        overruns: Overruns | None = None,
    ) -> None:
        self._with_model, self._without_model, self._timeout = with_model, without_model, timeout
        self._is_usable, self._blames_model, self._lacking = is_usable, blames_model, lacking
        self._overruns = overruns or Overruns()
        self._queue: list[Request] = []
        self._task: asyncio.Task[None] | None = None

    async def analyse(self, texts: Texts, feed: str = "") -> Outcome:
        """Return the analysis of an article of *feed*, whatever its text does to the workers."""
        request = Request(texts, feed, asyncio.get_running_loop().create_future())
        self._queue.append(request)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())
        return await request.outcome

    async def close(self) -> None:
        """Cancel the work on queued requests."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _work(self) -> None:
        # One turn of the event loop lets the other articles of a batch enter the queue.
        await asyncio.sleep(0)
        while self._queue:
            batch = self._next_batch()
            try:
                await self._process(batch)
            except Exception as error:  # noqa: BLE001  (raised again in the callers)
                for request in batch:
                    if not request.outcome.done():
                        request.outcome.set_exception(error)

    def _next_batch(self) -> list[Request]:
        """Remove and return the next requests: at least one, and no more than BATCH_CHARS if there are several.

        An article of which attempts are skipped is a batch of its own.
        """
        size, count = 0, 0
        for request in self._queue:
            size += len(request.texts)
            is_apart = self._overruns.expected(request.feed) is not None
            if count and (is_apart or size > BATCH_CHARS):
                break
            count += 1
            if is_apart:
                break
        batch, self._queue = self._queue[:count], self._queue[count:]
        return batch

    async def _process(self, batch: Sequence[Request]) -> None:
        if self._overruns.expected(batch[0].feed):
            _set(batch[0], await self._analyse_alone(batch[0]))
            return
        is_usable = self._is_usable()
        call = self._with_model if is_usable else self._without_model
        try:
            analyses = await self._call(call, [request.texts for request in batch])
        except FAILURES as error:
            for request in batch:
                _set(request, await self._analyse_alone(request, error, has_failed=len(batch) == 1))
        else:
            for request, analysis in zip(batch, analyses, strict=True):
                _set(request, Outcome(analysis, None if is_usable else self._lacking))

    async def _call(self, call: Call, articles: list[Texts]) -> list[Analysis]:
        analyses = await call(articles, self._timeout())
        if len(analyses) != len(articles):
            raise InvalidAnswer(f"the process gave {len(analyses)} analyses of {len(articles)} articles")
        return analyses

    async def _analyse_alone(self, request: Request, error: Exception | None = None, *, has_failed: bool = False) -> Outcome:
        """Return the best analysis of an article that failed in a batch with *error*. *has_failed* is whether it was alone.

        Attempts that several articles of its feed overran are skipped.
        """
        texts, expected = request.texts, self._overruns.expected(request.feed)
        if expected == "all":
            return Outcome(NOTHING, "all")
        if expected:
            # That the feed overran is logged already.
            error, has_failed = None, False
        if self._is_usable() and expected != "names":
            attempts = list(dict.fromkeys((texts, _beginning(texts))))
            # What took too long once does so again; a process may have died for another reason.
            overran = has_failed and not isinstance(error, WorkerDied)
            if overran or (expected == "cut" and len(attempts) > 1):
                del attempts[0]
            for attempt in attempts:
                try:
                    (analysis,) = await self._call(self._with_model, [attempt])
                except FAILURES as failure:
                    error = failure
                else:
                    return Outcome(analysis) if attempt is texts else self._recorded(request, Outcome(analysis, "cut", error))
        blamed = None if error is None or not self._is_usable() or await self._blames_model() else error
        try:
            (analysis,) = await self._call(self._without_model, [texts])
        except FAILURES as failure:
            return self._recorded(request, Outcome(NOTHING, "all", failure))
        return self._recorded(request, Outcome(analysis, self._lacking, blamed))

    def _recorded(self, request: Request, outcome: Outcome) -> Outcome:
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
    return Texts(texts.title[:RETRY_CHARS], texts.text[:RETRY_CHARS])


def _set(request: Request, outcome: Outcome) -> None:
    # The article's step may have been cancelled meanwhile.
    if not request.outcome.done():
        request.outcome.set_result(outcome)
