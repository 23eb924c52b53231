"""Delivery against a real receiver on 127.0.0.1."""

import asyncio
import base64
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from standardwebhooks import Webhook

from consumers.delivery import service as delivery
from monitor.bus import Bus
from monitor.cli.status import summarize
from monitor.clock import steady, utc
from monitor.config import Config, QuietHours, Target, Watch
from monitor.config import DeliveryConfig as Settings
from monitor.messages import Delivery
from monitor.messages.codec import encode
from tests.integration.running import everything, running, until
from tests.make import START, alert

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()


@dataclass
class Receiver:
    """A web server that takes alerts, and answers with the next of *answers*, then with 204."""

    base: str = ""
    answers: list[int] = field(default_factory=list)
    taken: list[tuple[str, str]] = field(default_factory=list)
    slow: float = 0

    async def take(self, request: web.Request) -> web.Response:
        """One delivery; its signature must be good."""
        body = await request.read()
        data = Webhook(SECRET).verify(body, dict(request.headers))
        alerts = data["data"].get("alerts")
        said = " ".join(each["id"] for each in alerts) if alerts else data["data"]["title"]
        self.taken.append((request.headers["webhook-id"], said))
        await asyncio.sleep(self.slow)
        status = self.answers.pop(0) if self.answers else 204
        return web.Response(status=status, headers={"Location": self.base} if status in {301, 302} else {})


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """The receiver."""
    receiver, app = Receiver(), web.Application()
    app.router.add_post("/", receiver.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        receiver.base = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        yield receiver
    finally:
        await runner.cleanup()


@pytest.fixture
async def receiver(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Receiver]:
    """A receiver, with the secret in the environment."""
    monkeypatch.setenv("DESK_SECRET", SECRET)
    async with receiving() as made:
        yield made


def config(
    *targets: Target, networks: tuple[str, ...] = ("127.0.0.0/8",), retries: tuple[float, ...] = (0.1, 0.1)
) -> Callable[[], Config]:
    made = Config(
        delivery=Settings(timeout=1, retries=retries, allow_networks=networks),
        watches=(Watch("kim", any=("Kim",)),),
        targets=targets,
    )
    return lambda: made


def desk(receiver: Receiver, name: str = "desk") -> Target:
    return Target(name, webhook=receiver.base, secret_env="DESK_SECRET")


async def states(bus: Bus) -> list[str]:
    return [record.state for record in await everything(bus, Delivery)]


async def until_state(bus: Bus, state: str) -> list[Delivery]:
    return await until_count(bus, state, 1)


async def until_count(bus: Bus, state: str, count: int) -> list[Delivery]:
    async def there() -> bool:
        return (await states(bus)).count(state) >= count

    await until(there)
    return await everything(bus, Delivery)


async def test_an_alert_is_posted_signed_and_its_way_recorded(bus: Bus, receiver: Receiver) -> None:
    await bus.publish([encode(alert(to=("desk",)))])
    async with running(bus, delivery.make(config(desk(receiver)))):
        records = await until_state(bus, "sent")
    assert [(record.state, record.attempt, record.status) for record in records] == [("queued", 0, None), ("sent", 1, 204)]
    assert receiver.taken == [("kim:s1:1", "A train")]


async def test_what_fails_is_tried_again_with_the_same_id_until_it_has_failed(bus: Bus, receiver: Receiver) -> None:
    receiver.answers = [500, 503, 500]
    await bus.publish([encode(alert(to=("desk",)))])
    async with running(bus, delivery.make(config(desk(receiver)))):
        records = await until_state(bus, "failed")
    assert [record.state for record in records] == ["queued", "retrying", "retrying", "failed"]
    assert [ident for ident, _ in receiver.taken] == ["kim:s1:1"] * 3


async def test_what_is_pending_survives_a_restart(bus: Bus, receiver: Receiver) -> None:
    receiver.answers = [500]
    await bus.publish([encode(alert(to=("desk",)))])
    settings = config(desk(receiver), retries=(1.0, 1.0))
    async with running(bus, delivery.make(settings)):
        await until_state(bus, "retrying")
    async with running(bus, delivery.make(settings)):
        await until_state(bus, "sent")
    assert [ident for ident, _ in receiver.taken] == ["kim:s1:1"] * 2


async def test_what_is_pending_survives_a_long_stop(bus: Bus, receiver: Receiver, tmp_path: Path) -> None:
    receiver.answers = [500]
    await bus.publish([encode(alert(to=("desk",)))])
    settings = config(desk(receiver), retries=(60.0,))
    async with running(bus, delivery.make(settings)):
        await until_state(bus, "retrying")
    with closing(sqlite3.connect(tmp_path / "bus.db", isolation_level=None)) as file:
        file.execute('UPDATE "delivery.v1" SET time = time - 20 * 86400')
    async with running(bus, delivery.make(settings), clock=lambda: utc() + timedelta(days=20)):
        await until_state(bus, "sent")


async def test_a_failing_target_holds_up_no_other(bus: Bus, receiver: Receiver) -> None:
    async with receiving() as slow:
        slow.slow = 60
        await bus.publish([encode(alert(number, id=f"kim:s{number}", to=("slow", "desk"))) for number in range(1, 9)])
        async with running(bus, delivery.make(config(desk(slow, "slow"), desk(receiver)))):

            async def all_there() -> bool:
                return len(receiver.taken) == 8

            await until(all_there, seconds=5)


async def test_quiet_hours_end_in_one_digest_and_critical_alerts_pass(bus: Bus, receiver: Receiver) -> None:
    asleep = Watch("kim", any=("Kim",), quiet=QuietHours("00:00", "07:00"))
    settings = replace(config(desk(receiver))(), watches=(asleep,))
    told = [alert(id=f"kim:s{number}", to=("desk",)) for number in range(3)]
    await bus.publish([encode(each) for each in (*told, alert(id="kim:urgent", severity="critical", to=("desk",)))])
    night = START + timedelta(hours=1)
    async with running(bus, delivery.make(lambda: settings), clock=lambda: night):
        await until_state(bus, "sent")
        await asyncio.sleep(0.2)
    assert [ident for ident, _ in receiver.taken] == ["kim:urgent:1"]
    morning = START + timedelta(hours=3, seconds=1)
    async with running(bus, delivery.make(lambda: settings), clock=lambda: morning):
        records = await until_count(bus, "sent", 4)
    (_, (digest, said)) = receiver.taken
    assert digest.startswith("digest:")
    assert said == "kim:s0 kim:s1 kim:s2"
    assert [record.state for record in records].count("queued") == 4


async def test_a_newer_version_goes_once_the_earlier_one_has_ended_its_way(bus: Bus, receiver: Receiver) -> None:
    receiver.slow = 0.4
    async with running(bus, delivery.make(config(desk(receiver)))):
        await bus.publish([encode(alert(1, to=("desk",)))])

        async def on_its_way() -> bool:
            return len(receiver.taken) == 1

        await until(on_its_way)
        await bus.publish([encode(alert(2, to=("desk",)))])
        records = await until_state(bus, "sent")
    assert [(record.version, record.state) for record in records] == [
        (1, "queued"),
        (1, "superseded"),
        (2, "queued"),
        (2, "sent"),
    ]
    assert [ident for ident, _ in receiver.taken] == ["kim:s1:1", "kim:s1:2"]


async def test_a_redirect_is_a_failure(bus: Bus, receiver: Receiver) -> None:
    receiver.answers = [302]
    await bus.publish([encode(alert(to=("desk",)))])
    async with running(bus, delivery.make(config(desk(receiver), retries=()))):
        (_, failed) = await until_state(bus, "failed")
    assert (failed.status, len(receiver.taken)) == (302, 1)


async def test_a_private_address_is_refused_unless_allowed(bus: Bus, receiver: Receiver) -> None:
    await bus.publish([encode(alert(to=("desk",)))])
    async with running(bus, delivery.make(config(desk(receiver), networks=(), retries=()))):
        (_, failed) = await until_state(bus, "failed")
    assert "delivery.allow_networks" in (failed.error or "")
    assert receiver.taken == []


async def test_the_log_is_a_target_too(bus: Bus) -> None:
    await bus.publish([encode(alert(to=("log",)))])
    async with running(bus, delivery.make(config(Target("log", log=True)))):
        await until_state(bus, "sent")
    assert await states(bus) == ["queued", "sent"]


async def test_an_alert_of_a_watch_that_is_deleted_in_flight_is_dropped_and_told(bus: Bus, receiver: Receiver) -> None:
    receiver.answers = [500] * 9
    now = config(desk(receiver), retries=(1.0,) * 9)()
    await bus.publish([encode(alert(to=("desk",)))])
    async with running(bus, delivery.make(lambda: now), clock=steady(speed=10)):
        await until_state(bus, "retrying")
        now = replace(now, watches=(Watch("other", any=("x",)),))
        records = await until_state(bus, "dropped")
    assert (records[-1].state, records[-1].error, records[-1].body) == ("dropped", "its watch is gone from the config", None)
    assert "sent" not in {record.state for record in records}
    assert (await summarize(now, bus))["deliveries"] == {"pending": 0, "sent": 0, "failed": 0, "superseded": 0, "dropped": 1}


async def test_an_alert_of_a_watch_that_is_not_known_here_yet_is_sent_once_it_is(bus: Bus, receiver: Receiver) -> None:
    now, known = config()(), config(desk(receiver))()
    await bus.publish([encode(alert(to=("desk",)))])
    async with running(bus, delivery.make(lambda: now)):
        await until_state(bus, "queued")
        await asyncio.sleep(0.3)
        now = known
        await until_state(bus, "sent")
    assert await states(bus) == ["queued", "sent"]
    assert receiver.taken == [("kim:s1:1", "A train")]
