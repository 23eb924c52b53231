"""Subscribe to the alerts on a bus."""

import asyncio
import logging
import os
import random
import re
import sys
from collections.abc import AsyncGenerator, Collection, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

import structlog

from monitor.backoff import backoff
from monitor.bus import SUBSCRIBER, Bus, Misconfigured, Partition, Record, Transient, backends
from monitor.bus import Subscription as BusSubscription
from monitor.bus.address import Address
from monitor.bus.tail import POLL_SECONDS
from monitor.clock import utc
from monitor.config.suggestions import suggest
from monitor.messages import SEVERITIES, Alert, Severity
from monitor.messages.codec import Invalid, decode
from monitor.messages.tolerant import PassedOver

BATCH = 100
"""Records of one read."""
WAIT_SECONDS = 1.0
"""The longest wait of one read."""
_GROUP = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_POSITION = re.compile(r"[0-9]{1,9}:[0-9]{1,18}(,[0-9]{1,9}:[0-9]{1,18})*")

log = logging.getLogger("newsmonitor")


@dataclass(frozen=True, slots=True)
class Selection:
    """The alerts to return: those of *watches* with *severities*, or all if these are empty, from *since* on."""

    watches: frozenset[str]
    severities: frozenset[str]
    since: datetime | None

    def may_have(self, record: Record) -> bool:
        """Return False if the headers and the time of *record* tell that its alert is not one of these."""
        if self.since and record.time < self.since.timestamp():
            return False
        severity = record.headers.get("severity")
        # A newer version may have another severity, which is read as one that this version knows.
        return self._has(record.headers.get("watch"), severity if severity in SEVERITIES else None)

    def has(self, alert: Alert) -> bool:
        """Return whether *alert* is one of these."""
        return self._has(alert.watch, alert.severity)

    def _has(self, watch: str | None, severity: str | None) -> bool:
        return (watch is None or not self.watches or watch in self.watches) and (
            severity is None or not self.severities or severity in self.severities
        )


class Subscription:
    """Alerts as they are published: an asynchronous iterator, which `subscribe` returns. It never ends by itself."""

    def __init__(self, address: Address, selection: Selection, group: str | None, offsets: Mapping[int, int]) -> None:
        self.address, self._selection, self._group, self._offsets = address, selection, group, dict(offsets)
        self._alerts: AsyncGenerator[Alert, None] | None = None
        self._records: AsyncGenerator[Record, None] | None = None
        # What to close. If a program ends without closing it, the event loop closes all generators at once: so none of
        # them may contain a context that another one keeps open.
        self._connection = AsyncExitStack()
        self._failures = 0
        self._reported: set[str] = set()

    @property
    def position(self) -> str:
        """Where a later subscription continues: after the alert that was returned last. Store it once that is processed."""
        return ",".join(f"{number}:{offset}" for number, offset in sorted(self._offsets.items()))

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Alert:
        """Return the next alert; while the bus is unavailable, wait for it.

        Raises Misconfigured, and OffsetOutOfRange if alerts may have been missed.
        """
        while True:
            try:
                if self._alerts is None:
                    self._alerts = await self._connect()
                alert = await anext(self._alerts)
            except Transient as error:
                await self.aclose()
                self._failures += 1
                log.warning("%s; trying again", error)
                await asyncio.sleep(backoff(self._failures, random.random(), cap=error.max_wait))
            except BaseException:
                await self.aclose()
                raise
            else:
                self._failures = 0
                return alert

    async def aclose(self) -> None:
        """Disconnect. `contextlib.aclosing` calls this when its block ends."""
        connection, self._connection = self._connection, AsyncExitStack()
        async with connection:
            for each in (self._alerts, self._records):
                if each is not None:
                    await each.aclose()
            self._alerts = self._records = None

    async def _connect(self) -> AsyncGenerator[Alert, None]:
        bus = await self._connection.enter_async_context(backends.connect(self.address))
        if self._group is None:
            return self._read_stream(bus)
        joining = bus.subscribe(SUBSCRIBER + self._group, Alert.STREAM.name, restore=_restore_nothing)
        return self._read_group(await self._connection.enter_async_context(joining))

    async def _read_stream(self, bus: Bus) -> AsyncGenerator[Alert, None]:
        while True:
            self._records = bus.replay(Alert.STREAM.name, self._selection.since, offsets=dict(self._offsets))
            async for record in self._records:
                if alert := self._decode(record):
                    yield alert
            await asyncio.sleep(POLL_SECONDS)

    async def _read_group(self, group: BusSubscription) -> AsyncGenerator[Alert, None]:
        """Yield the alerts that the group has not read. Its position moves past an alert when the next one is asked for."""
        while True:
            done = []
            for record in await group.read(BATCH, WAIT_SECONDS):
                done.append(record)
                if alert := self._decode(record):
                    yield alert
                    await group.commit(record.partition, done, ())
                    done = []
            if done:
                await group.commit(done[-1].partition, done, ())

    def _decode(self, record: Record) -> Alert | None:
        """Return the alert in *record*; None if it is not selected, or not valid. Keep its position."""
        self._offsets[record.partition.number] = record.offset + 1
        if not self._selection.may_have(record):
            return None
        try:
            alert = decode(Alert, record, self._report)
        except Invalid as error:
            log.warning("record %d of %s left out: %s", record.offset, record.partition.stream, error)
            return None
        return alert if self._selection.has(alert) else None

    def _report(self, each: PassedOver) -> None:
        """Log *each*, the first of each field."""
        if each.at not in self._reported:
            self._reported.add(each.at)
            log.warning("unknown values passed over, such as %s; update newsmonitor", each)


