"""A Kafka broker for the benchmarks: the one of the tests."""

import asyncio
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from monitor.bus.backends import Address, create_streams
from tests.broker import running


@contextmanager
def kafka() -> Iterator[Address]:
    """A broker with empty streams."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "kafka") as broker:
        at = Address(f"kafka://{broker}", session_seconds=6)
        # A loop may be running in this thread.
        ThreadPoolExecutor(1).submit(asyncio.run, create_streams(at)).result()
        yield at
