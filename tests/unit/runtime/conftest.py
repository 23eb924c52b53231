"""The bus of the tests of the consumer loop."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitor.bus import Bus
from monitor.bus.backends import Address, connect


@pytest.fixture
async def bus(tmp_path: Path) -> AsyncIterator[Bus]:
    """An SQLite bus with empty streams."""
    async with connect(Address(f"sqlite:{tmp_path / 'bus.db'}", synchronous="normal")) as opened:
        yield opened
