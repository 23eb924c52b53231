"""The queue of the delivery service, folded from the log when somebody asks for it."""

import asyncio
from dataclasses import dataclass, field

import structlog

from consumers.delivery.queue.delivery_queue import DeliveryQueue
from monitor.bus import Bus, OffsetOutOfRange
from monitor.messages import Delivery, Mark, TargetState
from monitor.messages.codec import Invalid, decode
from page.records.changes import Place

KINDS: tuple[type[Delivery | TargetState | Mark], ...] = (Delivery, TargetState, Mark)
PAUSE_AFTER = 200
"""How many records are folded before others get their turn."""

log = structlog.get_logger()


@dataclass
class Deliveries:
    """The fold of delivery.v1, target.v1 and mark.v1, as far as it has been asked for.

    The newest record of each key does not tell what holds a delivery: its alert may be in an earlier one, and the pace of a
    target depends on what it has had of the story.
    """

    _queue: DeliveryQueue = field(default_factory=DeliveryQueue)
    _offsets: dict[Place, int] = field(default_factory=dict)
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def read(self, bus: Bus) -> DeliveryQueue:
        """Return the queue of all records that the log has now. Raises Transient."""
        async with self._reading:
            while True:
                try:
                    for kind in KINDS:
                        await self._read_new(bus, kind)
                except OffsetOutOfRange:
                    # Records were removed unread, or the stream is another one: all is read anew.
                    self._queue = DeliveryQueue()
                    self._offsets.clear()
                else:
                    return self._queue

    async def _read_new(self, bus: Bus, kind: type[Delivery | TargetState | Mark]) -> None:
        name, count = kind.STREAM.name, 0
        start = {number: offset + 1 for (stream, number), offset in self._offsets.items() if stream == name}
        async for record in bus.replay(name, None, offsets=start):
            try:
                self._queue.apply(decode(kind, record))
            except Invalid as error:
                log.error("record left out", at=record.place, error=str(error))
            self._offsets[name, record.partition.number] = record.offset
            count += 1
            if count % PAUSE_AFTER == 0:
                await asyncio.sleep(0)
