"""Static membership of a consumer group: a process that starts again within the session timeout keeps its partitions.

aiokafka does not tell the broker its instance id with a heartbeat, so the broker never says that another process has taken the
id: it says that the member is unknown. A consumer that joined again would drive the other one out, and be driven out by it in
turn, for ever. So before it joins again, it looks who has the id.
"""

import asyncio

import structlog
from aiokafka.client import CoordinationType
from aiokafka.errors import KafkaError

from monitor.backoff import pause
from monitor.bus.kafka.cluster import Cluster
from monitor.bus.kafka.requests import GroupRequest

LOOK_SECONDS = 1.0
"""Seconds between two looks whether the other process has gone."""

log = structlog.get_logger()


class Membership:
    """The membership of this process in *group*. It is static if the config names an instance id, else dynamic."""

    def __init__(self, cluster: Cluster, group: str) -> None:
        self._cluster, self._group = cluster, group
        self._instance_id = cluster.broker.instance_id
        self.trouble: str | None = None
        self._member_id: str | None = None
        self._stopping, self._idle = asyncio.Event(), asyncio.Event()
        self._idle.set()

    def note_joined(self, member_id: str) -> None:
        """Note the id that the broker has given to this process. The next owner of the instance id gets another one."""
        self._member_id = member_id

    async def stand_aside(self) -> None:
        """Wait while another process has the instance id. To be called before the consumer joins the group again.

        Raises CancelledError if `end` is called meanwhile, so that the consumer does not join.
        """
        if not self._instance_id or self._member_id is None:
            return
        self._idle.clear()
        try:
            while not self._stopping.is_set() and await self._is_taken():
                if not self.trouble:
                    log.error("two processes have the same kafka.instance_id", group=self._group, instance_id=self._instance_id)
                self.trouble = (
                    f"kafka.instance_id: {self._instance_id!r} is also that of another process, which has taken over: give each"
                    " its own, for example by NEWSMONITOR_KAFKA_INSTANCE_ID; this one waits until the other one ends"
                )
                await pause(self._stopping, LOOK_SECONDS)
            if self._stopping.is_set():
                raise asyncio.CancelledError
            self.trouble = None
        finally:
            self._idle.set()

    async def end(self) -> None:
        """End `stand_aside`."""
        self._stopping.set()
        await self._idle.wait()

    async def _is_taken(self) -> bool:
        """Return whether another member of the group has the instance id. Without an answer it is as it was."""
        client, group = self._cluster.client, self._cluster.broker.prefix + self._group
        try:
            node = await client.coordinator_lookup(CoordinationType.GROUP, group)
            (answer,) = (await client.send(node, GroupRequest(group))).to_object()["groups"]
        except (KafkaError, OSError, TimeoutError, NotImplementedError):
            return self.trouble is not None
        # Client ids and hosts do not tell who it is: the broker keeps those of the former member.
        ids = {each["member_id"] for each in answer["members"] if each["group_instance_id"] == self._instance_id}
        return bool(ids - {self._member_id})
