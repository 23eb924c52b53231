"""The state that the alerts service keeps for its rules survives a restart on every bus."""

from datetime import datetime, timedelta

from consumers.alerts import service as alerts
from monitor.bus import Bus
from monitor.config import AtLeast, Config, Watch
from monitor.messages import Alert, Held, Message
from monitor.messages.codec import encode
from tests.bus import read_all
from tests.make import START, article_stories
from tests.running import running, until

WATCH = Watch("kim", any=("Kim",), at_least=AtLeast("6h", outlets=2), silence="12h")


async def wait_for(bus: Bus, kind: type[Message], count: int) -> None:
    async def are_published() -> bool:
        return len(await read_all(bus, kind)) >= count

    await until(are_published)


async def test_held_articles_and_silences_survive_a_restart(bus: Bus) -> None:
    config = Config(watches=(WATCH,))
    await bus.publish([encode(article_stories("Kim leaves", outlet="a"))])
    async with running(bus, alerts.make(lambda: config), clock=lambda: START):
        await wait_for(bus, Held, 1)
    assert await read_all(bus, Alert) == []
    assert [held.id for held in await read_all(bus, Held)] == ["kim:s1"]
    await bus.publish([encode(article_stories("Kim gone", outlet="b", minutes=10))])
    async with running(bus, alerts.make(lambda: config), clock=lambda: START):
        await wait_for(bus, Alert, 1)
    (alert,) = await read_all(bus, Alert)
    assert (alert.id, alert.outlets) == ("kim:s1", ("a", "b"))
    now = START + timedelta(hours=13)

    def advancing_clock() -> datetime:
        nonlocal now
        now += timedelta(seconds=30)
        return now

    async with running(bus, alerts.make(lambda: config), clock=advancing_clock):
        await wait_for(bus, Alert, 2)
    assert [alert.change for alert in await read_all(bus, Alert)] == ["new", "silence"]
