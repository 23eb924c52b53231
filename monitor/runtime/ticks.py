"""Run a tick, encode its output and apply it to the state. One message that fails does not concern the others."""

import random
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Any

import structlog

from monitor.backoff import backoff
from monitor.bus import ProducerRecord, TooLarge, Transient
from monitor.messages import Message
from monitor.messages.codec import Invalid
from monitor.runtime.processing import encode_stamped
from monitor.runtime.service import Service
from monitor.runtime.time_slice import TimeSlice
from monitor.runtime.tracing.spans import with_remembered

log = structlog.get_logger()


@dataclass
class Output:
    """The messages of a tick, as they are and as records."""

    messages: list[Message] = field(default_factory=list)
    records: list[ProducerRecord] = field(default_factory=list)


@dataclass
class Ticks:
    """The ticks of *service* for one partition.

    *last* is the time of the last one; all times are in monotonic seconds. *has_run* is True if it was for the present state.

    *refused* has the time until which messages about a feed or watch are left out, and the error. It is *retry_seconds* after a
    message about it could not be encoded or applied.

    *failures* is the number of ticks in a row that raised an exception, *error* the last one, and *paused_until* the time
    before which no other tick runs.
    """

    service: Service[Any, Any]
    retry_seconds: float
    last: float = 0.0
    has_run: bool = False
    refused: dict[str, tuple[float, str]] = field(default_factory=dict)
    failures: int = 0
    error: str = ""
    paused_until: float = 0.0

    def is_due(self, now: float) -> bool:
        """Return True if a tick is to run at *now*. A new state has one at once."""
        return now >= self.paused_until and (not self.has_run or now - self.last >= self.service.every)

    def bring_forward(self) -> None:
        """Let the next tick run at once, unless ticks fail."""
        self.last = -inf

    def make_due(self) -> None:
        """Let the next tick run at once."""
        self.has_run, self.paused_until = False, 0.0

    async def run(self, state: Any, at: datetime, now: float) -> Output | None:
        """Run a tick for *state* at the time *at*, and apply its output. Return what to publish. Raises Transient.

        Return None if the state must be discarded and nothing be published, because the tick or one of its messages failed.
        After an exception of the tick, the next ones wait, longer each time. After that of a message, they leave out all
        messages about the same feed or watch, since they belong together. A droppable message that cannot be encoded is left
        out alone.
        """
        self.last, self.has_run = now, True
        if self.refused:
            self.refused = {subject: each for subject, each in self.refused.items() if each[0] > now}
        try:
            messages = await self._messages(state, at)
        except Transient:
            raise
        except Exception as error:  # noqa: BLE001  (a bug in a tick must not stop the messages)
            self._fail(error, now)
            return None
        self.failures = 0
        return await self._apply(state, messages, now)

    async def _messages(self, state: Any, at: datetime) -> list[Message]:
        """Return all messages of a tick. The state is not changed before they are made."""
        messages: list[Message] = []
        time_slice = TimeSlice()
        for each in self.service.tick(state, at) if self.service.tick else ():
            if each is not None:
                messages.append(each)
            if time_slice.is_over():
                await time_slice.pause()
        return messages

    async def _apply(self, state: Any, messages: list[Message], now: float) -> Output | None:
        out = Output()
        time_slice = TimeSlice()
        for message in messages:
            if self.refused and _subject(message) in self.refused:
                continue
            try:
                stamped, record = encode_stamped(message)
                self.service.apply(state, stamped)
            except Exception as error:  # noqa: BLE001  (one message must not stop the others)
                if isinstance(error, Invalid | TooLarge) and isinstance(message, self.service.droppable):
                    log.error("message left out", service=self.service.name, key=message.key, error=str(error))
                    continue
                self._refuse(message, error, now)
                return None
            out.messages.append(stamped)
            out.records.append(with_remembered(record, stamped))
            if time_slice.is_over():
                await time_slice.pause()
        return out

    def trouble(self, now: float) -> str | None:
        """Return why ticks fail, or which messages are left out at *now*; None if all is well."""
        if self.failures:
            return f"its regular work failed, {self.failures} times in a row: {self.error}; this is tried again every minute"
        refused = [(subject, error) for subject, (until, error) in self.refused.items() if until > now]
        if not refused:
            return None
        subject, error = refused[0]
        more = f" (and {len(refused) - 1} more)" if refused[1:] else ""
        return (
            f"nothing is published about {subject}{more}, because a message failed: {error}; this is tried again every minute"
        )

    def _fail(self, error: Exception, now: float) -> None:
        self.failures += 1
        self.error = f"{type(error).__name__}: {error}"[:500]
        seconds = backoff(self.failures, random.random(), first=0.5, cap=self.retry_seconds)
        self.paused_until = now + seconds
        log.error("tick failed", service=self.service.name, seconds=round(seconds, 1), exc_info=error)

    def _refuse(self, message: Message, error: Exception, now: float) -> None:
        subject, text = _subject(message), f"{type(error).__name__}: {error}"[:500]
        self.refused[subject] = (now + self.retry_seconds, text)
        log.error("message failed", service=self.service.name, subject=subject, key=message.key, error=text)


def _subject(message: Message) -> str:
    """Return the feed or the watch that *message* is about, else its key."""
    headers = message.headers
    return headers.get("feed") or headers.get("watch") or message.key
