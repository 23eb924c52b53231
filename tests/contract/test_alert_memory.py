"""What the alerts service remembers for its rules, stopped and started again on every bus."""

from datetime import timedelta

from consumers.alerts import service as alerts
from monitor.bus import Bus
from monitor.config import AtLeast, Config, Watch
from monitor.messages import Alert, Held, Message
from monitor.messages.codec import encode
from tests.integration.running import everything, running, until
from tests.make import START, told

WATCH = Watch("kim", any=("Kim",), at_least=AtLeast("6h", outlets=2), silence="12h")


async def until_there(bus: Bus, kind: type[Message], count: int) -> None:
    async def there() -> bool:
        return len(await everything(bus, kind)) >= count

    await until(there)


async def test_what_is_held_and_what_is_silent_survive_a_restart(bus: Bus) -> None:
    now = START
    config = Config(watches=(WATCH,))
    await bus.publish([encode(told("Kim leaves", outlet="a"))])
    async with running(bus, alerts.make(lambda: config), clock=lambda: now):
        await until_there(bus, Held, 1)
    assert await everything(bus, Alert) == []
    assert [held.id for held in await everything(bus, Held)] == ["kim:s1"]
    await bus.publish([encode(told("Kim gone", outlet="b", minutes=10))])
    async with running(bus, alerts.make(lambda: config), clock=lambda: now):
        await until_there(bus, Alert, 1)
    (alert,) = await everything(bus, Alert)
    assert (alert.id, alert.outlets) == ("kim:s1", ("a", "b"))
    now = START + timedelta(hours=13)

    def later() -> timedelta:
        nonlocal now
        now += timedelta(seconds=30)
        return now - START

    async with running(bus, alerts.make(lambda: config), clock=lambda: START + later()):
        await until_there(bus, Alert, 2)
    assert [each.change for each in await everything(bus, Alert)] == ["new", "silence"]
