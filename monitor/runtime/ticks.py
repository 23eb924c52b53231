"""Encode the output of a tick and apply it to the state. One message that fails does not concern the others."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import structlog

from monitor.bus import ProducerRecord, TooLarge
from monitor.messages import Message
from monitor.messages.codec import Invalid
from monitor.runtime.processing import encode_stamped
from monitor.runtime.service import Service
from monitor.runtime.time_slice import TimeSlice

log = structlog.get_logger()


@dataclass
class TickOutputs:
    """The outputs of the ticks of *service*.

    *refused* has the time until which messages about a feed or watch are left out, in monotonic seconds, and the error. It is
    *retry_seconds* after a message about it could not be encoded or applied.
    """

    service: Service[Any, Any]
    retry_seconds: float
    refused: dict[str, tuple[float, str]] = field(default_factory=dict)

    async def apply(self, state: Any, messages: Iterable[Message | None], now: float) -> list[ProducerRecord] | None:
        """Apply *messages*, returned by a tick at *now*, to *state*, after all of them are made. Return the records to publish.

        Return None if the state must be discarded and nothing be published, because a message failed. The next ticks leave out
        all messages about the same feed or watch, since they belong together. A droppable message that cannot be encoded is
        left out alone.
        """
        if self.refused:
            self.refused = {subject: each for subject, each in self.refused.items() if each[0] > now}
        out: list[ProducerRecord] = []
        time_slice, made = TimeSlice(), []
        for each in messages:
            if each is not None:
                made.append(each)
            if time_slice.is_over():
                await time_slice.pause()
        for message in made:
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
            out.append(record)
            if time_slice.is_over():
                await time_slice.pause()
        return out

    def trouble(self, now: float) -> str | None:
        """Return which messages are left out at *now*; None if none are."""
        refused = [(subject, error) for subject, (until, error) in self.refused.items() if until > now]
        if not refused:
            return None
        subject, error = refused[0]
        more = f" (and {len(refused) - 1} more)" if refused[1:] else ""
        return (
            f"nothing is published about {subject}{more}, because a message failed: {error}; this is tried again every minute"
        )

    def _refuse(self, message: Message, error: Exception, now: float) -> None:
        subject, text = _subject(message), f"{type(error).__name__}: {error}"[:500]
        self.refused[subject] = (now + self.retry_seconds, text)
        log.error("message failed", service=self.service.name, subject=subject, key=message.key, error=text)


def _subject(message: Message) -> str:
    """Return the feed or the watch that *message* is about, else its key."""
    headers = message.headers
    return headers.get("feed") or headers.get("watch") or message.key
