"""Batching of texts for the NER model, because a batch costs less than its texts one by one."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from consumers.entities.ner import NerSpan
from monitor.worker import WorkerDied, WorkerTimeout

BATCH_CHARS = 40_000
"""The most code points in a batch: about a second of work, so that no article waits long behind a backlog."""
RETRY_CHARS = 4_000
"""Code points of each text in the last attempt, after the whole text took too long."""


class Request(NamedTuple):
    """The texts of one article, and the future for the spans in each of them."""

    texts: list[str]
    spans: asyncio.Future[list[list[NerSpan]]]


class Batcher:
    """Collects the texts of several articles into batches for one worker process.

    *call* sends texts to the process, with a timeout in seconds, and returns the spans in each (WorkerProcess.call).
    *timeout* returns the current timeout in seconds.
    """

    def __init__(
        self, call: Callable[[list[str], float], Awaitable[list[list[NerSpan]]]], timeout: Callable[[], float]
    ) -> None:
        self._call_worker, self._timeout = call, timeout
        self._queue: list[Request] = []
        self._task: asyncio.Task[None] | None = None

    async def recognise(self, texts: list[str]) -> list[list[NerSpan]]:
        """Return the spans in each of *texts*, which are from one article.

        Raises WorkerTimeout or WorkerDied if the worker also fails on the article alone, cut to RETRY_CHARS.
        """
        request = Request(texts, asyncio.get_running_loop().create_future())
        self._queue.append(request)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())
        return await request.spans

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
                spans = await self._call([text for request in batch for text in request.texts])
            except (WorkerTimeout, WorkerDied):
                for request in batch:
                    await self._retry_alone(request)
            except Exception as error:  # noqa: BLE001  (raised again in the callers)
                for request in batch:
                    _set_error(request, error)
            else:
                remaining = iter(spans)
                for request in batch:
                    _set_spans(request, [next(remaining) for _ in request.texts])

    def _next_batch(self) -> list[Request]:
        """Remove and return the next requests: at least one, and no more than BATCH_CHARS if there are several."""
        size, count = 0, 0
        for request in self._queue:
            size += sum(map(len, request.texts))
            if count and size > BATCH_CHARS:
                break
            count += 1
        batch, self._queue = self._queue[:count], self._queue[count:]
        return batch

    async def _retry_alone(self, request: Request) -> None:
        """Process one article alone, and if that fails too, only the first RETRY_CHARS of each text."""
        try:
            _set_spans(request, await self._call(request.texts))
        except (WorkerTimeout, WorkerDied):
            try:
                _set_spans(request, await self._call([text[:RETRY_CHARS] for text in request.texts]))
            except (WorkerTimeout, WorkerDied) as error:
                _set_error(request, error)

    async def _call(self, texts: list[str]) -> list[list[NerSpan]]:
        return await self._call_worker(texts, self._timeout())


def _set_spans(request: Request, spans: list[list[NerSpan]]) -> None:
    # The article's step may have been cancelled meanwhile.
    if not request.spans.done():
        request.spans.set_result(spans)


def _set_error(request: Request, error: Exception) -> None:
    if not request.spans.done():
        request.spans.set_exception(error)
