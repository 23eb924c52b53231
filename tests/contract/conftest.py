"""The buses that the contract is tested on."""

import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitor.bus import Bus
from monitor.bus.backends import Address, connect, create_streams

SESSION_SECONDS = 2.0
"""Seconds without a heartbeat after which the broker removes a member from its group."""


@pytest.fixture
def sqlite(tmp_path: Path) -> Address:
    """The address of a bus with empty streams, in an SQLite file."""
    return Address(f"sqlite:{tmp_path / 'bus.db'}", session_seconds=SESSION_SECONDS)


@pytest.fixture
def empty_kafka(broker: str) -> Address:
    """The address of a broker, with a prefix that has no streams."""
    return Address(f"kafka://{broker}/{secrets.token_hex(4)}", session_seconds=SESSION_SECONDS)


@pytest.fixture
async def kafka(empty_kafka: Address) -> Address:
    """The address of a broker with empty streams."""
    await create_streams(empty_kafka)
    return empty_kafka


@pytest.fixture(params=["sqlite", pytest.param("kafka", marks=pytest.mark.kafka)])
def address(request: pytest.FixtureRequest) -> Address:
    """The address of a bus with empty streams. Each parameter is the name of the fixture that makes it."""
    result: Address = request.getfixturevalue(request.param)
    return result


@pytest.fixture
async def bus(address: Address) -> AsyncIterator[Bus]:
    """The bus at that address."""
    async with connect(address) as opened:
        yield opened
