"""A function in a process of its own, which can be ended when it takes too long."""

import asyncio
import multiprocessing
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

A = TypeVar("A")
B = TypeVar("B")

START_SECONDS = 60.0
"""What a new process may take to get ready: loading a model takes seconds."""


class Overrun(TimeoutError):
    """The call took too long; its process was ended, and the next call has a new one."""


class Died(RuntimeError):
    """The process ended by itself, as under want of memory; the next call has a new one."""


class Child(Generic[A, B]):
    """One spawned process, started at the first call. Use it as ``async with Child(setup, ...) as child``.

    *setup*, importable by name, is called once in the new process with *args* and gives the function for all calls.
    Spawned, never forked: a fork would keep this process's locks and sockets.
    """

    def __init__(self, setup: Callable[..., Callable[[A], B]], *args: object) -> None:
        self._setup, self._args = setup, args
        self._turn = asyncio.Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="child")
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._ready = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if process := self._process:
            process.kill()
        self._thread.shutdown(wait=True)
        self._end()

    async def call(self, argument: A, timeout: float) -> B:  # noqa: ASYNC109  (the other process must be ended, not only this wait)
        """The function's result for *argument*; calls wait for each other. *timeout* is in seconds.

        Raises Overrun, Died, or what the function or *setup* raised.
        """
        async with self._turn:
            try:
                good, value = await asyncio.get_running_loop().run_in_executor(self._thread, self._ask, argument, timeout)
            except asyncio.CancelledError:
                if process := self._process:
                    process.kill()
                    # The call may have been answered just before: then nobody else would find the process dead.
                    self._thread.submit(self._end)
                raise
        if not good:
            raise value
        result: B = value
        return result

    def _ask(self, argument: A, timeout: float) -> tuple[bool, Any]:
        """Whether the call went well, and its result or its error; in the thread, where waiting is allowed."""
        try:
            pipe = self._pipe or self._start()
            if not self._ready:
                good, error = _answer(pipe, START_SECONDS)
                if not good:
                    self._end()
                    return good, error
                self._ready = True
            pipe.send(argument)
            return _answer(pipe, timeout)
        except Overrun:
            self._end()
            raise
        except (EOFError, OSError) as error:
            self._end()
            raise Died("the process ended by itself") from error

    def _start(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, self._setup, self._args), daemon=True)
        self._process.start()
        theirs.close()
        self._pipe = pipe
        return pipe

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None
        self._ready = False


def _answer(pipe: Connection, timeout: float) -> tuple[bool, Any]:
    if not pipe.poll(timeout):
        raise Overrun(f"no answer after {timeout:g} s")
    answer: tuple[bool, Any] = pipe.recv()
    return answer


def _work(pipe: Connection, setup: Callable[..., Callable[[Any], Any]], args: tuple[object, ...]) -> None:
    """In the new process: answer calls until the other end closes. Ctrl-C and SIGTERM are the parent's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        function = setup(*args)
    except Exception as error:  # noqa: BLE001  (it is raised again in the parent)
        pipe.send((False, error))
        return
    answer: tuple[bool, Any] = (True, None)
    while True:
        try:
            pipe.send(answer)
            argument = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            answer = (True, function(argument))
        except Exception as error:  # noqa: BLE001
            answer = (False, error)
