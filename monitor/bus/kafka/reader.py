"""Fetching of records, past those that cannot be read, from positions that a takeover may change at any time."""

import time
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import NoOffsetForPartitionError, OffsetOutOfRangeError

from monitor.bus import Partition, Record, fitting
from monitor.bus.kafka.client import to_record
from monitor.bus.kafka.cluster import Cluster
from monitor.bus.kafka.decompression import unpacking_limit
from monitor.bus.kafka.settings import abort_command
from monitor.bus.kafka.unreadable import is_unreadable, read_past

REPORT_SECONDS = 60.0
"""Seconds between two reports of an open transaction."""
REFUSED_SECONDS = 10.0
"""Seconds without an answer to aiokafka's fetches after which the broker is asked for the reason. aiokafka does not tell it."""

log = structlog.get_logger()


@dataclass
class _Stable:
    """The *offset* up to which all transactions are over, and *since* when it has not changed, in monotonic seconds."""

    offset: int | None
    since: float


class Reader:
    """Reads the assigned partitions of *consumer*, each from the offset of the last `seek`."""

    def __init__(self, cluster: Cluster, consumer: AIOKafkaConsumer) -> None:
        self._cluster, self._consumer = cluster, consumer
        # The offset after the last record that `take` returned.
        self._positions: dict[TopicPartition, int] = {}
        # Records that were fetched and not returned yet, oldest batch first.
        self._batches: deque[tuple[TopicPartition, Sequence[Record]]] = deque()
        self._stable: dict[TopicPartition, _Stable] = {}
        # The time of the last answer to a fetch, by aiokafka's clock, and when it was first seen, in monotonic seconds.
        self._answers: dict[TopicPartition, tuple[int | None, float]] = {}
        self._stalled: dict[TopicPartition, str] = {}
        self._seeks = 0

    def seek(self, tp: TopicPartition, offset: int) -> None:
        """Continue at *offset*. Records that were fetched and not returned are dropped."""
        self._batches = deque((other, records) for other, records in self._batches if other != tp)
        self._positions[tp] = offset
        self._seeks += 1
        self._seek_consumer(tp, offset)

    def position(self, tp: TopicPartition) -> int:
        """Return the offset after the last record that `take` returned."""
        return self._positions[tp]

    def has_more(self, tp: TopicPartition) -> bool:
        """Return True if a record of *tp* was fetched and not returned."""
        return any(other == tp for other, _ in self._batches)

    def forget(self, tp: TopicPartition) -> None:
        """Forget all that is known of *tp*."""
        self._batches = deque((other, records) for other, records in self._batches if other != tp)
        for known in (self._positions, self._stable, self._answers, self._stalled):
            known.pop(tp, None)

    def take(self, topics: Collection[str], limit: int, max_bytes: int) -> tuple[TopicPartition, Sequence[Record]] | None:
        """Remove and return the first records of the oldest batch of *topics*, see Subscription.read; None if there is none."""
        for index, (tp, records) in enumerate(self._batches):
            if tp.topic in topics:
                count = fitting((len(record.value) for record in records[:limit]), max_bytes)
                del self._batches[index]
                if len(records) > count:
                    self._batches.appendleft((tp, records[count:]))
                self._positions[tp] = records[count - 1].offset + 1
                return tp, records[:count]
        return None

    async def fetch(self, partitions: Collection[TopicPartition], limit: int, seconds: float) -> Collection[TopicPartition]:
        """Fetch up to *limit* records; wait up to *seconds* for the first. Return the partitions whose position does not exist.

        Records that have arrived are those of the first of *partitions* that has any. Raises Kafka's errors.
        """
        seeks = self._seeks
        try:
            with unpacking_limit():
                fetched = await self._get(partitions, limit, seconds)
        except NoOffsetForPartitionError:
            # A partition without a committed position was assigned during the call. The takeover seeks to its oldest record.
            return ()
        except OffsetOutOfRangeError as error:
            return list(error.args[0])
        except Exception as error:
            if not is_unreadable(error):
                raise
            await self._read_past(partitions, limit, error)
            return ()
        if seeks != self._seeks:
            # aiokafka kept fetching from the old positions during the takeover.
            for tp in fetched:
                if tp in self._positions:
                    self._seek_consumer(tp, self._next(tp))
            return ()
        for tp, records in fetched.items():
            self._add(tp, [to_record(self._cluster.broker, record) for record in records])
        if not fetched:
            await self._check_answers(partitions)
        return ()

    async def _get(
        self, partitions: Collection[TopicPartition], limit: int, seconds: float
    ) -> Mapping[TopicPartition, Sequence[ConsumerRecord]]:
        """Return records as aiokafka does. It would mix the partitions, and so return small parts of each."""
        if len(partitions) > 1:
            for tp in partitions:
                if found := await self._consumer.getmany(tp, timeout_ms=0, max_records=limit):
                    return dict(found)
        return dict(await self._consumer.getmany(*partitions, timeout_ms=int(seconds * 1000), max_records=limit))

    async def _check_answers(self, partitions: Collection[TopicPartition]) -> None:
        """Raise the error with which the broker refuses to return records of *partitions*, for example because of its disk."""
        now = time.monotonic()
        for tp in partitions:
            if tp not in self._positions:
                continue
            answered = self._consumer.last_poll_timestamp(tp) if tp in self._consumer.assignment() else None
            if tp not in self._answers or answered != self._answers[tp][0]:
                self._answers[tp] = answered, now
            elif now - self._answers[tp][1] > REFUSED_SECONDS:
                await read_past(self._cluster, tp, self._next(tp), limit=1)

    async def _read_past(self, partitions: Collection[TopicPartition], limit: int, error: Exception) -> None:
        """Read about *limit* records of each of *partitions*, past those that cannot be read. Raises *error* if all can be."""
        for tp in partitions:
            # The call that failed has dropped what it had read, of other partitions too.
            if tp in self._positions:
                self._seek_consumer(tp, self._next(tp))
        seeks, found = self._seeks, False
        for tp in partitions:
            if tp not in self._positions:
                # It was revoked meanwhile, and may have been the one that cannot be read.
                found = True
                continue
            past = await read_past(self._cluster, tp, self._next(tp), limit)
            if seeks != self._seeks:
                return
            if past:
                self._add(tp, past.records)
                self._seek_consumer(tp, past.position)
                found = True
        if not found:
            raise error

    def stalled(self) -> str | None:
        """Return in which partition an open transaction hides the later records, and the remedy; None if there is none."""
        return next(iter(self._stalled.values()), None)

    def report_stalled(self) -> None:
        """Look for partitions in which an open transaction hides the later records, and log a warning for each."""
        now = time.monotonic()
        for tp in self._consumer.assignment() & self._positions.keys():
            stable, end = self._consumer.last_stable_offset(tp), self._consumer.highwater(tp)
            known = self._stable.setdefault(tp, _Stable(stable, now))
            if stable != known.offset or stable is None or stable >= end:
                self._stable[tp] = _Stable(stable, now)
                self._stalled.pop(tp, None)
            elif now - known.since > self._cluster.broker.stalled_seconds:
                known.since += REPORT_SECONDS
                abort = abort_command(self._cluster.broker, tp, stable)
                remedy = (
                    "end the program that has it open; if none has, Kafka has left it open: restart the service that writes the"
                    f" stream, which ends its own transactions; if it stays open, {abort} ends it and drops its records"
                )
                place = Partition(self._cluster.broker.stream(tp.topic), tp.partition).place(stable)
                event = "an open transaction hides all later records"
                log.warning(event, at=place, remedy=remedy)
                self._stalled[tp] = f"{event}: {place}; {remedy}"

    def _add(self, tp: TopicPartition, records: Sequence[Record]) -> None:
        if records and tp in self._positions:
            self._batches.append((tp, records))
            self._stalled.pop(tp, None)

    def _next(self, tp: TopicPartition) -> int:
        """Return the offset after the last record that was fetched."""
        return max((records[-1].offset + 1 for other, records in self._batches if other == tp), default=self._positions[tp])

    def _seek_consumer(self, tp: TopicPartition, offset: int) -> None:
        if tp in self._consumer.assignment():
            self._consumer.seek(tp, offset)
