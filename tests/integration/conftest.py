"""A feed server, a hostile server and a bus, for every test that takes them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitor.bus import Bus
from monitor.bus.backends import Address, connect
from tests.fakefeed import FakeFeed, serving
from tests.hostile import HostileServer, hostile_server


@pytest.fixture
async def fake() -> AsyncIterator[FakeFeed]:
    """A web server that answers as the test says."""
    async with serving() as server:
        yield server


@pytest.fixture
async def bus(tmp_path: Path) -> AsyncIterator[Bus]:
    """A bus with empty streams."""
    async with connect(Address(f"sqlite:{tmp_path / 'bus.db'}", synchronous="normal")) as opened:
        yield opened


@pytest.fixture
async def hostile() -> AsyncIterator[HostileServer]:
    """A server that misbehaves as the test says, at two addresses."""
    async with hostile_server(addresses=("127.0.0.1", "127.0.0.2")) as server:
        yield server
