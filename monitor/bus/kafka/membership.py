"""Static membership of a consumer group: a process that starts again within the session timeout keeps its partitions.

aiokafka does not tell the broker its instance id with a heartbeat, so the broker never says that another process has taken the
id: it says that the member is unknown. A consumer that joined again would drive the other one out, and be driven out by it in
turn, for ever. So before it joins again, it looks who has the id.
"""

import asyncio
import os
import secrets
import socket

import structlog
from aiokafka.client import CoordinationType
from aiokafka.errors import KafkaError

from monitor.backoff import pause
from monitor.bus.kafka.cluster import Cluster
from monitor.bus.kafka.requests import GroupRequest

SETTLE_SECONDS = 0.3
"""Seconds before the first look. The broker tells what it has stored, and the other process may have joined just now."""
LOOK_SECONDS = 1.0
"""Seconds between two looks whether the other process has gone."""

log = structlog.get_logger()


class Membership:
    """The membership of this process in *group*. It is static if the config names an instance id, else dynamic."""

    def __init__(self, cluster: Cluster, group: str) -> None:
        self._cluster, self._group = cluster, group
        self._instance_id = cluster.broker.instance_id or None
        # The broker tells it to other processes. Unique, so that it tells two processes with one instance id apart.
        self._client_id = f"newsmonitor-{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        self.trouble: str | None = None
        self._has_joined = False
        self._stopping, self._idle = asyncio.Event(), asyncio.Event()
        self._idle.set()

    def settings(self) -> dict[str, str | None]:
        """Return the settings of the consumer."""
        return {"client_id": self._client_id, "group_instance_id": self._instance_id} if self._instance_id else {}

    def note_joined(self) -> None:
        """Note that the broker has given this process a place in the group."""
        self._has_joined = True

    async def stand_aside(self) -> None:
        """Wait while another process has the instance id. To be called before the consumer joins the group again.

        Raises CancelledError if `end` is called meanwhile, so that the consumer does not join.
        """
        if self._instance_id is None or not self._has_joined:
            return
        self._idle.clear()
        try:
            await pause(self._stopping, SETTLE_SECONDS)
            while not self._stopping.is_set() and (other := await self._find_other()):
                if not self.trouble:
                    log.error("two processes have the same kafka.instance_id", group=self._group, other=other)
                self.trouble = (
                    f"kafka.instance_id: {self._instance_id!r} is also that of the process {other}, which has taken over:"
                    " give each process its own, for example by NEWSMONITOR_KAFKA_INSTANCE_ID; this one waits for its end"
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

    async def _find_other(self) -> str | None:
        """Return the client id and the host of another member with the instance id. Without an answer it is as it was."""
        client, group = self._cluster.client, self._cluster.broker.prefix + self._group
        try:
            node = await client.coordinator_lookup(CoordinationType.GROUP, group)
            (answer,) = (await client.send(node, GroupRequest(group))).to_object()["groups"]
        except (KafkaError, OSError, TimeoutError, NotImplementedError):
            return self.trouble
        return next(
            (
                f"{each['client_id']} at {each['client_host'].strip('/')}"
                for each in answer["members"]
                if each["group_instance_id"] == self._instance_id and each["client_id"] != self._client_id
            ),
            None,
        )
