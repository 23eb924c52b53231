"""The lifecycle of alerts: the messages that the service publishes for a match and at a tick. Combines the rules. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from consumers.alerts.matching.matches import Match
from consumers.alerts.raising.counting import count_article
from consumers.alerts.raising.rules.at_least import add_report, counted_reports, is_reached
from consumers.alerts.raising.rules.burst import burst_alert, update_burst
from consumers.alerts.raising.rules.silence import detect_silence, silence_alert
from consumers.alerts.raising.rules.volume import add_article, counted_at, initial_volume, volume_as_of
from consumers.alerts.raising.state import AlertState
from consumers.alerts.raising.versions import History, next_version
from monitor.config import Watch, fingerprint
from monitor.messages import Alert, ArticleStories, Counted, Held, Report, Stamps, Volume, health_of

MAX_STARTED = 1000
"""The most watches whose counting starts, or ends, or that become silent, in one tick, so that none delays an article."""
PAUSE_WATCHES = 1000
"""Watches after which a tick lets other tasks run."""


def on_match(
    state: AlertState, match: Match, message: ArticleStories, config_hash: str
) -> Iterator[Alert | Held | Counted | Volume]:
    """Yield the messages to publish because *message* matches; nothing for backfill."""
    if message.article.backfill:
        return
    yield from _update_story(state, match, message, config_hash)
    # An edited article is counted once, as its first version.
    if is_counted(match.watch) and message.article.version == 1:
        yield from _update_volume(state, match, message, config_hash)


def on_tick(
    state: AlertState, counted: Mapping[str, Watch], now: datetime, config_hash: str, stamps: Stamps, *, check_silence: bool
) -> Iterator[Alert | Volume | None]:
    """Yield the messages to publish at a tick, and None where other tasks may run.

    *counted* are the watches whose matches are counted now, by id: counting starts for those without a volume, and ends for
    the volumes of all others. If *check_silence*, watches that have matched nothing for the time in their silence rule raise
    an alert.
    """
    yield from _limited(initial_volume(each, now) if each not in state.volumes else None for each in counted)
    yield from _limited(replace(each, ended=now) if each.id not in counted else None for each in state.volumes.values())
    if check_silence:
        for silent in _limited(_silent_volume(state, watch, now) for watch in counted.values()):
            yield silent
            if silent:
                yield silence_alert(silent, counted[silent.id], config_hash, stamps)


def _limited(found: Iterable[Volume | None]) -> Iterator[Volume | None]:
    """Yield the first MAX_STARTED volumes that are not None, and None after every PAUSE_WATCHES of *found*."""
    count = 0
    for number, volume in enumerate(found, 1):
        if volume:
            yield volume
            count += 1
        if count == MAX_STARTED:
            return
        if number % PAUSE_WATCHES == 0:
            yield None


def _silent_volume(state: AlertState, watch: Watch, now: datetime) -> Volume | None:
    """Return the volume of *watch* marked as silent, if the watch has become silent; None otherwise."""
    volume = state.volumes.get(watch.id)
    if not volume or not watch.silence:
        return None
    # Of a wrong time in the future only this matters here: the watch is not silent.
    silent = detect_silence(volume, watch.silence, now)
    return silent and volume_as_of(silent, now)


def is_counted(watch: Watch) -> bool:
    """Return whether the matches of *watch* are counted, for its burst or silence rule."""
    return watch.burst is not None or watch.silence is not None


def _update_story(
    state: AlertState, match: Match, message: ArticleStories, config_hash: str
) -> Iterator[Alert | Held | Counted]:
    """Yield the alert for the story or its next version. Yield what is counted instead if *message* makes none.

    Before at_least is reached, these are the articles that count toward it, later those that bring nothing new.
    """
    watch, alert_id = match.watch, f"{match.watch.id}:{message.story.id}"
    open_alert, held_reports = state.open_alerts.get(alert_id), tuple[Report, ...]()
    if watch.at_least and not state.last_version(alert_id):
        held = add_report(state.held.get(alert_id), watch.at_least, watch.id, message)
        if not is_reached(held, watch.at_least):
            yield held
            return
        held_reports = counted_reports(held, watch.at_least)[:-1]
    closed_version = 0 if open_alert else state.last_version(alert_id)
    counted = state.counted_under(open_alert.latest) if open_alert else None
    history = History(open_alert, held_reports, closed_version, counted)
    alert = next_version(history, match, message, config_hash, fingerprint(watch))
    if alert:
        yield alert
    elif open_alert and not health_of(message.article):
        yield count_article(open_alert, counted, message.article)


def _update_volume(state: AlertState, match: Match, message: ArticleStories, config_hash: str) -> Iterator[Alert | Volume]:
    """Yield the watch's volume with one more article, and an alert if a burst begins with it."""
    watch, fetched = match.watch, counted_at(message.article.fetched, state.now)
    stored = state.volumes.get(watch.id)
    previous = volume_as_of(stored, state.now) if stored else initial_volume(watch.id, state.now or fetched)
    volume = add_article(previous, watch.burst, fetched)
    if watch.burst:
        volume = update_burst(volume, watch.burst)
    yield volume
    if watch.burst and volume.burst and not previous.burst:
        yield burst_alert(volume, watch.burst, match, message, config_hash)
