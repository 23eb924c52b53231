"""The program of a worker process: it answers calls until its parent closes the connection."""

import ctypes
import importlib
import resource
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, BinaryIO

from monitor.worker.frames import CHUNK_BYTES, HEADER_BYTES, pack_error, pack_result, unpickle

PR_SET_PDEATHSIG = 1
"""The option of prctl(2) that sets the signal for this process when its parent exits."""


def serve(calls: BinaryIO) -> None:
    """Run the worker: set up, then answer *calls* until the parent closes its end."""
    if sys.platform == "linux":
        # A parent that is killed cannot end a call that takes long, nor a worker that is stopped.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    with suppress(OSError), calls, open(calls.fileno(), "wb", CHUNK_BYTES, closefd=False) as answers:
        functions: list[Callable[[Any], Any]] = []
        _answer_one(calls, answers, lambda setup_frame: functions.append(_set_up(*setup_frame)))
        while functions and _answer_one(calls, answers, functions[0]):
            pass


def _set_up(main_module: str | None, pickled_setup: bytes) -> Any:
    # Unpickled only after __main__ is in place, since the setup function may be defined there.
    if main_module is not None:
        sys.modules["__main__"] = importlib.import_module(main_module)
    setup, args = unpickle(pickled_setup)
    return setup(*args)


def _answer_one(calls: BinaryIO, answers: BinaryIO, function: Callable[[Any], object]) -> bool:
    """Answer one call without keeping a reference to its data. Returns False if the parent has closed its end."""
    header = calls.read(HEADER_BYTES)
    if len(header) < HEADER_BYTES:
        return False
    try:
        parts = pack_result(function(unpickle(calls.read(int.from_bytes(header)))))
    except MemoryError:
        # Nothing works reliably any more. The parent raises WorkerDied.
        return False
    except Exception as error:  # noqa: BLE001  (raised again in the parent)
        parts = pack_error(error)
    answers.writelines(parts)
    answers.flush()
    return True


def limit_memory(size: int) -> None:
    """Limit the memory of this worker process to *size* bytes, if the operating system supports it."""
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
