"""Dead letters: making them, listing them, putting them back where they came from, and making some by hand."""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from monitor.bus import (
    DEAD_LETTERS,
    MAX_BYTES,
    Bus,
    Partition,
    ProducerRecord,
    Record,
    Subscription,
    TooLarge,
    Transient,
    check_size,
)
from monitor.bus.streams import STREAMS
from monitor.clock import utc
from monitor.messages import Dead
from monitor.messages.codec import Invalid, facts, read_facts

GROUP = "redrive"
FACTS = frozenset({"service", "stream", "partition", "offset", "reason", "error", "at"})


def dead_letter(record: Record, about: Dead) -> ProducerRecord:
    """The dead letter of *record*; cut where another program wrote more than a stream of ours takes, or it would never pass."""
    whole = ProducerRecord(DEAD_LETTERS, record.key, record.value, dict(record.headers) | facts(about))
    try:
        check_size(whole)
    except TooLarge:
        said = f"cut from {len(record.value)} bytes: {about.error}"[:2048]
        return ProducerRecord(DEAD_LETTERS, record.key[:1024], record.value[:MAX_BYTES], facts(replace(about, error=said)))
    return whole


async def list_dead_letters(bus: Bus) -> list[dict[str, Any]]:
    """The facts of every dead letter that is kept, oldest first, and whether it was *redriven*."""
    done = (await bus.positions(GROUP, DEAD_LETTERS)).get(0, 0)
    return [
        {"id": f"{DEAD_LETTERS}/{record.offset}", "key": record.key, **_facts(record), "redriven": record.offset < done}
        async for record in bus.replay(DEAD_LETTERS, None)
    ]


async def redrive(bus: Bus) -> int:
    """Put every dead letter that was not redriven yet back on its stream, and say how many; exactly once each.

    What dies again meanwhile is a new letter, and is left for another time.
    """
    last, count = max([record.offset async for record in bus.replay(DEAD_LETTERS, None)], default=-1), 0
    async with bus.subscribe(GROUP, DEAD_LETTERS, restore=_nothing) as subscription:
        quiet = False
        while not quiet:
            batch = await subscription.read(100, 1.0)
            letters = [record for record in batch if record.offset <= last]
            if letters:
                out = [message for record in letters if (message := restored_message(record))]
                await subscription.commit(letters[0].partition, letters, out)
                count += len(out)
            # A first silence without a partition is that of joining the group.
            quiet = bool(subscription.partitions()) and len(letters) == 0
    return count


def restored_message(record: Record) -> ProducerRecord | None:
    """The message that died, with a header that tells so; None where it came from no stream of ours, or none takes it."""
    try:
        facts = read_facts(record)
    except Invalid:
        return None
    if facts.stream not in STREAMS:
        return None
    headers = {name: value for name, value in record.headers.items() if name not in FACTS}
    times = int(headers.get("redriven", "0")) if headers.get("redriven", "0").isdigit() else 0
    message = ProducerRecord(facts.stream, record.key, record.value, headers | {"redriven": str(times + 1)})
    try:
        check_size(message)
    except TooLarge:
        return None
    return message


def _facts(record: Record) -> dict[str, str]:
    return {
        name: record.headers.get(name, "") for name in ("at", "service", "stream", "partition", "offset", "reason", "error")
    }


async def skip_messages(bus: Bus, service: str, stream: str, count: int, patience: float = 20.0) -> int:
    """Make dead letters of the first *count* messages that *service* has before it in *stream*, and say how many that were.

    Each is passed in the commit that publishes its letter. Raises Transient where *service* holds all of *stream* for
    *patience* seconds, as it does while it runs.
    """
    passed = 0
    async with bus.subscribe(service, stream, restore=_nothing) as subscription:
        while passed < count and (batch := await _next(subscription, service, min(100, count - passed), patience)):
            await subscription.commit(
                batch[0].partition, batch, [dead_letter(record, _by_hand(service, record)) for record in batch]
            )
            passed += len(batch)
    return passed


async def _next(subscription: Subscription, service: str, limit: int, patience: float) -> Sequence[Record]:
    """The next messages; none where a read of what we hold brings nothing."""
    deadline = time.monotonic() + patience
    while not (batch := await subscription.read(limit, 1.0)) and not subscription.partitions():
        if time.monotonic() > deadline:
            raise Transient(f"{service} is running somewhere; stop it, and try again")
    return batch


def _by_hand(service: str, record: Record) -> Dead:
    at = record.partition
    said = "passed over by hand (`newsmonitor dead pass`)"
    return Dead(service, at.stream, str(at.number), str(record.offset), "passed", said, utc())


async def _nothing(_: Partition) -> None:
    """What is done by hand remembers nothing."""
