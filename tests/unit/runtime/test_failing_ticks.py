"""Ticks that raise: told, tried again with growing waits, while messages go on."""

import time
from collections.abc import Iterator
from datetime import datetime

import pytest
from structlog.testing import capture_logs

from monitor.bus import Bus, Transient
from monitor.messages import ArticleEntities, ArticleRaw
from tests.make import START, article
from tests.running import until
from tests.unit.runtime.harness import OUT, caught_up, forward, raw, running, service, titles, to_entities, values


def from_tick(title: str) -> ArticleEntities:
    return to_entities(ArticleRaw(article(title), {"received": START}))


async def test_messages_go_on_while_a_tick_fails_and_its_owner_is_told(bus: Bus) -> None:
    failed_at: list[float] = []

    def tick(_state: object, _now: datetime) -> Iterator[ArticleEntities]:
        failed_at.append(time.monotonic())
        yield from_tick("never published")
        raise KeyError("a bug")

    with capture_logs() as logs:
        async with running(service(forward, tick=tick), bus, retry_seconds=3600) as health:
            await until(lambda: len(failed_at) >= 3)
            await bus.publish([raw(number) for number in range(3)])
            await until(lambda: caught_up(bus))
            assert (health.state, health.partitions) == ("broken", 1)
            assert health.trouble is not None
            assert health.trouble.startswith("its regular work failed, 3 times in a row: KeyError: 'a bug'")
    assert await titles(bus) == ["Title 0", "Title 1", "Title 2"]
    assert failed_at[1] - failed_at[0] >= 0.25
    assert failed_at[2] - failed_at[1] >= 0.5
    events = [line["event"] for line in logs]
    assert (events.count("tick failed"), events.count("service failed, restarting it")) == (3, 0)
    assert {type(line["exc_info"]) for line in logs if line["event"] == "tick failed"} == {KeyError}


async def test_a_tick_that_works_again_is_no_trouble(bus: Bus) -> None:
    failures = [ValueError("once"), ValueError("twice")]
    fresh_states = 0

    def fresh(_: object) -> list[str]:
        nonlocal fresh_states
        fresh_states += 1
        return []

    def tick(state: list[str], _now: datetime) -> list[ArticleEntities]:
        if failures:
            # What a tick that fails does to the state is undone.
            state.append("half of a change")
            raise failures.pop()
        return [from_tick("published")] if not state else []

    def apply(state: list[str], message: ArticleEntities) -> None:
        state.append(message.article.title)

    async with running(service(forward, fresh=fresh, apply=apply, tick=tick), bus) as health:
        await until(lambda: values(bus, OUT))
        await until(lambda: health.trouble is None)
        assert health.state == "running"
    assert await titles(bus) == ["published"]
    assert fresh_states == 3


@pytest.mark.parametrize("is_generator", [False, True])
async def test_an_outage_that_a_tick_meets_is_no_failure(bus: Bus, *, is_generator: bool) -> None:
    attempts = 0

    def tick(_state: object, _now: datetime) -> list[ArticleEntities] | Iterator[ArticleEntities]:
        nonlocal attempts
        attempts += 1
        return outage() if is_generator else list(outage())

    def outage() -> Iterator[ArticleEntities]:
        if attempts < 3:
            raise Transient("away")
        yield from [from_tick("published")] if attempts == 3 else []

    with capture_logs() as logs:
        async with running(service(forward, tick=tick), bus):
            await until(lambda: values(bus, OUT))
    assert [line["event"] for line in logs].count("waiting") == 2
    assert not any(line["event"] == "tick failed" for line in logs)
