"""The buses that the contract suite runs over."""

import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitor.bus import Bus
from monitor.bus.backends import Address, connect, create_streams

SESSION_SECONDS = 2.0
"""After this the broker takes a silent member for gone."""


@pytest.fixture(params=["sqlite", pytest.param("kafka", marks=pytest.mark.kafka)])
async def address(request: pytest.FixtureRequest, tmp_path: Path) -> Address:
    """The address of a bus with empty streams."""
    if request.param == "sqlite":
        return Address(f"sqlite:{tmp_path / 'bus.db'}", session_seconds=SESSION_SECONDS)
    broker = request.getfixturevalue("broker")
    at = Address(f"kafka://{broker}/{secrets.token_hex(4)}", session_seconds=SESSION_SECONDS)
    await create_streams(at)
    return at


@pytest.fixture
async def bus(address: Address) -> AsyncIterator[Bus]:
    """That bus, open in this process."""
    async with connect(address) as opened:
        yield opened
