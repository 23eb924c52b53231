"""Dead letters: listing them, and putting them back where they came from."""

from typing import Any

from monitor.bus import DEAD, Bus, Delivery, Message, Partition
from monitor.codec import Invalid, read_facts

GROUP = "redrive"
FACTS = frozenset({"service", "stream", "partition", "offset", "reason", "error", "at"})


async def listed(bus: Bus) -> list[dict[str, Any]]:
    """The facts of every dead letter that is kept, oldest first, and whether it was *redriven*."""
    found = [record async for record in bus.replay(DEAD, None)]
    lag = await bus.lag(GROUP, DEAD)
    done = 0 if lag is None else len(found) - lag
    return [
        {"id": f"{DEAD}/{record.offset}", "key": record.key, **_facts(record), "redriven": index < done}
        for index, record in enumerate(found)
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
    """The message that died, with a header that tells so; None where nobody knows where it came from."""
    try:
        facts = read_facts(record)
    except Invalid:
        return None
    headers = {name: value for name, value in record.headers.items() if name not in FACTS}
    times = int(headers.get("redriven", "0")) if headers.get("redriven", "0").isdigit() else 0
    return Message(facts.stream, record.key, record.value, headers | {"redriven": str(times + 1)})


def _facts(record: Delivery) -> dict[str, str]:
    return {
        name: record.headers.get(name, "") for name in ("at", "service", "stream", "partition", "offset", "reason", "error")
    }


async def _nothing(_: Partition) -> None:
    """A redrive remembers nothing."""
