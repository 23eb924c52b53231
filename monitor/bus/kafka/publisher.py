"""What a process publishes outside of a group: its own record, marks, and the states of targets."""

import asyncio
import secrets
from collections.abc import Iterable

from monitor.bus import ProducerRecord
from monitor.bus.kafka.abandoned import NAME, end_abandoned
from monitor.bus.kafka.cluster import Cluster
from monitor.bus.kafka.fence import Fence


class Publisher:
    """Publishes in transactions of its own. Its *name* stays the same, so that it ends what Kafka has left open of it."""

    def __init__(self, cluster: Cluster) -> None:
        self.name = f"{NAME}{secrets.token_hex(8)}"
        self._cluster, self._fence = cluster, Fence(cluster, self.name)
        self._is_started, self._lock = False, asyncio.Lock()
        self._outages = -1  # when it last looked for what others have left

    async def publish(self, records: Iterable[ProducerRecord]) -> None:
        """Publish *records* in one transaction. Raises Transient and Misconfigured."""
        topics = {self._cluster.broker.topic(record.stream) for record in records}
        async with self._lock:
            try:
                await self._end_left_open(topics)
                async with self._cluster.call(action := "publishing", topics, written=topics):
                    if not self._is_started:
                        self._fence, self._is_started = Fence(self._cluster, self.name), True
                        await self._fence.start(action)
                    await self._fence.commit(records)
            except BaseException:
                await self.close()
                raise

    async def close(self) -> None:
        """Close the connection. The next call of `publish` opens another."""
        self._is_started = False
        await self._fence.stop()

    async def _end_left_open(self, topics: Iterable[str]) -> None:
        if self._is_started and await self._fence.is_left_open(topics):
            # The start ends it.
            await self.close()
        if self._outages != (outages := self._cluster.outages):
            async with self._cluster.call("looking for open transactions", topics):
                await end_abandoned(self._cluster)
            self._outages = outages
