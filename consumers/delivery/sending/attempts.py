"""The attempts of the dispatcher: what is being sent, and what was sent and is not recorded yet."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from consumers.delivery.batches import Batch
from consumers.delivery.queue.delivery_queue import DeliveryQueue, Key, Result, after_attempt
from consumers.delivery.targets.states import MessageResult
from monitor.config import Config
from monitor.messages import Delivery

FORGET_AFTER = timedelta(minutes=10)
"""How long an ended attempt is remembered since its delivery was last in a queue: another process may have taken that over."""
MAX_DAYS = 3650
"""Where `streams.days` is larger, alerts are published again as if it were this."""

log = structlog.get_logger()


@dataclass(slots=True)
class Attempt:
    """An attempt to send a delivery. The deliveries of one batch share a *task*.

    *record* is the delivery as it was before, with the id of the message. *queue* is the queue that it was last found in, and
    *found* is when; *started* is when it began, and *batch* the id of its message. *ended* is the record of the attempt once it
    has ended; it is handed out until the queue has it. If it was made before its delay had ended, *delay_ends* is when it does;
    its failure then counts for the target alone.
    """

    queue: DeliveryQueue
    record: Delivery
    task: asyncio.Task[Result]
    found: datetime
    started: datetime
    batch: str
    delay_ends: datetime | None = None
    ended: Delivery | None = None

    def is_of(self, record: Delivery) -> bool:
        """Return True if *record* is of the same version of the alert.

        If a backup has taken the place of the log, the version may have been made anew, of other articles.
        """
        ours, theirs = self.record.body, record.body
        return record.version == self.record.version and (ours and ours.updated) == (theirs and theirs.updated)

    def is_superseded_by(self, record: Delivery) -> bool:
        """Return True if *record*, what the queue has of the delivery, is of another alert, a later attempt, or this one."""
        if not self.is_of(record) or record.attempt > self.record.attempt:
            return True
        # The record of an early attempt has the same number.
        return bool(self.delay_ends and self.ended and record.attempt == self.ended.attempt and record.at >= self.ended.at)


@dataclass
class Finished:
    """What has ended: the records that the queue does not have yet, and the results of their messages, one for each.

    *attempted* has the deliveries as they were before, and *targets* the ids of the targets of all these attempts, and of those
    that were forgotten.
    """

    records: list[Delivery] = field(default_factory=list)
    results: dict[asyncio.Task[Result], MessageResult] = field(default_factory=dict)
    attempted: list[Delivery] = field(default_factory=list)
    targets: set[str] = field(default_factory=set)

    def add(self, attempt: Attempt, at: datetime) -> None:
        """Add the result of *attempt*, which ended at *at*."""
        self.attempted.append(attempt.record)
        self.targets.add(attempt.record.target)
        result = MessageResult(attempt.record.target, attempt.batch, attempt.started, at, _result(attempt.task))
        self.results.setdefault(attempt.task, result)


@dataclass
class Attempts:
    """The attempts by target and alert. They outlive the state of the service, which is discarded after a failed commit.

    So what a receiver has accepted is not sent again because it could not be recorded.
    """

    by_key: dict[Key, Attempt] = field(default_factory=dict)

    def add(
        self,
        queue: DeliveryQueue,
        batch: Batch,
        message: str,
        task: asyncio.Task[Result],
        now: datetime,
        early: Mapping[str, datetime],
    ) -> None:
        """Add the attempt to send *batch*. *early* are the alerts whose delays have not ended, each with the end."""
        for record in batch:
            key, delay_ends = (record.target, record.alert), early.get(record.alert)
            self.by_key[key] = Attempt(queue, replace(record, message=message), task, now, now, message, delay_ends)

    def count_in_flight(self) -> Counter[str]:
        """Return the number of batches in flight by target id."""
        in_flight = {(each.record.target, each.task) for each in self.by_key.values() if not each.task.done()}
        return Counter(target_id for target_id, _ in in_flight)

    def stories_in_flight(self) -> set[tuple[str, str]]:
        """Return the stories of the alerts whose attempts are in flight or not in the queue yet, each with the target's id."""
        return {(each.record.target, each.record.body.story) for each in self.by_key.values() if each.record.body}

    def count_unmentioned(self, queue: DeliveryQueue, target_id: str) -> int:
        """Return the number of alerts that are left out for the target, and that no message has counted yet."""
        if not (count := queue.left_out[target_id]):
            return 0
        counted = {alert_id: record.left_out or 0 for alert_id, record in queue.by_target.get(target_id, {}).items()}
        attempts = [each.record for each in self.by_key.values() if each.record.target == target_id]
        counted |= {record.alert: record.left_out or 0 for record in attempts}
        return max(count - sum(counted.values()), 0)

    def finish(self, queue: DeliveryQueue, config: Config, chance: float, now: datetime) -> Finished:
        """Return a record for each ended attempt that *queue* does not have yet, and what the attempts say of their targets.

        An attempt is forgotten when the queue has its record, or no longer has its delivery. All deliveries of one batch get
        the same delay. If another version has taken the place of a delivery, its result still counts, once. If the receiver has
        accepted it, that is recorded only if the other version is newer. If it is older, the log was exchanged for a backup,
        which does not have the version that was sent.
        """
        finished = Finished()
        for key, attempt in list(self.by_key.items()):
            record = queue.pending.get(key)
            if record is not None:
                attempt.queue, attempt.found = queue, now
            if attempt.queue is not queue and (not attempt.task.done() or now - attempt.found < FORGET_AFTER):
                continue  # it is of another partition, or of a queue that is being restored
            if not attempt.task.done():
                continue
            before = attempt.record
            if record is None or attempt.is_superseded_by(record):
                del self.by_key[key]
                finished.targets.add(before.target)
                if attempt.ended is None and record is not None and not attempt.is_of(record):
                    finished.add(attempt, now)
                    if record.version > before.version and _result(attempt.task).accepted:
                        finished.records.append(_end(before, attempt.task, config, chance, now))
                continue
            if attempt.ended is None:
                current = replace(record, message=before.message, left_out=before.left_out)
                attempt.ended = _end(current, attempt.task, config, chance, now, attempt.delay_ends)
                if attempt.ended.state == "retrying" and queue.stored[key] <= now - store_again_after(config):
                    attempt.ended = replace(attempt.ended, body=record.body)
            finished.records.append(attempt.ended)
            finished.add(attempt, attempt.ended.at)
        return finished

    async def wait(self, seconds: float) -> int:
        """Wait up to *seconds* for the attempts in flight. Return how many deliveries are still in flight."""
        tasks = {attempt.task for attempt in self.by_key.values() if not attempt.task.done()}
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)
        return sum(not attempt.task.done() for attempt in self.by_key.values())

    async def cancel(self) -> None:
        """Cancel and forget the attempts in flight. Those that have ended are still remembered."""
        tasks = {attempt.task for attempt in self.by_key.values() if not attempt.task.done()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.by_key = {key: attempt for key, attempt in self.by_key.items() if attempt.task not in tasks}


def store_again_after(config: Config) -> timedelta:
    """Return the age at which the alert of a pending delivery is published again, well before it expires."""
    return timedelta(days=min(config.streams.days, MAX_DAYS) / 3)


def _end(
    record: Delivery,
    task: asyncio.Task[Result],
    config: Config,
    chance: float,
    now: datetime,
    delay_ends: datetime | None = None,
) -> Delivery:
    ended = after_attempt(record, _result(task), config.delivery.retries, chance, now)
    if ended.error is not None:
        if delay_ends and not (_result(task).gone or _result(task).permanent):
            ended = replace(ended, state="retrying", attempt=record.attempt, due=delay_ends, message=record.message)
        log.warning("delivery failed", target=ended.target, alert=ended.alert, state=ended.state, error=ended.error)
    return ended


def _result(task: asyncio.Task[Result]) -> Result:
    """Return the result of *task*, or a failure if it raised. An exception is a bug in a channel; other targets go on."""
    error = asyncio.CancelledError() if task.cancelled() else task.exception()
    return Result(error=f"could not be sent: {type(error).__name__}") if error else task.result()
