"""What comes of an article that a watch matches, and of time that passes: the rules put together, pure."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice

from consumers.alerts.matching.matches import Match
from consumers.alerts.raising.rules import burst, silence
from consumers.alerts.raising.rules.at_least import enough, hold
from consumers.alerts.raising.rules.volume import begin, heard
from consumers.alerts.raising.state import AlertState
from consumers.alerts.raising.versions import next_version
from monitor.config import Watch, fingerprint
from monitor.messages import Alert, ArticleStories, Held, Stamps, Volume

AT_ONCE = 1000
"""The most watches that one tick begins or ends to count, so that a large edit holds up no article."""


def on_match(memory: AlertState, hit: Match, message: ArticleStories, config_hash: str) -> Iterator[Alert | Held | Volume]:
    """What is published because *message* matches; nothing where it was there before we listened."""
    if message.article.backfill:
        return
    yield from _of_story(memory, hit, message, config_hash)
    # An article that was edited is no further one.
    if counts(hit.watch) and message.article.version == 1:
        yield from _of_watch(memory, hit, message, config_hash)


def on_tick(
    memory: AlertState, counted: Iterable[Watch], now: datetime, config_hash: str, stamps: Stamps, *, silent: bool
) -> Iterator[Alert | Volume]:
    """What is published because it is *now*: of the watches *counted*, those first seen, and where *silent* those that are."""
    watches = {watch.id: watch for watch in counted}
    for new in islice(watches.keys() - memory.volumes.keys(), AT_ONCE):
        yield begin(new, now)
    for gone in islice(memory.volumes.keys() - watches.keys(), AT_ONCE):
        yield replace(memory.volumes[gone], ended=now)
    for watch in watches.values() if silent else ():
        known = memory.volumes.get(watch.id)
        if known and watch.silence and (told := silence.follow(known, watch.silence, now)):
            yield told
            yield silence.alert(told, watch, config_hash, stamps)


def counts(watch: Watch) -> bool:
    """Whether it is counted how often *watch* matches."""
    return watch.burst is not None or watch.silence is not None


def _of_story(memory: AlertState, hit: Match, message: ArticleStories, config_hash: str) -> Iterator[Alert | Held]:
    watch, ident = hit.watch, f"{hit.watch.id}:{message.story.id}"
    known, held = memory.alerts.raised.get(ident), None
    if known is None and watch.at_least:
        held = hold(memory.held.get(ident), watch.at_least, watch.id, message)
        if not enough(held, watch.at_least):
            yield held
            return
    earlier = held.reports[:-1] if held else ()
    if alert := next_version(known, hit, message, config_hash, fingerprint(watch), earlier):
        yield alert


def _of_watch(memory: AlertState, hit: Match, message: ArticleStories, config_hash: str) -> Iterator[Alert | Volume]:
    watch, at = hit.watch, message.article.fetched
    before = memory.volumes.get(watch.id) or begin(watch.id, at)
    now = heard(before, watch.burst, at)
    if watch.burst:
        now = burst.follow(now, watch.burst)
    yield now
    if watch.burst and now.burst and not before.burst:
        yield burst.alert(now, watch.burst, hit, message, config_hash)
