"""The lifecycle of alerts: the messages that the service publishes for a match and at a tick. Combines the rules. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice

from consumers.alerts.matching.matches import Match
from consumers.alerts.raising.rules.at_least import add_report, is_reached
from consumers.alerts.raising.rules.burst import burst_alert, update_burst
from consumers.alerts.raising.rules.silence import detect_silence, silence_alert
from consumers.alerts.raising.rules.volume import add_article, initial_volume
from consumers.alerts.raising.state import AlertState
from consumers.alerts.raising.versions import next_version
from monitor.config import Watch, fingerprint
from monitor.messages import Alert, ArticleStories, Held, Stamps, Volume

MAX_STARTED = 1000
"""The most watches whose counting starts, or ends, in one tick, so that a large edit of the config delays no article."""


def on_match(state: AlertState, match: Match, message: ArticleStories, config_hash: str) -> Iterator[Alert | Held | Volume]:
    """Yield the messages to publish because *message* matches; nothing for backfill."""
    if message.article.backfill:
        return
    yield from _update_story(state, match, message, config_hash)
    # An edited article is counted once, as its first version.
    if is_counted(match.watch) and message.article.version == 1:
        yield from _update_volume(state, match, message, config_hash)


def on_tick(
    state: AlertState, counted: Iterable[Watch], now: datetime, config_hash: str, stamps: Stamps, *, check_silence: bool
) -> Iterator[Alert | Volume]:
    """Yield the messages to publish at a tick.

    *counted* are the watches whose matches are counted now: counting starts for those without a volume, and ends for the
    volumes of all others. If *check_silence*, watches that have matched nothing for the time in their silence rule raise an
    alert.
    """
    watches = {watch.id: watch for watch in counted}
    for watch_id in islice(watches.keys() - state.volumes.keys(), MAX_STARTED):
        yield initial_volume(watch_id, now)
    for watch_id in islice(state.volumes.keys() - watches.keys(), MAX_STARTED):
        yield replace(state.volumes[watch_id], ended=now)
    for watch in watches.values() if check_silence else ():
        volume = state.volumes.get(watch.id)
        if volume and watch.silence and (silent := detect_silence(volume, watch.silence, now)):
            yield silent
            yield silence_alert(silent, watch, config_hash, stamps)


def is_counted(watch: Watch) -> bool:
    """Return whether the matches of *watch* are counted, for its burst or silence rule."""
    return watch.burst is not None or watch.silence is not None


def _update_story(state: AlertState, match: Match, message: ArticleStories, config_hash: str) -> Iterator[Alert | Held]:
    """Yield the alert for the story, its next version, or, before at_least is reached, the articles counted toward it."""
    watch, alert_id = match.watch, f"{match.watch.id}:{message.story.id}"
    open_alert, held = state.open_alerts.get(alert_id), None
    if open_alert is None and watch.at_least:
        held = add_report(state.held.get(alert_id), watch.at_least, watch.id, message)
        if not is_reached(held, watch.at_least):
            yield held
            return
    held_reports = held.reports[:-1] if held else ()
    if alert := next_version(open_alert, match, message, config_hash, fingerprint(watch), held_reports):
        yield alert


def _update_volume(state: AlertState, match: Match, message: ArticleStories, config_hash: str) -> Iterator[Alert | Volume]:
    """Yield the watch's volume with one more article, and an alert if a burst begins with it."""
    watch, fetched = match.watch, message.article.fetched
    previous = state.volumes.get(watch.id) or initial_volume(watch.id, fetched)
    volume = add_article(previous, watch.burst, fetched)
    if watch.burst:
        volume = update_burst(volume, watch.burst)
    yield volume
    if watch.burst and volume.burst and not previous.burst:
        yield burst_alert(volume, watch.burst, match, message, config_hash)
