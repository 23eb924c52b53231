"""Call a function in a worker process, which is killed if a call takes too long.

Protocol, over one socket pair: a frame is a length of HEADER_BYTES, most significant byte first, and a pickle of that length.
The parent sends sys.path as a bare pickle, then a frame with the setup function, then a frame for each call. The worker
answers each frame with a pickled pair (succeeded, result or error).
"""

import asyncio
import importlib
import pickle
import resource
import socket
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from subprocess import DEVNULL, Popen
from typing import Any, BinaryIO, Generic, Self, TypeVar

Argument = TypeVar("Argument")
Result = TypeVar("Result")

START_SECONDS = 60.0
"""Timeout for starting a worker and setting it up. Loading a model takes seconds."""

REAP_SECONDS = 0.005
"""Interval at which a killed process is polled. One that holds a model takes tens of milliseconds to exit."""

HEADER_BYTES = 8
"""Bytes of a frame's length."""

CHUNK_BYTES = 1 << 16
"""Bytes read from the socket at once. From 128 KiB on, glibc maps new memory for each read, doubling the cost of a call."""

BOOTSTRAP = f"""
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
import pickle, sys
calls = open(int(sys.argv[1]), "rb", {CHUNK_BYTES})
sys.path[:] = pickle.load(calls)
from {__name__} import serve
serve(calls)
"""
"""The program of the worker. It ignores Ctrl-C and SIGTERM, which the parent handles, and uses the parent's sys.path."""


class WorkerTimeout(TimeoutError):
    """The call took too long. Its process was killed; the next call starts a new one."""


class WorkerDied(RuntimeError):
    """The process exited by itself, for example out of memory. The next call starts a new one."""


