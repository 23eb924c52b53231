"""Create, list and redrive dead letters, and skip messages by hand."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from monitor.bus import UNREADABLE, Bus, Partition, ProducerRecord, Record, Subscription, TooLarge, Transient, check_size
from monitor.bus.streams import MAX_BYTES, Stream
from monitor.clock import utc
from monitor.messages import DeadLetter
from monitor.messages.codec import Invalid, decode_facts, encode_facts

GROUP = "redrive"
"""The consumer group that reads the dead letters. Its position separates the redriven ones from the others."""
STREAM = DeadLetter.STREAM.name
FACTS = tuple(field.name for field in fields(DeadLetter))
"""The headers that a dead letter has in addition to those of the original record."""
MAX_KEY_CHARS = 1024
MAX_ERROR_CHARS = 2048
"""Maximum length of a dead letter's error text, in code points."""
MAX_COUNT_DIGITS = 9
READ_LIMIT = 100
"""Records per read and commit."""
READ_SECONDS = 1.0
"""Seconds for which a read waits for records."""


def to_dead_letter(record: Record, facts: DeadLetter) -> ProducerRecord:
    """Return *record* as a dead letter.

    A record of another program may exceed the maximum size. Its dead letter is truncated, and the error text says so:
    otherwise the service could never move past the record.
    """
    dead_letter = ProducerRecord(STREAM, record.key, record.value, dict(record.headers) | encode_facts(facts))
    try:
        check_size(dead_letter, DeadLetter.STREAM)
    except TooLarge:
        error = f"cut from {len(record.value)} bytes: {facts.error}"[:MAX_ERROR_CHARS]
        headers = encode_facts(replace(facts, error=error))
        return ProducerRecord(STREAM, record.key[:MAX_KEY_CHARS], record.value[:MAX_BYTES], headers)
    return dead_letter


async def list_dead_letters(bus: Bus) -> list[dict[str, Any]]:
    """Return the id, key and facts of each dead letter, oldest first. *redriven* is True if it was redriven."""
    redriven_before = (await bus.positions(GROUP, STREAM)).get(0, 0)
    return [
        {
            "id": f"{STREAM}/{record.offset}",
            "key": record.key,
            **{name: record.headers.get(name, "") for name in ("at", *(fact for fact in FACTS if fact != "at"))},
            "redriven": record.offset < redriven_before,
        }
        async for record in bus.replay(STREAM, None)
    ]


async def redrive(bus: Bus) -> int:
    """Publish each dead letter to its original stream, unless it was redriven before. Return the number of messages published.

    Each is published exactly once. Dead letters that appear during the call are left for the next one.
    """
    last = max([record.offset async for record in bus.replay(STREAM, None)], default=-1)
    count = 0
    async with bus.subscribe(GROUP, STREAM, restore=_restore_nothing) as subscription:
        done = False
        while not done:
            batch = await subscription.read(READ_LIMIT, READ_SECONDS)
            redriven = [record for record in batch if record.offset <= last]
            if redriven:
                out = [message for record in redriven if (message := original_message(record, bus.streams))]
                await subscription.commit(redriven[0].partition, redriven, out)
                count += len(out)
            # Joining the group may take longer than the first read.
            done = bool(subscription.partitions()) and not redriven
    return count


def original_message(record: Record, streams: Mapping[str, Stream]) -> ProducerRecord | None:
    """Return the original message of the dead letter *record*, with a header `redriven` that counts the redrives.

    Return None if the facts are invalid, if the stream is not one of *streams*, if the message is too large for it, or if the
    bus could not read it: then the dead letter has the bytes that were stored, not a message.
    """
    try:
        facts = decode_facts(record.headers)
    except Invalid:
        return None
    if facts.stream not in streams or UNREADABLE in record.headers:
        return None
    headers = {name: value for name, value in record.headers.items() if name not in FACTS}
    # Another program may have written anything.
    count = int(text) if (text := headers.get("redriven", "0")[:MAX_COUNT_DIGITS]).isdecimal() else 0
    message = ProducerRecord(facts.stream, record.key, record.value, headers | {"redriven": str(count + 1)})
    try:
        check_size(message, streams[facts.stream])
    except TooLarge:
        return None
    return message


async def skip_messages(bus: Bus, service: str, stream: str, count: int, wait_seconds: float = 20.0) -> int:
    """Turn the next *count* messages of *service* in *stream* into dead letters. Return the number of messages skipped.

    Each is committed together with its dead letter. Raises Transient if a running *service* still owns the stream after
    *wait_seconds* seconds.
    """
    skipped = 0
    async with bus.subscribe(service, stream, restore=_restore_nothing) as subscription:
        while skipped < count and (
            batch := await _next_batch(subscription, service, min(READ_LIMIT, count - skipped), wait_seconds)
        ):
            out = [to_dead_letter(record, _skipped_by_hand(service, record)) for record in batch]
            await subscription.commit(batch[0].partition, batch, out)
            skipped += len(batch)
    return skipped


async def _next_batch(subscription: Subscription, service: str, limit: int, wait_seconds: float) -> Sequence[Record]:
    """Return the next records; none if the assigned partitions have no more. Raises Transient, see skip_messages."""
    deadline = time.monotonic() + wait_seconds
    while not (batch := await subscription.read(limit, READ_SECONDS)) and not subscription.partitions():
        if time.monotonic() > deadline:
            raise Transient(f"{service} is running somewhere, or has just stopped; stop it, and try again later")
    return batch


def _skipped_by_hand(service: str, record: Record) -> DeadLetter:
    partition = record.partition
    error = "skipped by hand (`newsmonitor dead pass`)"
    return DeadLetter(service, partition.stream, str(partition.number), str(record.offset), "passed", error, utc())


async def _restore_nothing(_: Partition) -> None:
    """These groups have no state."""
