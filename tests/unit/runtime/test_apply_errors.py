"""An error while a message changes the state concerns this message alone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from monitor.bus import Bus
from monitor.messages import ArticleEntities, ArticleRaw, Language
from monitor.messages.codec import decode_facts, encode
from tests.bus import replay
from tests.make import START, article
from tests.running import until
from tests.unit.runtime.harness import (
    DEAD,
    OUT,
    Count,
    caught_up,
    raw,
    running,
    service,
    titles,
    to_entities,
    values,
)


def numbered(state: Count, message: ArticleRaw) -> Iterator[ArticleEntities]:
    """Forward the article with the number of earlier ones as its language."""
    yield replace(to_entities(message), language=Language(f"n{state.total}", 1.0))


def counted(state: Count, message: ArticleEntities) -> None:
    """Count a message. One whose title contains "bad" fails when the state is half changed."""
    state.total += 1
    if "bad" in message.article.title:
        state.total += 100
        raise KeyError(message.article.title)


def bad(number: int) -> ArticleRaw:
    return ArticleRaw(article(f"bad {number}", id=f"bad {number}"), {"received": START})


async def numbers(bus: Bus) -> list[str]:
    return [value["language"]["code"] for value in await values(bus, OUT)]


async def test_in_a_step_the_message_becomes_a_dead_letter_and_the_state_is_restored(bus: Bus) -> None:
    await bus.publish([raw(0), encode(bad(1)), raw(1), encode(bad(2)), encode(bad(3)), raw(2)])
    tested = service(numbered, fresh=lambda _: Count(), apply=counted, restores=(ArticleEntities,))
    async with running(tested, bus) as health:
        await until(lambda: caught_up(bus))
        assert health.state == "running"
    assert await titles(bus) == ["Title 0", "Title 1", "Title 2"]
    assert await numbers(bus) == ["n0", "n1", "n2"]
    facts = [decode_facts(record.headers) for record in await replay(bus, DEAD)]
    assert [(each.reason, each.error) for each in facts] == [("failed", f"KeyError: 'bad {number}'") for number in (1, 2, 3)]


async def test_async_steps_change_the_state_in_the_order_of_the_messages(bus: Bus) -> None:
    applied: list[str] = []

    async def step(_: object, message: ArticleRaw) -> list[ArticleEntities]:
        return [to_entities(message)]

    def apply(_: object, message: ArticleEntities) -> None:
        applied.append(message.article.title)

    await bus.publish([raw(number) for number in range(9)])
    async with running(service(step, apply=apply), bus):
        await until(lambda: caught_up(bus))
    assert applied == [f"Title {number}" for number in range(9)]


async def test_in_a_restore_the_record_is_skipped_and_told(bus: Bus) -> None:
    await bus.publish([encode(to_entities(bad(1))), encode(to_entities(bad(2))), raw(0)])
    tested = service(numbered, fresh=lambda _: Count(), apply=counted, restores=(ArticleEntities,))
    async with running(tested, bus) as health:
        await until(lambda: caught_up(bus))
        await until(lambda: health.state == "running")
        assert health.trouble == (
            "the state was restored without 2 of the service's own records;"
            " the first: article.entities.v1/0/0: KeyError: 'bad 1'"
        )
    assert (await titles(bus))[-1] == "Title 0"


async def test_in_a_tick_what_belongs_to_the_message_is_left_out(bus: Bus) -> None:
    def tick(state: Count, _: datetime) -> Iterator[ArticleEntities]:
        state.ticks.append(START)
        for number in range(5 * (state.total == 0)):
            feed, title = ("example.org/bad", f"bad {number}") if number in {1, 2} else ("example.org/feed", f"Good {number}")
            yield to_entities(ArticleRaw(article(title, feed=feed), {"received": START}))
        # Belongs to the feed of the messages that fail.
        yield from (
            [] if state.total else [to_entities(ArticleRaw(article("After", feed="example.org/bad"), {"received": START}))]
        )

    states: list[Count] = []

    def fresh(_: object) -> Count:
        states.append(Count())
        return states[-1]

    tested = service(numbered, fresh=fresh, apply=counted, restores=(ArticleEntities,), tick=tick)
    async with running(tested, bus, retry_seconds=3600) as health:
        await until(lambda: values(bus, OUT))
        await until(lambda: len(states[-1].ticks) > 10)
        assert health.trouble is not None
        assert health.trouble.startswith(
            "nothing is published about example.org/bad, because a message failed: KeyError: 'bad 1'"
        )
    assert await titles(bus) == ["Good 0", "Good 3", "Good 4"]
    assert len(states) == 2, "the state is restored once, not at each tick"
