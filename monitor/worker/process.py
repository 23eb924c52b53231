"""A worker process and the calls of its function. The protocol is in frames.py, the program of the worker in serve.py."""

import asyncio
import socket
import sys
from collections.abc import Callable, Sequence
from subprocess import DEVNULL, Popen
from typing import Any, Generic, Self, TypeVar

from monitor.worker.frames import (
    CHUNK_BYTES,
    FAILURE,
    HEADER_BYTES,
    MAX_ANSWER_BYTES,
    MAX_ERROR_CHARS,
    SUCCESS,
    Decode,
    decoder,
    missing_bytes,
    name_of,
    pack_call,
    pack_setup,
    result_type,
)

Argument = TypeVar("Argument")
Result = TypeVar("Result")

START_SECONDS = 60.0
"""Timeout for starting a worker and setting it up. Loading a model takes seconds."""

REAP_SECONDS = 0.005
"""Interval at which a killed process is polled. One that holds a model takes tens of milliseconds to exit."""

BOOTSTRAP = f"""
import os, signal
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
import pickle, sys
calls = open(int(sys.argv[1]), "rb", {CHUNK_BYTES})
sys.path[:] = pickle.load(calls)
from monitor.worker.serve import serve
serve(calls)
"""
"""The program of the worker. It ignores Ctrl-C and SIGTERM, which the parent handles, and uses the parent's sys.path.

numpy computes in one thread: work is spread over worker processes, and threads that wait for each other take CPU time.
"""


class WorkerTimeout(TimeoutError):
    """The call took too long. Its process was killed; the next call starts a new one."""


class WorkerDied(RuntimeError):
    """The process exited by itself, for example out of memory. The next call starts a new one."""


class InvalidAnswer(WorkerDied):
    """The answer is too long or not of the expected type. Its process was killed; the next call starts a new one."""


class WorkerError(RuntimeError):
    """The function or the setup function raised an error, which the text names. The worker stays."""


class WorkerProcess(Generic[Argument, Result]):
    """A worker process, started at the first call. Use it as ``async with WorkerProcess(setup, ...) as worker``.

    *setup* must be importable by name. The worker calls it once, with *args*; the function that it returns answers all
    calls. Its annotation, such as ``Callable[[str], Page]``, gives the type that every result must have: any type that msgspec
    decodes from JSON. *errors* are the classes of errors that are raised as themselves, with their text alone.

    *starts* is how many processes were started so far. Each is spawned, never forked: a fork would inherit the locks and
    sockets of this process.
    """

    def __init__(
        self,
        setup: Callable[..., Callable[[Argument], Result]],
        *args: object,
        errors: Sequence[type[Exception]] = (),
        max_answer_bytes: int = MAX_ANSWER_BYTES,
    ) -> None:
        self._setup, self._args = setup, args
        self._errors = {name_of(error): error for error in errors}
        self._max_answer_bytes = max_answer_bytes
        self._decode: Decode | None = None
        self._call_lock = asyncio.Lock()
        self._connection: _Connection | None = None
        self._dying: set[Popen[bytes]] = set()
        self._closed = False
        self.starts = 0

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

        Raises WorkerTimeout, WorkerDied, or for an error that the function or *setup* raised, one of *errors* or WorkerError.
        """
        async with self._call_lock:
            connection = self._connection or await self._start()
            frame = await connection.request(pack_call(argument), timeout)
            self._decode = self._decode or decoder(result_type(self._setup))
            result: Result = self._unpack_answer(frame, self._decode)
        return result

    async def _start(self) -> "_Connection":
        if self._closed:
            raise RuntimeError("called after the end of 'async with'")
        setup_parts = pack_setup(self._setup, self._args)
        try:
            connection = self._connection = _Connection(self._end, self._max_answer_bytes)
            self.starts += 1
        except OSError as error:
            raise WorkerDied(f"cannot start a process: {error}") from error
        try:
            self._unpack_answer(await connection.request(setup_parts, START_SECONDS), decoder(None))
        except BaseException:
            self._end()
            raise
        return connection

    def _unpack_answer(self, frame: bytearray, decode: Decode) -> Any:
        """Return the result in the *frame* of an answer, or raise the error in it. Raises InvalidAnswer."""
        payload = memoryview(frame)[HEADER_BYTES:]
        try:
            if payload[:1] == SUCCESS:
                return decode(payload[1:])
            name, text = decoder(tuple[str, str])(payload[1:] if payload[:1] == FAILURE else payload)
        except Exception as error:
            self._end()
            raise InvalidAnswer(f"the process gave an invalid answer: {error}") from error
        text = text[:MAX_ERROR_CHARS]
        raise self._errors[name](text) if name in self._errors else WorkerError(f"{name.rpartition('.')[2]}: {text}")

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

    def __init__(self, on_lost: Callable[[], None], max_answer_bytes: int) -> None:
        self._on_lost, self._max_answer_bytes = on_lost, max_answer_bytes
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
            missing = missing_bytes(self._received)
            if missing < 0 or missing + len(self._received) > HEADER_BYTES + self._max_answer_bytes:
                self._loop.remove_reader(self._socket)
                answer.set_exception(InvalidAnswer(f"the process gave an answer of more than {self._max_answer_bytes} bytes"))
            elif not missing:
                answer.set_result(self._received)
                self._answer, self._received = None, bytearray()

    def close(self) -> None:
        """Kill the process, without waiting for its exit."""
        self._loop.remove_reader(self._socket)
        self._socket.close()
        self.process.kill()
