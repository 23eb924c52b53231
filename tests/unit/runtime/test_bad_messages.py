"""Bad messages in the consumer loop: dead letters and the circuit breaker."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.bus import Bus, Transient
from monitor.bus.streams import MAX_BYTES
from monitor.messages import ArticleEntities, ArticleRaw
from monitor.messages.codec import decode_facts
from monitor.runtime.circuit_breaker import CircuitBreaker
from monitor.runtime.dead_letters import skip_messages
from tests.bus import replay
from tests.make import START
from tests.running import until
from tests.unit.runtime.harness import (
    DEAD,
    RAW,
    caught_up,
    forward,
    invalid_record,
    raw,
    running,
    service,
    titles,
    to_entities,
    values,
)


async def test_a_bad_message_becomes_a_dead_letter_with_its_original_bytes(bus: Bus) -> None:
    def step(_: object, message: ArticleRaw) -> list[ArticleEntities]:
        if message.article.title == "Title 2":
            raise ValueError("cannot\ndigest\x07 this")
        return [to_entities(message)]

    await bus.publish([raw(1), invalid_record(7, "example.org/feed"), raw(2), raw(3)])
    async with running(service(step), bus):
        await until(lambda: caught_up(bus))
    assert await titles(bus) == ["Title 1", "Title 3"]
    invalid, failed = await replay(bus, DEAD)
    assert (invalid.key, invalid.value, invalid.headers["feed"]) == ("id 7", b"{}", "example.org/feed")
    facts = decode_facts(invalid.headers)
    assert (facts.service, facts.stream, facts.partition, facts.offset, facts.reason) == ("entities", RAW, "0", "1", "invalid")
    assert '"article" is a required property' in facts.error
    assert failed.value == raw(2).value
    assert (decode_facts(failed.headers).reason, decode_facts(failed.headers).error[:22]) == (
        "failed",
        "ValueError: cannot dig",
    )


async def test_a_message_of_a_newer_version_is_processed_and_told(bus: Bus) -> None:
    old = raw(1)
    newer = replace(old, value=old.value.replace(b'"flags":[]', b'"flags":["translated"]'))
    assert newer != old
    await bus.publish([newer])
    async with running(service(forward), bus) as health:
        await until(lambda: caught_up(bus))
        await until(lambda: health.trouble is not None)
        assert health.trouble == (
            "1 unknown value passed over in messages of a newer version since the start, "
            "the last: 'translated' in article.raw.v1 at /article/flags/*; update this program"
        )
        assert health.state == "running"
    assert (await titles(bus), await replay(bus, DEAD)) == (["Title 1"], [])


async def test_an_oversized_output_makes_its_input_a_dead_letter(bus: Bus) -> None:
    def oversized(_: object, message: ArticleRaw) -> list[ArticleEntities]:
        stamps = {f"stage {number}": START for number in range(60_000)}
        return [replace(to_entities(message), stamps=stamps | {"received": START})]

    await bus.publish([raw(1)])
    async with running(service(oversized), bus):
        await until(lambda: caught_up(bus))
    (record,) = await replay(bus, DEAD)
    assert decode_facts(record.headers).reason == "too_large"
    assert await titles(bus) == []


async def test_an_oversized_message_of_another_program_is_truncated_in_its_dead_letter(bus: Bus, tmp_path: Path) -> None:
    await bus.publish([invalid_record(1, "example.org/feed"), raw(2)])
    with closing(sqlite3.connect(tmp_path / "bus.db", isolation_level=None)) as another_program:
        another_program.execute(f'UPDATE "{RAW}" SET value = zeroblob(3000000) WHERE offset = 0')
    async with running(service(forward), bus):
        await until(lambda: caught_up(bus))
    assert await titles(bus) == ["Title 2"]
    (record,) = await replay(bus, DEAD)
    assert len(record.value) == MAX_BYTES
    assert decode_facts(record.headers).error.startswith("cut from 3000000 bytes: article.raw.v1: not JSON")


async def test_failures_over_many_feeds_open_the_breaker_until_one_message_succeeds(bus: Bus) -> None:
    await bus.publish([invalid_record(number, f"feed {number % 5}") for number in range(30)])
    async with running(service(forward), bus) as health:
        await until(lambda: health.state == "broken")
        await asyncio.sleep(0.2)
        assert health.trouble is not None
        assert "20 messages in a row failed" in health.trouble
        assert "`newsmonitor dead pass entities --count N`" in health.trouble
        assert not health.is_ready(health.heartbeat)
        assert await bus.lag("entities", RAW) == 30
        assert await values(bus, DEAD) == []
        await bus.publish([raw(99)])
        await until(lambda: caught_up(bus))
        await until(lambda: health.state == "running")
    assert await titles(bus) == ["Title 99"]
    assert len(await values(bus, DEAD)) == 30


async def test_more_bad_messages_than_one_probe_can_be_skipped_by_hand(bus: Bus) -> None:
    await bus.publish([*(invalid_record(number, f"feed {number % 5}") for number in range(600)), raw(99)])
    async with running(service(forward), bus) as health:
        await until(lambda: health.state == "broken")
        await asyncio.sleep(0.3)
        assert await bus.lag("entities", RAW) == 601
        with pytest.raises(Transient, match="entities is running somewhere"):
            await skip_messages(bus, "entities", RAW, 560, wait_seconds=0.1)
    assert await skip_messages(bus, "entities", RAW, 560) == 560
    async with running(service(forward), bus):
        await until(lambda: caught_up(bus))
    assert await titles(bus) == ["Title 99"]
    all_facts = [decode_facts(record.headers) for record in await replay(bus, DEAD)]
    assert [facts.offset for facts in all_facts] == [str(offset) for offset in range(600)]
    assert [facts.reason for facts in all_facts] == ["passed"] * 560 + ["invalid"] * 40


async def test_one_bad_feed_does_not_open_the_breaker(bus: Bus) -> None:
    await bus.publish([invalid_record(number, "one feed") for number in range(60)])
    async with running(service(forward), bus):
        await until(lambda: caught_up(bus))
    assert len(await values(bus, DEAD)) == 60


def test_the_breaker_opens_only_after_failures_over_three_feeds() -> None:
    assert not CircuitBreaker().after([("one", True)] * 100).is_open
    assert not CircuitBreaker().after([(f"feed {n}", True) for n in range(19)]).is_open
    assert CircuitBreaker().after([(f"feed {n % 3}", True) for n in range(20)]).is_open
    assert CircuitBreaker().after([(f"feed {n}", True) for n in range(50)] + [("good", False)]) == CircuitBreaker()
    halves = CircuitBreaker().after([(f"feed {n}", True) for n in range(10)])
    assert halves.after([(f"feed {n}", True) for n in range(10)]).is_open
