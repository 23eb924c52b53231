"""A function in a process of its own, which can be ended when it takes too long."""

import asyncio
import importlib
import pickle
import socket
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from subprocess import DEVNULL, Popen
from typing import Any, BinaryIO, Generic, Self, TypeVar

A = TypeVar("A")
B = TypeVar("B")

START_SECONDS = 60.0
"""What a new process may take to get ready: loading a model takes seconds."""

REAP_SECONDS = 0.005
"""Between two looks at whether a killed process has gone, which takes one with a model tens of milliseconds."""

SIZE = 8
"""Bytes before each pickle that say how long it is, the highest first."""

PIECE = 1 << 16
"""Bytes taken from the socket at once. From 128 KiB on glibc maps the memory for each anew, which doubles a call's cost."""

BEGIN = f"""
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
import pickle, sys
calls = open(int(sys.argv[1]), "rb", {PIECE})
sys.path[:] = pickle.load(calls)
from {__name__} import serve
serve(calls)
"""
"""The new process's program. Ctrl-C and SIGTERM are the parent's business; packages are found where the parent finds them."""


class WorkerTimeout(TimeoutError):
    """The call took too long; its process was ended, and the next call has a new one."""


class WorkerDied(RuntimeError):
    """The process ended by itself, as under want of memory; the next call has a new one."""


