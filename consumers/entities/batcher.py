"""Texts waiting for the model, taken together: a batch costs less than its texts one by one."""

import asyncio

from consumers.entities.ner import NerSpan
from monitor.worker import WorkerDied, WorkerProcess, WorkerTimeout

BATCH_CHARS = 40_000
"""Code points read at once: about a second's work, so that nothing waits long behind a heap."""
CUT = 4_000
"""What is read of a text that took too long."""

Asked = tuple[list[str], asyncio.Future[list[list[NerSpan]]]]


class Batcher:
    """The queue before one child."""

    def __init__(self, child: WorkerProcess[list[str], list[list[NerSpan]]], timeout: float) -> None:
        self._child, self.timeout = child, timeout
        self._waiting: list[Asked] = []
        self._busy: asyncio.Task[None] | None = None

    async def read(self, texts: list[str]) -> list[list[NerSpan]]:
        """The spans in each of *texts*, which belong together. Raises WorkerTimeout."""
        future: asyncio.Future[list[list[NerSpan]]] = asyncio.get_running_loop().create_future()
        self._waiting.append((texts, future))
        if self._busy is None or self._busy.done():
            self._busy = asyncio.create_task(self._work())
        return await future

    async def close(self) -> None:
        """Drop what waits."""
        if self._busy is not None:
            self._busy.cancel()
            await asyncio.gather(self._busy, return_exceptions=True)

    async def _work(self) -> None:
        # One turn of the loop lets the other articles of a batch come in.
        await asyncio.sleep(0)
        while self._waiting:
            batch = self._take()
            try:
                found = await self._child.call([text for texts, _ in batch for text in texts], self.timeout)
            except (WorkerTimeout, WorkerDied):
                for asked in batch:
                    await self._alone(*asked)
                continue
            except Exception as error:  # noqa: BLE001  (told to those who wait)
                for _, future in batch:
                    _tell(future, error)
                continue
            for texts, future in batch:
                mine, found = found[: len(texts)], found[len(texts) :]
                _tell(future, mine)

    def _take(self) -> list[Asked]:
        """The next texts, at least one article and about BATCH_CHARS."""
        size, count = 0, 0
        for texts, _ in self._waiting:
            size += sum(map(len, texts))
            if count and size > BATCH_CHARS:
                break
            count += 1
        batch, self._waiting = self._waiting[:count], self._waiting[count:]
        return batch

    async def _alone(self, texts: list[str], future: asyncio.Future[list[list[NerSpan]]]) -> None:
        """One article by itself, and if it still takes too long, its beginning."""
        try:
            _tell(future, await self._child.call(texts, self.timeout))
        except (WorkerTimeout, WorkerDied):
            try:
                _tell(future, await self._child.call([text[:CUT] for text in texts], self.timeout))
            except (WorkerTimeout, WorkerDied) as error:
                _tell(future, error)


def _tell(future: asyncio.Future[list[list[NerSpan]]], result: list[list[NerSpan]] | Exception) -> None:
    if future.done():
        return
    if isinstance(result, Exception):
        future.set_exception(result)
    else:
        future.set_result(result)
