"""The alerts service without its loop, for tests that move the clock by hand."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from consumers.alerts import service as alerts
from consumers.alerts.raising.state import AlertState
from monitor.bus import Partition, Record
from monitor.config import Config, Watch
from monitor.messages import Alert, ArticleStories, Counted, Held, Message, Volume
from monitor.messages.codec import decode, encode
from tests.make import START


class AlertsHarness:
    """Calls the service's step and tick, applies their output to the state, and records it in *published*."""

    def __init__(self, *watches: Watch) -> None:
        self.config = Config(watches=watches)
        self.published: list[Message] = []
        self.clock = START
        self.restart()

    def restart(self) -> None:
        """Start a new process: restore its state from what was published."""
        self.service = alerts.make(lambda: self.config)
        self.state = restored(self.published)

    def process(self, message: ArticleStories, minutes: float | None = None) -> list[Alert]:
        """Process an article; return the alerts that it raises.

        The service's clock then shows *minutes* after START; by default the time when the article was fetched.
        """
        now = message.article.fetched if minutes is None else START + timedelta(minutes=minutes)
        self.clock = self.state.now = max(self.clock, now)
        return self._publish(self.service.step(self.state, message))  # type: ignore[arg-type]

    def tick(self, minutes: float) -> list[Alert]:
        """Tick at *minutes* after START; return the alerts that this raises."""
        assert self.service.tick
        self.clock = max(self.clock, START + timedelta(minutes=minutes))
        return self._publish(self.service.tick(self.state, self.clock))

    def tick_until_settled(self, minutes: float) -> list[Alert]:
        """Tick from *minutes* after START until any backlog counts as cleared; return the alerts that this raises."""
        return [alert for seconds in (0, 30, 60) for alert in self.tick(minutes + seconds / 60)]

    def _publish(self, out: Iterable[Message | None]) -> list[Alert]:
        messages = [message.stamped(self.clock) for message in out if message is not None]
        for message in messages:
            self.service.apply(self.state, message)
        self.published += messages
        return [message for message in messages if isinstance(message, Alert)]


def restored(published: Iterable[Message], since: datetime = START) -> AlertState:
    """Return the state that the loop restores from *published*, with the alerts published from *since* on.

    The loop reads one stream after the other; a compacted stream has only the newest record of each key.
    """
    published, state = list(published), AlertState()
    for kind in (Held, Alert, Counted, Volume):
        messages = (message for message in published if isinstance(message, kind))
        records = [encode(each) for each in messages if not isinstance(each, Alert) or each.stamps["alert.v1"] >= since]
        kept = records if kind is Alert else list({record.key: record for record in records}.values())
        for record in kept:
            message: Any = decode(kind, Record(Partition("x"), 0, 0.0, record.key, record.value, {}))
            state.apply(message)
    return state