class WorkerProcess(Generic[A, B]):
    """One new process, started at the first call. Use it as ``async with Child(setup, ...) as child``.

    *setup*, importable by name, is called once in the new process with *args* and gives the function for all calls.
    Started afresh, never forked: a fork would keep this process's locks and sockets.
    """

    def __init__(self, setup: Callable[..., Callable[[A], B]], *args: object) -> None:
        self._setup, self._args = setup, args
        self._turn = asyncio.Lock()
        self._line: _Line | None = None
        self._dying: set[Popen[bytes]] = set()
        self._left = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._left = True
        if self._line is not None:
            # A call under way, in another task, finds that it has died.
            self._line.process.kill()
        async with self._turn:
            self._end()
        while self._dying:  # noqa: ASYNC110  (no event is set but by a look)
            await asyncio.sleep(REAP_SECONDS)

    async def call(self, argument: A, timeout: float) -> B:  # noqa: ASYNC109  (the other process must be ended, not only this wait)
        """The function's result for *argument*; calls wait for each other. *timeout* is in seconds.

        Raises WorkerTimeout, WorkerDied, or what the function or *setup* raised.
        """
        async with self._turn:
            line = self._line or await self._start()
            result: B = _opened(await line.ask(_parts(argument), timeout))
        return result

    async def _start(self) -> "_Line":
        if self._left:
            raise RuntimeError("a call after the end of 'async with'")
        introduction = _introduction(self._setup, self._args)
        try:
            line = self._line = _Line(self._end)
        except OSError as error:
            raise WorkerDied(f"no process could be started: {error}") from error
        try:
            _opened(await line.ask(introduction, START_SECONDS))
        except BaseException:
            self._end()
            raise
        return line

    def _end(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()
            self._dying.add(line.process)
            self._reap(line.process)

    def _reap(self, process: Popen[bytes]) -> None:
        if process.poll() is None:
            asyncio.get_running_loop().call_later(REAP_SECONDS, self._reap, process)
        else:
            self._dying.discard(process)


class _Line:
    """The parent's end of one process. *lost* is called when it can be used no more, between calls or in one."""

    def __init__(self, lost: Callable[[], None]) -> None:
        self._lost = lost
        self._loop = asyncio.get_running_loop()
        self._answer: asyncio.Future[bytearray] | None = None
        self._came = bytearray()
        self._socket, theirs = socket.socketpair()
        with theirs:
            try:
                command = [sys.executable, "-P", "-c", BEGIN, str(theirs.fileno())]
                self.process = Popen(command, stdin=DEVNULL, pass_fds=[theirs.fileno()])  # noqa: S603  (our own program)
            except OSError:
                self._socket.close()
                raise
        self._socket.settimeout(0)
        self._loop.add_reader(self._socket, self._read)

    async def ask(self, parts: list[bytes], timeout: float) -> bytearray:  # noqa: ASYNC109
        """The frame that answers *parts*, each of which is let go once it is sent. Raises WorkerTimeout, WorkerDied."""
        answer: asyncio.Future[bytearray] = self._loop.create_future()
        self._answer = answer
        try:
            async with asyncio.timeout(timeout):
                while parts:
                    await self._loop.sock_sendall(self._socket, parts.pop(0))
                await answer
        except OSError as error:
            # The answer may have come in time, while the loop stood still.
            if isinstance(error, TimeoutError) and self._answer is answer:
                raise WorkerTimeout(f"no answer after {timeout:g} s") from None
        finally:
            if self._answer is answer:
                self._lost()
        if self._answer is answer:
            raise WorkerDied("the process ended by itself")
        return answer.result()

    def _read(self) -> None:
        try:
            piece = self._socket.recv(PIECE)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        answer = self._answer
        if answer is None:
            self._lost()
        elif answer.done():
            return
        elif not piece:
            self._loop.remove_reader(self._socket)
            answer.set_result(self._came)
        else:
            self._came += piece
            if len(self._came) >= SIZE and len(self._came) == SIZE + int.from_bytes(self._came[:SIZE]):
                answer.set_result(self._came)
                self._answer, self._came = None, bytearray()

    def close(self) -> None:
        """End the process, without a wait."""
        self._loop.remove_reader(self._socket)
        self._socket.close()
        self.process.kill()


def _introduction(setup: Callable[..., object], args: tuple[object, ...]) -> list[bytes]:
    """What a new process reads first: where packages are, then what to set up and which module goes by __main__ there."""
    main = None
    if getattr(setup, "__module__", None) == "__main__":
        spec = sys.modules["__main__"].__spec__
        if spec is None:
            raise ValueError(f"{setup.__qualname__} is in a script, where no other process finds it: move it to a module")
        main = spec.name
    return [pickle.dumps(sys.path, protocol=5), *_parts((main, pickle.dumps((setup, args), protocol=5)))]


def _unpickled(data: bytes | memoryview) -> Any:
    return pickle.loads(data)  # noqa: S301  (none but our own two processes write to the socket)


def _parts(value: object) -> list[bytes]:
    """The frame of *value*: in one part, or where it is long in two, which saves a copy."""
    body = pickle.dumps(value, protocol=5)
    size = len(body).to_bytes(SIZE)
    return [size + body] if len(body) < PIECE else [size, body]


def _opened(frame: bytearray) -> Any:
    """The result in an answer; an error in it is raised."""
    good, value = _unpickled(memoryview(frame)[SIZE:])
    if not good:
        raise value
    return value


def serve(calls: BinaryIO) -> None:
    """In the new process: set up, then answer *calls* until the other end closes."""
    with suppress(OSError), calls, open(calls.fileno(), "wb", PIECE, closefd=False) as answers:
        made: list[Callable[[Any], Any]] = []
        _answer(calls, answers, lambda introduction: made.append(_set_up(*introduction)))
        while made and _answer(calls, answers, made[0]):
            pass


def _set_up(main: str | None, rest: bytes) -> Any:
    if main is not None:
        sys.modules["__main__"] = importlib.import_module(main)
    setup, args = _unpickled(rest)
    return setup(*args)


def _answer(calls: BinaryIO, answers: BinaryIO, function: Callable[[Any], object]) -> bool:
    """Answer one call, and keep nothing of it. False where there are no more."""
    size = calls.read(SIZE)
    if len(size) < SIZE:
        return False
    try:
        parts = _parts((True, function(_unpickled(calls.read(int.from_bytes(size))))))
    except Exception as error:  # noqa: BLE001  (it is raised again in the parent)
        parts = _parts((False, _portable(error)))
    answers.writelines(parts)
    answers.flush()
    return True


def _portable(error: Exception) -> Exception:
    """*error*, or what it says where it does not pickle; some do, and then cannot be read."""
    try:
        _unpickled(pickle.dumps(error, protocol=5))
    except Exception:  # noqa: BLE001
        return RuntimeError("".join(traceback.format_exception_only(error)).strip())
    return error
