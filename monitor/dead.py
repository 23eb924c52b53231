"""Dead letters: listing them, and putting them back where they came from."""

from typing import Any

from monitor.bus import DEAD, Bus, Delivery, Message, Partition, TooLarge, check_size
from monitor.bus.streams import STREAMS
from monitor.codec import Invalid, read_facts

GROUP = "redrive"
FACTS = frozenset({"service", "stream", "partition", "offset", "reason", "error", "at"})


async def listed(bus: Bus) -> list[dict[str, Any]]:
    """The facts of every dead letter that is kept, oldest first, and whether it was *redriven*."""
    done = (await bus.positions(GROUP, DEAD)).get(0, 0)
    return [
        {"id": f"{DEAD}/{record.offset}", "key": record.key, **_facts(record), "redriven": record.offset < done}
        async for record in bus.replay(DEAD, None)
    ]


async def redrive(bus: Bus) -> int:
    """Put every dead letter that was not redriven yet back on its stream, and say how many; exactly once each.

    What dies again meanwhile is a new letter, and is left for another time.
    """
    last, count = max([record.offset async for record in bus.replay(DEAD, None)], default=-1), 0
    async with bus.subscribe(GROUP, DEAD, restore=_nothing) as subscription:
        quiet = False
        while not quiet:
            batch = await subscription.read(100, 1.0)
            letters = [record for record in batch if record.offset <= last]
            if letters:
                out = [message for record in letters if (message := revived(record))]
                await subscription.commit(letters[0].partition, letters, out)
                count += len(out)
            # A first silence without a partition is that of joining the group.
            quiet = bool(subscription.partitions()) and len(letters) == 0
    return count


def revived(record: Delivery) -> Message | None:
    """The message that died, with a header that tells so; None where it came from no stream of ours, or none takes it."""
    try:
        facts = read_facts(record)
    except Invalid:
        return None
    if facts.stream not in STREAMS:
        return None
    headers = {name: value for name, value in record.headers.items() if name not in FACTS}
    times = int(headers.get("redriven", "0")) if headers.get("redriven", "0").isdigit() else 0
    message = Message(facts.stream, record.key, record.value, headers | {"redriven": str(times + 1)})
    try:
        check_size(message)
    except TooLarge:
        return None
    return message


def _facts(record: Delivery) -> dict[str, str]:
    return {
        name: record.headers.get(name, "") for name in ("at", "service", "stream", "partition", "offset", "reason", "error")
    }


async def _nothing(_: Partition) -> None:
    """A redrive remembers nothing."""
