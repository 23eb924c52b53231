"""Delivery while commits fail, while the service ends, and to hostile receivers."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, cast

import pytest

from consumers.delivery import service as delivery
from monitor.bus import Bus, ProducerRecord, Record, Transient
from monitor.config import Config, DeliveryConfig, Target, Watch
from monitor.messages import Delivery
from monitor.messages.codec import encode
from tests.bus import read_all
from tests.integration.receiver import SECRET, Receiver, receiving
from tests.make import alert
from tests.running import running, until
from tests.wrapped_bus import WrappedBus


@pytest.fixture
async def receiver(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Receiver]:
    """A running receiver, with the secret in the environment."""
    monkeypatch.setenv("DESK_SECRET", SECRET)
    async with receiving() as running_receiver:
        yield running_receiver


def config_of(url: str, **settings: Any) -> Callable[[], Config]:
    config = Config(
        delivery=DeliveryConfig(**{"timeout": 1, "retries": (0.1,), "allow_networks": ("127.0.0.0/8",), **settings}),
        watches=(Watch("kim", any=("Kim",)),),
        targets=(Target("desk", webhook=url, secret_env="DESK_SECRET"),),
    )
    return lambda: config


async def count(bus: Bus, state: Any) -> int:
    return [record.state for record in await read_all(bus, Delivery)].count(state)


@pytest.mark.parametrize("number", [3, 30])
async def test_what_a_receiver_has_accepted_is_not_posted_again_while_the_disk_is_full(
    bus: Bus, receiver: Receiver, number: int
) -> None:
    receiver.statuses, receiver.delay, is_full, refusals = [500] * 60, 0.3, False, 0

    async def check(_done: Sequence[Record], _out: Sequence[ProducerRecord]) -> None:
        nonlocal refusals
        if is_full:
            refusals += 1
            raise Transient("database or disk is full")

    await bus.publish([encode(alert(id=f"kim:s{each}", to=("desk",))) for each in range(number)])
    async with running(cast("Bus", WrappedBus(bus, check)), delivery.make(config_of(receiver.base, retries=(0.1,) * 99))):
        await until(lambda: receiver.received)
        is_full, before = True, len(receiver.received)
        receiver.statuses = []
        await until(lambda: refusals >= 5)
        is_full = False

        async def are_sent() -> bool:
            return await count(bus, "sent") == number

        await until(are_sent)
    assert max(Counter(receiver.ids[before:]).values(), default=1) == 1
    ids_by_alert: dict[str, set[str]] = {}
    for message_id, content in receiver.received:
        for each in content.split() if message_id.startswith("digest:") else [message_id]:
            ids_by_alert.setdefault(each, set()).add(message_id)
    assert {len(ids) for ids in ids_by_alert.values()} == {1}
    assert await count(bus, "sent") == number


async def test_the_end_waits_for_webhooks_in_flight_and_records_them(bus: Bus, receiver: Receiver) -> None:
    receiver.delay = 0.5
    await bus.publish([encode(alert(id=f"kim:s{each}", to=("desk",))) for each in range(7)])
    async with running(bus, delivery.make(config_of(receiver.base, timeout=5))):
        await until(lambda: len(receiver.received) == 4)
    assert (await count(bus, "sent"), len(receiver.received)) == (4, 4)
    receiver.delay = 0
    async with running(bus, delivery.make(config_of(receiver.base))):
        await until(lambda: len(receiver.received) == 7)
    assert len(set(receiver.ids)) == 7


async def test_the_end_is_told_of_webhooks_that_no_receiver_answers(bus: Bus, receiver: Receiver) -> None:
    receiver.delay = 5
    await bus.publish([encode(alert(to=("desk",)))])
    async with asyncio.timeout(4), running(bus, delivery.make(config_of(receiver.base, timeout=60), drain_seconds=0.1)):
        await until(lambda: receiver.received)
    assert await count(bus, "sent") == 0
    receiver.delay = 0
    async with running(bus, delivery.make(config_of(receiver.base))):
        await until(lambda: len(receiver.received) == 2)
    assert receiver.ids == ["kim:s1:1"] * 2
