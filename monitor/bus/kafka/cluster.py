"""The state of the cluster: whether it answers, and which topics exist. It is requested every few seconds."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from aiokafka import TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError, RequestTimedOutError

from monitor.bus import Transient, Unavailable
from monitor.bus.kafka.bootstrap import bootstrap, bootstrap_once_ready
from monitor.bus.kafka.client import TRANSACTION_MS, Broker, translate_errors
from monitor.bus.kafka.diagnosis import find_reason
from monitor.bus.kafka.in_sync import find_refusing
from monitor.bus.kafka.requests import NewestRequest, TopicsRequest
from monitor.bus.kafka.stopping import stop_all
from monitor.bus.kafka.topics import INTERNAL, Topic, read_copies
from monitor.bus.tls import load_renewed
from monitor.clock import utc

PROBE_SECONDS = 2.0
"""Seconds between two requests."""
ANSWER_SECONDS = 5.0
"""Seconds after which a broker that does not answer counts as unavailable."""
FAILED_LOADS = 2
"""The failure to load renewed certificates that is told. At the first one, the second file may not be written yet."""
UNKNOWN_TOPIC = 3
"""Kafka's error code."""

log = structlog.get_logger()


class Cluster:
    """Knows the state of *broker*, so that nothing has to wait for a broker that is away or a topic that is absent."""

    def __init__(self, broker: Broker) -> None:
        self.broker = broker
        self.client = AIOKafkaClient(**broker.settings(), request_timeout_ms=int(ANSWER_SECONDS * 1000))
        self.topics: Mapping[str, Topic] = {}
        self.outages = 0  # how often no broker has answered, or a partition has a leader again
        self._absent: AbstractSet[str] = frozenset()
        self._away = self._reason = ""
        self._failed_loads = 0  # how often in a row renewed certificates could not be loaded
        self._task: asyncio.Task[None] | None = None
        # Why topics accept no record.
        self._refusing: Mapping[str, str] = {}
        # The time limits of running calls.
        self._calls: dict[asyncio.Timeout, _Call] = {}

    async def start(self) -> None:
        """Connect, and request the state from now on. Raises KafkaError."""
        self._load_renewed_certificates()
        await bootstrap_once_ready(self.client)
        await self._update(await self._request())
        self._task = asyncio.create_task(self._watch())

    async def close(self) -> None:
        """Close the connection."""
        tasks = [self._task] if self._task else []
        for task in tasks:
            task.cancel()
        try:
            await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            await stop_all([self.client])

    def check(self, topics: Iterable[str] = (), written: AbstractSet[str] = frozenset()) -> None:
        """Raise Unavailable if the broker does not answer, one of *topics* cannot be used, or one that is *written* refuses."""
        if self._away:
            raise Unavailable(f"{self._away}{self._reason}")
        for topic in topics:
            stream = self.broker.stream(topic)
            if topic in self._absent:
                raise Unavailable(f"the stream {stream} does not exist on the broker; `newsmonitor streams create` creates it")
            if topic not in self.topics or stream not in self.broker.streams:
                continue
            state, wanted = self.topics[topic], self.broker.streams[stream].partitions
            if len(state.leaders) < wanted:
                text = f"the stream {stream} has {len(state.leaders)} partitions instead of {wanted}"
                raise Unavailable(f"{text}: `newsmonitor streams check` says how to change that")
            if leaderless := [number for number, node in state.leaders.items() if node < 0]:
                raise Unavailable(
                    f"no broker serves {stream}/{min(leaderless)}: they are away, or a disk has failed (see their logs)"
                )

        for topic in sorted(self._refusing.keys() & written):
            reason, stream = self._refusing[topic], self.broker.stream(topic)
            raise Unavailable(f"no record is accepted for {stream}: {reason}; start the brokers that are away")

    @asynccontextmanager
    async def call(self, action: str, topics: Iterable[str] = (), written: Iterable[str] | None = None) -> AsyncIterator[None]:
        """Translate errors as translate_errors does. End the call if the broker is away or one of *topics* absent.

        It also ends if one of the topics that are *written* accepts no record. None means that nothing is written. A call that
        writes may have to wait for the end of an earlier transaction, with records of any topic. So if it takes long, it ends
        if any topic accepts no record.
        """
        needed, output = frozenset(topics), frozenset() if written is None else frozenset(INTERNAL).union(written)
        call = _Call(needed, output, time.monotonic())
        if needed & self._absent:
            # It may have been created since the last request.
            await self._probe()
        self.check(needed, output)
        try:
            async with translate_errors(action) as limit:
                self._calls[limit] = call
                try:
                    yield
                finally:
                    del self._calls[limit]
        except Transient as error:
            if type(error) is Transient:
                self.check(needed, call.waits_for(self._refusing))
            raise

    async def topic(self, name: str) -> Topic | None:
        """Return the current state of a topic, from a request; None if it is unknown. Raises Unavailable."""
        await self._probe()
        self.check()
        return self.topics.get(name)

    def leader(self, tp: TopicPartition) -> int | None:
        """Return the node that leads *tp*; None if there is no such partition, for example in a topic created again."""
        topic = self.topics.get(tp.topic)
        return topic.leaders.get(tp.partition) if topic else None

    async def newest(self, partitions: Iterable[TopicPartition]) -> float | None:
        """Return the time of the newest record in *partitions*, in seconds since 1970; None if it is unknown.

        It is a lower bound of the brokers' current time. Raises KafkaError.
        """
        nodes: dict[int, list[tuple[str, int]]] = {}
        for tp in partitions:
            if (node := self.leader(tp)) is not None:
                nodes.setdefault(node, []).append((tp.topic, tp.partition))
        times = []
        for node, places in nodes.items():
            with contextlib.suppress(NotImplementedError):
                answer = (await self.client.send(node, NewestRequest(places))).to_object()
                times += [each["timestamp"] for topic in answer["topics"] for each in topic["partitions"]]
        return max((time / 1000 for time in times if time >= 0), default=None)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(PROBE_SECONDS)
            self._load_renewed_certificates()
            await self._probe()

    def _load_renewed_certificates(self) -> None:
        """Load the files of certificates again if they changed, for all clients of this thread. Log why that fails."""
        if not self.broker.security.protocol.endswith("SSL"):
            return
        try:
            if load_renewed(self.broker.security):
                log.info("renewed certificates are used", protocol=self.broker.security.protocol)
        except Exception as error:  # noqa: BLE001  (an exception would end the task, and nobody would know of the next outage)
            self._failed_loads += 1
            if self._failed_loads == FAILED_LOADS:
                remedy = "the former ones stay in use; the new password of a key needs a restart"
                log.warning("renewed certificates are not used", error=str(error), remedy=remedy)
        else:
            self._failed_loads = 0

    async def _probe(self) -> None:
        """Request the state, and end the calls that cannot succeed."""
        try:
            await self._update(await self._request())
        except Exception as error:  # noqa: BLE001  (an exception would end the task, and nobody would know of the next outage)
            await self._report_away(error)
        self._end_calls()

    async def _report_away(self, error: Exception) -> None:
        is_new = not self._away
        if is_new:
            self.outages += 1
            self._away = f"the broker ({self.broker.servers}) has not answered since {utc():%Y-%m-%dT%H:%M:%SZ}"
            self._end_calls()
        reason = await find_reason(self.broker)
        self._reason = f": {reason}" if reason else ""
        if is_new:
            text = str(reason or f"{type(error).__name__}: {error}")
            log.warning("broker unavailable", servers=self.broker.servers, error=text)

    def _end_calls(self) -> None:
        """End the calls that cannot succeed."""
        for limit, call in tuple(self._calls.items()):
            cannot_succeed = self._away or call.needed & self._absent or call.waits_for(self._refusing)
            if cannot_succeed and not limit.expired():
                limit.reschedule(asyncio.get_running_loop().time())

    async def _request(self) -> Mapping[str, tuple[int, Topic]]:
        """Return the error code and state of each topic of a stream. Raises KafkaError if no broker answers."""
        if self._away:
            # The brokers may have other addresses now.
            await bootstrap(self.client)
        topics = [*map(self.broker.topic, self.broker.streams), *INTERNAL]
        nodes = [node.nodeId for node in self.client.cluster.brokers()]
        failure: Exception = KafkaError("no broker is known")
        for node in random.sample(nodes, len(nodes)):
            # The first attempt may use a connection that was closed by a restart of the broker.
            for _ in range(2):
                try:
                    answer = (await self.client.send(node, TopicsRequest(topics))).to_object()
                    return {each["topic"]: (each["error_code"], _topic(each)) for each in answer["topics"]}
                except RequestTimedOutError as error:
                    failure = error
                    break
                except (KafkaError, OSError, TimeoutError) as error:
                    failure = error
        raise failure

    async def _update(self, topics: Mapping[str, tuple[int, Topic]]) -> None:
        if self._away:
            log.warning("broker available again", servers=self.broker.servers)
        self._away = self._reason = ""
        leaderless = _leaderless(self.topics)
        self.topics = {name: topic for name, (error, topic) in topics.items() if not error}
        if leaderless - _leaderless(self.topics):
            self.outages += 1
        self._absent = {name for name, (error, _) in topics.items() if error == UNKNOWN_TOPIC}
        self._refusing = await find_refusing(self.client, self.client.get_random_node(), self.topics)


@dataclass(frozen=True, slots=True)
class _Call:
    """A running call: the topics that it needs, those that it writes to, and when it began, in monotonic seconds."""

    needed: AbstractSet[str]
    written: frozenset[str]
    began: float

    def waits_for(self, refusing: Iterable[str]) -> AbstractSet[str]:
        """Return those of the topics *refusing* records that the call may wait for."""
        # The broker aborts longer transactions anyway. A takeover must end before the session, as it sends no heartbeats.
        limit = TRANSACTION_MS / 1000 if self.written.difference(INTERNAL) else ANSWER_SECONDS
        is_long = self.written and time.monotonic() - self.began > limit
        return frozenset(refusing) if is_long else self.written.intersection(refusing)


def _leaderless(topics: Mapping[str, Topic]) -> AbstractSet[TopicPartition]:
    return {TopicPartition(name, each) for name, topic in topics.items() for each, node in topic.leaders.items() if node < 0}


def _topic(answer: Mapping[str, Any]) -> Topic:
    leaders = {each["partition"]: each["leader"] for each in answer["partitions"]}
    return Topic(answer.get("topic_id", b""), leaders, read_copies(answer["partitions"]))