def subscribe(
    source: str | os.PathLike[str],
    *,
    watch: str | Collection[str] = (),
    severity: Severity | Collection[Severity] = (),
    since: datetime | timedelta | None = None,
    group: str | None = None,
    position: str | None = None,
) -> Subscription:
    """Return the alerts on a bus: those that are stored, oldest first, then each new version of an alert.

    Args:
        source: The file of the config, or the URL of the bus: sqlite:FILE or kafka://HOST:PORT.
        watch: The ids of the watches, or one of them. Without it, the alerts of all watches.
        severity: Severities, or one of them: low, normal, high, critical. Without it, all.
        since: Only what was published from then on, or no longer ago than that.
        group: A name of your choice, under which the bus stores what has been processed, so that the next subscription
            with this name continues there. An alert counts as processed when the loop asks for the next one. Of several
            programs with the same group, one gets the alerts, and the others take over when it ends.
        position: Continue after the alert at which another subscription had this `position`. For programs that store it
            themselves, instead of a group.

    An alert comes at least once: again, if the program ended before its position was stored. Its id and version tell.
    While the bus is unavailable the subscription waits, and logs why. Raises ValueError, Misconfigured and InvalidConfig.
    """
    if group and position:
        raise ValueError("give either a group, which stores its position on the bus, or a position")
    if group and not _GROUP.fullmatch(group):
        raise ValueError(f"{group[:100]!r} cannot be the name of a group; use letters, digits, '.', '_' and '-'")
    if not structlog.is_configured():
        # By default it prints on standard output, which belongs to the program.
        structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))
    address, watches = _resolve(source)
    selection = Selection(_checked(watch, watches, "watch"), _checked(severity, SEVERITIES, "severity"), _start(since))
    return Subscription(address, selection, group, _parse_position(position or ""))


def _resolve(source: str | os.PathLike[str]) -> tuple[Address, Collection[str] | None]:
    """Return the address of the bus at *source*, and the ids of the watches, if that is a config. Raises Misconfigured."""
    watches: Collection[str] | None = None
    if isinstance(source, str) and ":" in source:
        if problem := backends.url_problem(source):
            raise Misconfigured(problem)
        # Only the config says how long records are kept, so this connection removes none.
        address = Address(source, days=float("inf"), max_mb=float("inf"))
    else:
        from monitor.config.load import read
        from monitor.runtime import registry
        from monitor.runtime.connection import bus_address

        config = read(Path(source), registry.extensions())
        address, watches = bus_address(config), [each.id for each in config.watches]
    if message := backends.missing(address):
        raise Misconfigured(message)
    return address, watches


def _checked(names: str | Collection[str], known: Collection[str] | None, kind: str) -> frozenset[str]:
    """Return *names* as a set. Raises ValueError if one is not among *known*."""
    wanted = frozenset({names} if isinstance(names, str) else names)
    if known is not None and (unknown := wanted - set(known)):
        raise ValueError(f"there is no {kind} {min(unknown)!r}{suggest(min(unknown), known)}")
    return wanted


def _start(since: datetime | timedelta | None) -> datetime | None:
    if isinstance(since, timedelta):
        return utc() - since
    if since is not None and since.tzinfo is None:
        raise ValueError(f"since={since!r} has no time zone; write datetime.now(UTC), for example")
    return since


def _parse_position(position: str) -> dict[int, int]:
    if position and not _POSITION.fullmatch(position):
        raise ValueError(f"{position[:100]!r} is not a position; pass what Subscription.position has returned")
    pairs: Mapping[str, str] = dict(pair.split(":") for pair in position.split(",") if pair)
    return {int(number): int(offset) for number, offset in pairs.items()}


async def _restore_nothing(partition: Partition) -> None:
    """Do nothing when a partition is assigned: a subscription has no state."""
