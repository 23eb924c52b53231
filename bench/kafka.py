"""A Kafka broker for benchmarks. It is not in bench/harness.py, since its imports would count in measured memory."""

import asyncio
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from monitor.bus.backends import Address, create_streams
from tests.broker import kafka_broker


@contextmanager
def kafka_address(days: float = 30) -> Iterator[Address]:
    """Run a broker with empty streams, which keep a record for *days*. Yield its address."""
    with tempfile.TemporaryDirectory() as folder, kafka_in(Path(folder) / "kafka", days) as address:
        yield address


@contextmanager
def kafka_in(folder: Path, days: float) -> Iterator[Address]:
    """Run such a broker with its data in *folder*. Yield its address."""
    with kafka_broker(folder) as broker:
        address = Address(f"kafka://{broker}", days, session_seconds=6)
        # In another thread, since an event loop may be running in this one.
        ThreadPoolExecutor(1).submit(asyncio.run, create_streams(address)).result()
        yield address
