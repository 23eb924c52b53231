"""The buses that the contract suite runs over."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitor.bus import Bus
from monitor.bus.open import connect


@pytest.fixture(params=["sqlite"])
def address(tmp_path: Path) -> str:
    """The address of a bus with empty streams."""
    return f"sqlite:{tmp_path / 'bus.db'}"


@pytest.fixture
async def bus(address: str) -> AsyncIterator[Bus]:
    """That bus, open in this process."""
    async with connect(address) as opened:
        yield opened
