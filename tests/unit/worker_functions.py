"""Functions that the tests of worker processes run in a worker."""

import asyncio
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psutil

from monitor.worker.frames import HEADER_BYTES

MIB = 1024 * 1024


def greeter(greeting: str) -> Callable[[str], str]:
    """Return a function that greets, sleeps, dies or raises."""

    def greet(name: str) -> str:
        if name == "sleep":
            time.sleep(60)
        if name == "die":
            os._exit(3)
        if name == "raise":
            raise ValueError("no such name")
        return f"{greeting} {name} from {os.getpid()}"

    return greet


def broken() -> Callable[[str], str]:
    """Raise instead of setting up."""
    raise FileNotFoundError("no model here")


class NotUnpicklable(Exception):
    """Can be pickled but not unpickled."""

    def __init__(self, place: str, line: int) -> None:
        super().__init__(f"{place}:{line}")


def lock_returner() -> Callable[[object], int]:
    """Return a function that returns and raises what cannot be pickled."""

    def return_or_raise(what: object) -> Any:
        if what == "raise lock":
            raise ValueError("this holds a lock", threading.Lock())
        if what == "raise not unpicklable":
            raise NotUnpicklable("feed", 3)
        return threading.Lock() if what == "return lock" else os.getpid()

    return return_or_raise


class OnlyReadableHere:
    """Can be pickled, but unpickled only in the process that did."""

    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        return unpickle_here, (str(os.getpid()),)


def unpickle_here(pickled_by: str) -> object:
    """Raise LookupError in any other process than *pickled_by*."""
    if pickled_by != str(os.getpid()):
        raise LookupError("pickled elsewhere")
    return OnlyReadableHere()


@dataclass(frozen=True)
class Answer:
    """A result with several types."""

    words: tuple[str, ...]
    at: datetime
    size: int


def frame(payload: bytes) -> bytes:
    """Return *payload* with the header of a frame."""
    return len(payload).to_bytes(HEADER_BYTES) + payload


def answerer() -> Callable[[bytes], Answer]:
    """Return a function that writes its argument to the parent, as a process that was taken over may, or its process id."""

    def answer(raw: bytes) -> Answer:
        if raw:
            with socket.socket(fileno=os.dup(int(sys.argv[1]))) as connection:
                connection.sendall(raw)
                time.sleep(60)
        return Answer(("a",), datetime(2026, 3, 10, tzinfo=UTC), os.getpid())

    return answer


def memory_eater() -> Callable[[int], str]:
    """Return a function that returns text of so many MiB."""
    return lambda size: "a" * (size * MIB)


def out_of_memory() -> Callable[[str], str]:
    """Return a function that raises MemoryError."""

    def eat(what: str) -> str:
        if what == "eat":
            raise MemoryError
        return what

    return eat


class Refusal(Exception):
    """An expected error."""


def refuser() -> Callable[[str], str]:
    """Return a function that raises."""

    def refuse(what: str) -> str:
        if what == "refuse":
            raise Refusal("not today")
        raise SystemError("told" if what == "fail" else "a" * MIB)

    return refuse


def reverser() -> Callable[[bytes], bytes]:
    """Return a function that reverses bytes, so that the result differs from the argument."""
    return lambda data: data[::-1]


def sizer() -> Callable[[bytes], tuple[int, int]]:
    """Return a function that returns its process id and the size of its argument."""
    return lambda data: (os.getpid(), len(data))


def file_sizer() -> Callable[[int], int]:
    """Return a function that returns the size of the file with a descriptor."""
    return lambda number: os.fstat(number).st_size


def printer() -> Callable[[str], None]:
    """Return a function that prints on standard output and standard error."""

    def print_both(words: str) -> None:
        print(words, flush=True)
        print(words, file=sys.stderr, flush=True)

    return print_both


def pid(answer: str) -> int:
    """The id of the process that gave *answer*."""
    return int(answer.split(" from ")[1])


async def until_gone(process: int) -> None:
    """Wait until *process* has exited and was reaped."""
    async with asyncio.timeout(10):
        while psutil.pid_exists(process):
            await asyncio.sleep(0.01)


def multiplier() -> Callable[[int], int]:
    """Return a function that multiplies matrices of a size, and returns how many threads its process has."""

    def multiply(size: int) -> int:
        import numpy as np

        matrix = np.ones((size, size), np.float32)
        return psutil.Process().num_threads() if (matrix @ matrix)[0, 0] == size else 0

    return multiply