class WorkerProcess(Generic[Argument, Result]):
    """A worker process, started at the first call. Use it as ``async with WorkerProcess(setup, ...) as worker``.

    *setup* must be importable by name. The worker calls it once, with *args*; the function that it returns answers all
    calls. The process is spawned, never forked: a fork would inherit the locks and sockets of this process.
    """

    def __init__(self, setup: Callable[..., Callable[[Argument], Result]], *args: object) -> None:
        self._setup, self._args = setup, args
        self._call_lock = asyncio.Lock()
        self._connection: _Connection | None = None
        self._dying: set[Popen[bytes]] = set()
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closed = True
        if self._connection is not None:
            # A call that another task is waiting for then raises WorkerDied.
            self._connection.process.kill()
        async with self._call_lock:
            self._end()
        while self._dying:  # noqa: ASYNC110  (the exit of a process can only be polled)
            await asyncio.sleep(REAP_SECONDS)

    async def call(self, argument: Argument, timeout: float) -> Result:  # noqa: ASYNC109  (kills the process, not only the wait)
        """Return the function's result for *argument*. Concurrent calls wait for each other. *timeout* is in seconds.

        Raises WorkerTimeout, WorkerDied, or the error that the function or *setup* raised.
        """
        async with self._call_lock:
            connection = self._connection or await self._start()
            result: Result = _unpack_answer(await connection.request(_pack(argument), timeout))
        return result

    async def _start(self) -> "_Connection":
        if self._closed:
            raise RuntimeError("called after the end of 'async with'")
        setup_parts = _pack_setup(self._setup, self._args)
        try:
            connection = self._connection = _Connection(self._end)
        except OSError as error:
            raise WorkerDied(f"cannot start a process: {error}") from error
        try:
            _unpack_answer(await connection.request(setup_parts, START_SECONDS))
        except BaseException:
            self._end()
            raise
        return connection

    def _end(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
            self._dying.add(connection.process)
            self._reap(connection.process)

    def _reap(self, process: Popen[bytes]) -> None:
        if process.poll() is None:
            asyncio.get_running_loop().call_later(REAP_SECONDS, self._reap, process)
        else:
            self._dying.discard(process)


class _Connection:
    """The parent's connection to one worker. Calls *on_lost* once it is unusable, during a call or between calls."""

    def __init__(self, on_lost: Callable[[], None]) -> None:
        self._on_lost = on_lost
        self._loop = asyncio.get_running_loop()
        self._answer: asyncio.Future[bytearray] | None = None
        self._received = bytearray()
        self._socket, worker_socket = socket.socketpair()
        with worker_socket:
            try:
                command = [sys.executable, "-P", "-c", BOOTSTRAP, str(worker_socket.fileno())]
                self.process = Popen(command, stdin=DEVNULL, pass_fds=[worker_socket.fileno()])  # noqa: S603  (our own program)
            except OSError:
                self._socket.close()
                raise
        self._socket.settimeout(0)
        self._loop.add_reader(self._socket, self._read)

    async def request(self, parts: list[bytes], timeout: float) -> bytearray:  # noqa: ASYNC109  (the worker is killed then)
        """Send *parts*, free each after it is sent, and return the frame of the answer. Raises WorkerTimeout, WorkerDied."""
        answer: asyncio.Future[bytearray] = self._loop.create_future()
        self._answer = answer
        try:
            async with asyncio.timeout(timeout):
                while parts:
                    await self._loop.sock_sendall(self._socket, parts.pop(0))
                await answer
        except OSError as error:
            # The answer may have arrived in time while the event loop was blocked.
            if isinstance(error, TimeoutError) and self._answer is answer:
                raise WorkerTimeout(f"no answer after {timeout:g} s") from None
        finally:
            if self._answer is answer:
                self._on_lost()
        if self._answer is answer:
            raise WorkerDied("the process exited by itself")
        return answer.result()

    def _read(self) -> None:
        try:
            chunk = self._socket.recv(CHUNK_BYTES)
        except BlockingIOError:
            return
        except OSError:
            chunk = b""
        answer = self._answer
        if answer is None:
            self._on_lost()
        elif answer.done():
            return
        elif not chunk:
            self._loop.remove_reader(self._socket)
            answer.set_result(self._received)
        else:
            self._received += chunk
            if _is_complete(self._received):
                answer.set_result(self._received)
                self._answer, self._received = None, bytearray()

    def close(self) -> None:
        """Kill the process, without waiting for its exit."""
        self._loop.remove_reader(self._socket)
        self._socket.close()
        self.process.kill()


def _is_complete(frame: bytearray) -> bool:
    return len(frame) >= HEADER_BYTES and len(frame) == HEADER_BYTES + int.from_bytes(frame[:HEADER_BYTES])


def _pack_setup(setup: Callable[..., object], args: tuple[object, ...]) -> list[bytes]:
    """Return the first bytes that a new process reads: sys.path, then a frame with *setup* and the name of our __main__."""
    main_module = None
    if getattr(setup, "__module__", None) == "__main__":
        spec = sys.modules["__main__"].__spec__
        if spec is None:
            raise ValueError(f"{setup.__qualname__} is in a script, from which a process cannot import it: move it to a module")
        main_module = spec.name
    return [pickle.dumps(sys.path, protocol=5), *_pack((main_module, pickle.dumps((setup, args), protocol=5)))]


def _unpickle(data: bytes | memoryview) -> Any:
    return pickle.loads(data)  # noqa: S301  (only our own two processes write to the socket)


def _pack(value: object) -> list[bytes]:
    """Return the frame of *value*, in one part, or in two if it is long, which saves a copy."""
    payload = pickle.dumps(value, protocol=5)
    header = len(payload).to_bytes(HEADER_BYTES)
    return [header + payload] if len(payload) < CHUNK_BYTES else [header, payload]


def _unpack_answer(frame: bytearray) -> Any:
    """Return the result in the *frame* of an answer, or raise the error in it."""
    succeeded, value = _unpickle(memoryview(frame)[HEADER_BYTES:])
    if not succeeded:
        raise value
    return value


def serve(calls: BinaryIO) -> None:
    """Run the worker: set up, then answer *calls* until the parent closes its end."""
    with suppress(OSError), calls, open(calls.fileno(), "wb", CHUNK_BYTES, closefd=False) as answers:
        functions: list[Callable[[Any], Any]] = []
        _answer_one(calls, answers, lambda setup_frame: functions.append(_set_up(*setup_frame)))
        while functions and _answer_one(calls, answers, functions[0]):
            pass


def _set_up(main_module: str | None, pickled_setup: bytes) -> Any:
    # Unpickled only after __main__ is in place, since the setup function may be defined there.
    if main_module is not None:
        sys.modules["__main__"] = importlib.import_module(main_module)
    setup, args = _unpickle(pickled_setup)
    return setup(*args)


def _answer_one(calls: BinaryIO, answers: BinaryIO, function: Callable[[Any], object]) -> bool:
    """Answer one call without keeping a reference to its data. Returns False if the parent has closed its end."""
    header = calls.read(HEADER_BYTES)
    if len(header) < HEADER_BYTES:
        return False
    try:
        parts = _pack((True, function(_unpickle(calls.read(int.from_bytes(header))))))
    except Exception as error:  # noqa: BLE001  (raised again in the parent)
        parts = _pack((False, _picklable(error)))
    answers.writelines(parts)
    answers.flush()
    return True


def _picklable(error: Exception) -> Exception:
    """Return *error*, or a RuntimeError with its text if it cannot be pickled, or cannot be unpickled afterwards."""
    try:
        _unpickle(pickle.dumps(error, protocol=5))
    except Exception:  # noqa: BLE001  (pickling may raise anything)
        return RuntimeError("".join(traceback.format_exception_only(error)).strip())
    return error


def limit_memory(size: int) -> None:
    """Limit the memory of this worker process to *size* bytes, if the operating system supports it."""
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
