"""Delivery to a real receiver on 127.0.0.1."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from consumers.delivery import service as delivery
from consumers.delivery.channels import CHANNELS, ChannelKind, Result
from monitor.bus import Bus
from monitor.cli.status import summarize
from monitor.clock import Clock, steady, utc
from monitor.config import Config, DeliveryConfig, QuietHours, Target, Watch
from monitor.messages import Alert, Delivery
from monitor.messages.codec import encode
from tests.bus import read_all
from tests.integration.receiver import SECRET, Receiver, receiving
from tests.make import START, alert
from tests.running import running, until


@pytest.fixture
async def receiver(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Receiver]:
    """A running receiver, with the secret in the environment."""
    monkeypatch.setenv("DESK_SECRET", SECRET)
    async with receiving() as running_receiver:
        yield running_receiver


def config_of(
    *targets: Target, networks: tuple[str, ...] = ("127.0.0.0/8",), retries: tuple[float, ...] = (0.1, 0.1)
) -> Callable[[], Config]:
    config = Config(
        delivery=DeliveryConfig(timeout=1, retries=retries, allow_networks=networks),
        watches=(Watch("kim", any=("Kim",)),),
        targets=targets,
    )
    return lambda: config


def desk(receiver: Receiver, name: str = "desk") -> Target:
    return Target(name, webhook=receiver.base, secret_env="DESK_SECRET")


@dataclass
class CountingClock:
    """A clock that counts its readings. The service reads it once for each tick."""

    clock: Clock
    reads: int = 0

    def __call__(self) -> datetime:
        """Return the time, and count the reading."""
        self.reads += 1
        return self.clock()

    async def further_ticks(self, count: int) -> None:
        """Wait for *count* more ticks."""
        expected = self.reads + count
        await until(lambda: self.reads >= expected)


async def states(bus: Bus) -> list[str]:
    return [record.state for record in await read_all(bus, Delivery)]


async def wait_for_state(bus: Bus, state: str, count: int = 1) -> list[Delivery]:
    """Wait until *count* deliveries are recorded in *state*; return all records."""

    async def are_recorded() -> bool:
        return (await states(bus)).count(state) >= count

    await until(are_recorded)
    return await read_all(bus, Delivery)


async def test_an_alert_is_posted_with_a_signature_and_each_step_is_recorded(bus: Bus, receiver: Receiver) -> None:
    await bus.publish([encode(alert(to=("desk",)))])
    async with running(bus, delivery.make(config_of(desk(receiver)))):
        records = await wait_for_state(bus, "sent")
    assert [(record.state, record.attempt, record.status) for record in records] == [("queued", 0, None), ("sent", 1, 204)]
    assert receiver.received == [("kim:s1:1", "A train")]
    assert receiver.media_types == {"application/json"}


async def test_a_target_may_ask_for_cloudevents(bus: Bus, receiver: Receiver) -> None:
    await bus.publish([encode(alert(to=("desk",)))])
    target = replace(desk(receiver), cloudevents="structured")
    async with running(bus, delivery.make(config_of(target))):
        await wait_for_state(bus, "sent")
    assert receiver.received == [("kim:s1:1", "A train")]
    assert receiver.media_types == {"application/cloudevents+json; charset=utf-8"}


async def test_a_failing_delivery_is_retried_with_the_same_id_until_it_has_failed(bus: Bus, receiver: Receiver) -> None:
    receiver.statuses = [500, 503, 500]
    await bus.publish([encode(alert(to=("desk",)))])
    async with running(bus, delivery.make(config_of(desk(receiver)))):
        records = await wait_for_state(bus, "failed")
    assert [record.state for record in records] == ["queued", "retrying", "retrying", "failed"]
    assert receiver.ids == ["kim:s1:1"] * 3


async def test_a_pending_delivery_survives_a_restart(bus: Bus, receiver: Receiver) -> None:
    receiver.statuses = [500]
    await bus.publish([encode(alert(to=("desk",)))])
    config = config_of(desk(receiver), retries=(1.0, 1.0))
    async with running(bus, delivery.make(config)):
        await wait_for_state(bus, "retrying")
    async with running(bus, delivery.make(config)):
        await wait_for_state(bus, "sent")
    assert receiver.ids == ["kim:s1:1"] * 2


async def test_a_pending_delivery_survives_a_long_stop(bus: Bus, receiver: Receiver, tmp_path: Path) -> None:
    receiver.statuses = [500]
    await bus.publish([encode(alert(to=("desk",)))])
    config = config_of(desk(receiver), retries=(60.0,))
    async with running(bus, delivery.make(config)):
        await wait_for_state(bus, "retrying")
    with closing(sqlite3.connect(tmp_path / "bus.db", isolation_level=None)) as file:
        file.execute('UPDATE "delivery.v1" SET time = time - 20 * 86400')
    async with running(bus, delivery.make(config), clock=lambda: utc() + timedelta(days=20)):
        await wait_for_state(bus, "sent")
    assert receiver.ids == ["kim:s1:1"] * 2


async def test_a_failing_target_delays_no_other(bus: Bus, receiver: Receiver) -> None:
    async with receiving() as slow:
        slow.delay = 60
        await bus.publish([encode(alert(number, id=f"kim:s{number}", to=("slow", "desk"))) for number in range(1, 9)])
        async with running(bus, delivery.make(config_of(desk(slow, "slow"), desk(receiver)))):
            assert await until(lambda: len(receiver.received) == 8, seconds=5)


async def test_the_alerts_of_two_watches_on_one_story_are_one_message(bus: Bus, receiver: Receiver) -> None:
    config = config_of(desk(receiver))()
    config = replace(config, watches=(*config.watches, Watch("train", any=("train",))))
    await bus.publish([encode(alert(to=("desk",))), encode(alert(id="train:s1", watch="train", to=("desk",)))])
    async with running(bus, delivery.make(lambda: config)):
        records = await wait_for_state(bus, "sent", 2)
    ((message, content),) = receiver.received
    assert (message.startswith("digest:"), content) == (True, "kim:s1 train:s1")
    assert [(each.alert, each.status) for each in records if each.state == "sent"] == [("kim:s1", 204), ("train:s1", 204)]


async def test_quiet_hours_end_in_one_digest_and_critical_alerts_are_sent_at_once(bus: Bus, receiver: Receiver) -> None:
    night_watch = Watch("kim", any=("Kim",), quiet=QuietHours("00:00", "07:00"))
    config = replace(config_of(desk(receiver))(), watches=(night_watch,))
    deferred = [alert(id=f"kim:s{number}", to=("desk",)) for number in range(3)]
    await bus.publish([encode(each) for each in (*deferred, alert(id="kim:urgent", severity="critical", to=("desk",)))])
    night = CountingClock(lambda: START + timedelta(hours=1))
    async with running(bus, delivery.make(lambda: config), clock=night):
        await wait_for_state(bus, "sent")
        await night.further_ticks(5)
    assert receiver.ids == ["kim:urgent:1"]
    morning = START + timedelta(hours=3, seconds=1)
    async with running(bus, delivery.make(lambda: config), clock=lambda: morning):
        records = await wait_for_state(bus, "sent", 4)
    (_, (digest_id, content)) = receiver.received
    assert digest_id.startswith("digest:")
    assert content == "kim:s0 kim:s1 kim:s2"
    assert [record.state for record in records].count("queued") == 4


async def test_a_newer_version_is_sent_once_the_earlier_attempt_has_ended(bus: Bus, receiver: Receiver) -> None:
    receiver.delay = 0.4
    async with running(bus, delivery.make(config_of(desk(receiver)))):
        await bus.publish([encode(alert(1, to=("desk",)))])

        await until(lambda: len(receiver.received) == 1)
        await bus.publish([encode(alert(2, to=("desk",)))])
        records = await wait_for_state(bus, "sent", 2)
    assert [(record.version, record.state) for record in records] == [
        (1, "queued"),
        (1, "superseded"),
        (2, "queued"),
        (1, "sent"),
        (2, "sent"),
    ]
    assert receiver.ids == ["kim:s1:1", "kim:s1:2"]


async def test_a_redirect_is_a_failure(bus: Bus, receiver: Receiver) -> None:
    receiver.statuses = [302]
    await bus.publish([encode(alert(to=("desk",)))])
    async with running(bus, delivery.make(config_of(desk(receiver), retries=()))):
        (_, failed) = await wait_for_state(bus, "failed")
    assert (failed.status, len(receiver.received)) == (302, 1)


async def test_a_private_address_is_refused_unless_it_is_allowed(bus: Bus, receiver: Receiver) -> None:
    await bus.publish([encode(alert(to=("desk",)))])
    async with running(bus, delivery.make(config_of(desk(receiver), networks=(), retries=()))):
        (_, failed) = await wait_for_state(bus, "failed")
    assert "delivery.allow_networks" in (failed.error or "")
    assert receiver.received == []


async def test_the_log_is_a_target_too(bus: Bus) -> None:
    await bus.publish([encode(alert(to=("log",)))])
    async with running(bus, delivery.make(config_of(Target("log", log=True)))):
        await wait_for_state(bus, "sent")
    assert await states(bus) == ["queued", "sent"]


class FaultyChannel:
    """A channel that raises an exception."""

    async def send(self, batch: Sequence[Alert]) -> Result:
        """Raise KeyError."""
        raise KeyError(batch[0].id)


async def test_a_faulty_channel_fails_its_own_deliveries_only(bus: Bus, receiver: Receiver) -> None:
    channels = {**CHANNELS, "faulty": ChannelKind(lambda _target, _config, _session: FaultyChannel())}
    await bus.publish([encode(alert(to=("faulty", "desk")))])
    async with running(
        bus, delivery.make(config_of(Target("faulty", extension="faulty"), desk(receiver), retries=()), channels)
    ):
        await wait_for_state(bus, "sent")
        records = await wait_for_state(bus, "failed")
        await until(lambda: len(receiver.received) == 2)
    (failed,) = [record for record in records if record.state == "failed"]
    assert (failed.target, failed.error) == ("faulty", "could not be sent: KeyError")
    told = "A delivery to target faulty has failed: could not be sent: KeyError"
    assert {title for _, title in receiver.received} == {"A train", told}


async def test_a_delivery_of_a_deleted_watch_is_dropped(bus: Bus, receiver: Receiver) -> None:
    receiver.statuses = [500] * 9
    config = config_of(desk(receiver), retries=(1.0,) * 9)()
    await bus.publish([encode(alert(to=("desk",)))])
    async with running(bus, delivery.make(lambda: config), clock=steady(speed=10)):
        await wait_for_state(bus, "retrying")
        config = replace(config, watches=(Watch("other", any=("x",)),))
        records = await wait_for_state(bus, "dropped")
    dropped = records[-1]
    assert (dropped.state, dropped.error, dropped.body) == ("dropped", "the watch is no longer in the config", None)
    assert "sent" not in {record.state for record in records}
    none = dict.fromkeys(("pending", "sent", "failed", "superseded", "withheld"), 0)
    assert (await summarize(config, bus))["deliveries"] == {**none, "dropped": 1}


async def test_a_delivery_for_a_target_that_is_not_in_the_config_yet_waits_for_it(bus: Bus, receiver: Receiver) -> None:
    config, complete_config = config_of()(), config_of(desk(receiver))()
    clock = CountingClock(utc)
    await bus.publish([encode(alert(to=("desk",)))])
    async with running(bus, delivery.make(lambda: config), clock=clock):
        await wait_for_state(bus, "queued")
        await clock.further_ticks(5)
        config = complete_config
        await wait_for_state(bus, "sent")
    assert await states(bus) == ["queued", "sent"]
    assert receiver.received == [("kim:s1:1", "A train")]
