"""Batches of articles for the worker processes that analyse them, and the attempts on an article that overruns."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from consumers.entities.analysis import NOTHING, Analysis, Texts
from consumers.entities.ner import ModelUnavailable
from monitor.messages import Degraded
from monitor.worker import WorkerDied, WorkerError, WorkerTimeout

BATCH_CHARS = 40_000
"""The most code points in a batch: about a second of work, so that no article waits long behind a backlog."""
RETRY_CHARS = 4_000
"""Code points of each text in a further attempt, after the whole text took too long."""
FAILURES = (WorkerTimeout, WorkerDied, WorkerError, ModelUnavailable)
"""What the call of a worker may raise. A model may be damaged or removed while the service runs."""

Call = Callable[[list[Texts], float], Awaitable[list[Analysis]]]
"""Sends articles to a worker process, with a timeout in seconds (WorkerProcess.call)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The analysis of an article. *degraded* says what it lacks, and *error* why, if the article itself is at fault."""

    analysis: Analysis
    degraded: Degraded | None = None
    error: Exception | None = None


class Request(NamedTuple):
    """One article, and the future for its outcome."""

    texts: Texts
    outcome: asyncio.Future[Outcome]


class Batcher:
    """Collects articles into batches for one worker process. No article fails: one that overruns is analysed without the model.

    *with_model* calls the worker that has the model; *is_usable* returns whether it can be used, and *blames_model* whether an
    article that failed would have failed with any other text too. *without_model* calls the worker that has none, and
    *lacking* is what its analysis lacks. *timeout* returns the current timeout in seconds.
    """

    def __init__(
        self,
        with_model: Call,
        without_model: Call,
        timeout: Callable[[], float],
        is_usable: Callable[[], bool],
        blames_model: Callable[[], Awaitable[bool]],
        lacking: Degraded | None = "names",
    ) -> None:
        self._with_model, self._without_model, self._timeout = with_model, without_model, timeout
        self._is_usable, self._blames_model, self._lacking = is_usable, blames_model, lacking
        self._queue: list[Request] = []
        self._task: asyncio.Task[None] | None = None

    async def analyse(self, texts: Texts) -> Outcome:
        """Return the analysis of an article, whatever its text does to the workers."""
        request = Request(texts, asyncio.get_running_loop().create_future())
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
        """Remove and return the next requests: at least one, and no more than BATCH_CHARS if there are several."""
        size, count = 0, 0
        for request in self._queue:
            size += len(request.texts)
            if count and size > BATCH_CHARS:
                break
            count += 1
        batch, self._queue = self._queue[:count], self._queue[count:]
        return batch

    async def _process(self, batch: Sequence[Request]) -> None:
        is_usable = self._is_usable()
        try:
            analyses = await (self._with_model if is_usable else self._without_model)(
                [request.texts for request in batch], self._timeout()
            )
        except FAILURES as error:
            for request in batch:
                _set(request, await self._analyse_alone(request.texts, error, has_failed=len(batch) == 1))
        else:
            for request, analysis in zip(batch, analyses, strict=True):
                _set(request, Outcome(analysis, None if is_usable else self._lacking))

    async def _analyse_alone(self, texts: Texts, error: Exception, *, has_failed: bool) -> Outcome:
        """Return the best analysis of an article that failed in a batch with *error*. *has_failed* is whether it was alone."""
        if self._is_usable():
            # What took too long once does so again; a process may have died for another reason.
            for attempt in _attempts(texts, is_repeated=not has_failed or isinstance(error, WorkerDied)):
                try:
                    (analysis,) = await self._with_model([attempt], self._timeout())
                except FAILURES as failure:
                    error = failure
                else:
                    return Outcome(analysis) if attempt is texts else Outcome(analysis, "cut", error)
        blamed = None if not self._is_usable() or await self._blames_model() else error
        try:
            (analysis,) = await self._without_model([texts], self._timeout())
        except FAILURES as failure:
            return Outcome(NOTHING, "all", failure)
        return Outcome(analysis, self._lacking, blamed)


def _attempts(texts: Texts, *, is_repeated: bool) -> Iterator[Texts]:
    """Yield *texts*, if the attempt *is_repeated*, and then their beginnings, if they are longer."""
    if is_repeated:
        yield texts
    if max(len(texts.title), len(texts.text)) > RETRY_CHARS:
        yield Texts(texts.title[:RETRY_CHARS], texts.text[:RETRY_CHARS])


def _set(request: Request, outcome: Outcome) -> None:
    # The article's step may have been cancelled meanwhile.
    if not request.outcome.done():
        request.outcome.set_result(outcome)
