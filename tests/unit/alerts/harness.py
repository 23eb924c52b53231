"""The alerts service without its loop, for tests that move the clock by hand."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from consumers.alerts import service as alerts
from consumers.alerts.raising.state import AlertState
from monitor.bus import Partition, Record
from monitor.config import Config, Watch
from monitor.messages import Alert, ArticleStories, Held, Message, Volume
from monitor.messages.codec import decode, encode
from tests.make import START

KEEP = timedelta(days=4)
"""How long the service keeps an alert, with the default length of a story."""


class AlertsHarness:
    """Calls the service's step and tick, applies their output to the state, and records it in *published*."""

    def __init__(self, *watches: Watch) -> None:
        self.config = Config(watches=watches)
        self.published: list[Message] = []
        self.restart()

    def restart(self) -> None:
        """Start a new process: restore its state from what was published."""
        self.service = alerts.make(lambda: self.config)
        self.state = restored(self.published)

    def process(self, message: ArticleStories) -> list[Alert]:
        """Process an article; return the alerts that it raises."""
        return self._publish(self.service.step(self.state, message))  # type: ignore[arg-type]

    def tick(self, minutes: float) -> list[Alert]:
        """Tick at *minutes* after START; return the alerts that this raises."""
        assert self.service.tick
        return self._publish(self.service.tick(self.state, START + timedelta(minutes=minutes)))

    def tick_until_settled(self, minutes: float) -> list[Alert]:
        """Tick from *minutes* after START until any backlog counts as cleared; return the alerts that this raises."""
        return [alert for seconds in (0, 30, 60) for alert in self.tick(minutes + seconds / 60)]

    def _publish(self, out: Iterable[Message | None]) -> list[Alert]:
        messages = [message for message in out if message is not None]
        for message in messages:
            self.service.apply(self.state, message)
        self.published += messages
        return [message for message in messages if isinstance(message, Alert)]


def restored(published: Iterable[Message]) -> AlertState:
    """Return the state that the loop restores from *published*.

    The loop reads one stream after the other; a compacted stream has only the newest record of each key.
    """
    published, state = list(published), AlertState()
    for kind in (Held, Alert, Volume):
        records = [encode(message) for message in published if isinstance(message, kind)]
        kept = records if kind is Alert else list({record.key: record for record in records}.values())
        for record in kept:
            message: Any = decode(kind, Record(Partition("x"), 0, 0.0, record.key, record.value, {}))
            state.apply(message, KEEP)
    return state
