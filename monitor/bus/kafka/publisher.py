"""What a process publishes outside of a group: its own record, marks, and the states of targets."""

import asyncio
import secrets
import time
from collections.abc import Iterable

import structlog

from monitor.bus import Misconfigured, ProducerRecord, Transient, Unavailable
from monitor.bus.kafka.abandoned import NAME, end_abandoned
from monitor.bus.kafka.cluster import Cluster
from monitor.bus.kafka.fence import Fence
from monitor.bus.kafka.looks import FIRST_PAUSE, Looks

LOOK_SECONDS = 5.0
"""Seconds after which a look for what Kafka has left open is given up."""

log = structlog.get_logger()


class Publisher:
    """Publishes in transactions of its own.

    After an error it goes on under another *name*. So no takeover changes what the coordinator has recorded of the former one,
    which tells how a transaction ended that Kafka has left open (recorded.py).
    """

    def __init__(self, cluster: Cluster) -> None:
        self.name = ""
        self._cluster, self._lock = cluster, asyncio.Lock()
        self._fence: Fence | None = None
        self._looks = Looks()

    async def publish(self, records: Iterable[ProducerRecord]) -> None:
        """Publish *records* in one transaction. Raises Transient and Misconfigured."""
        topics = {self._cluster.broker.topic(record.stream) for record in records}
        async with self._lock:
            try:
                if self._fence and await self._fence.is_left_open(topics):
                    # The next transaction would become one with it.
                    await self.close()
                await self._end_left_open()
                async with self._cluster.call(action := "publishing", topics, written=topics):
                    if self._fence is None:
                        self.name = f"{NAME}{secrets.token_hex(8)}"
                        self._fence = Fence(self._cluster, self.name)
                        await self._fence.start(action)
                    await self._fence.commit(records, action=action)
            except BaseException:
                await self.close()
                raise

    async def close(self) -> None:
        """Close the connection. The next call of `publish` opens another."""
        fence, self._fence = self._fence, None
        if fence:
            await fence.stop()

    async def _end_left_open(self) -> None:
        """End what Kafka has left open of publishers, before the first transaction of this one and after an outage.

        What hides only other records must not keep these back: a look that fails is made again later. Raises Unavailable.
        """
        outages = self._cluster.outages
        if not self._looks.is_due(outages, time.monotonic(), is_new=self._fence is None):
            return
        try:
            async with asyncio.timeout(LOOK_SECONDS), self._cluster.call("looking for open transactions"):
                await end_abandoned(self._cluster)
            self._looks = Looks(outages)
        except Unavailable:
            raise
        except (Misconfigured, Transient, TimeoutError) as error:
            self._looks = self._looks.failed(outages, time.monotonic())
            # The first failure is that of a broker that has just started, as a rule.
            tell = log.warning if self._looks.pause > FIRST_PAUSE else log.info
            tell(
                "did not see whether Kafka has left transactions open, which hide later records",
                error=str(error) or f"no answer within {LOOK_SECONDS:g} s",
                next_look_in=self._looks.pause,
            )
