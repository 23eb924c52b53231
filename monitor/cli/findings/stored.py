"""What is stored, and what came of it: the disk, records that cannot be read, feeds, deliveries, dead letters. Pure."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from monitor.bus.storage import Storage
from monitor.cli.findings.finding import Finding, act, note, or_ok
from monitor.escape import printable
from monitor.format import pluralize

LOW_BYTES = 256 * 1024 * 1024
"""Free bytes below which a disk is nearly full."""
MIN_DAYS = 1.0
"""Days of articles from which on the growth of a file says how many of them it can hold. The first hours have archives."""
MIB = 1024 * 1024


def examine_storage(storage: Storage | None) -> list[Finding]:
    """Return whether the disk has room for the bus."""
    if storage is None:
        return []
    found = []
    used = f"{_mb(storage.used or 0)} of at most {_mb(storage.limit)} used"
    if storage.used is None:
        found.append(note("storage", "how much of the file is used cannot be read; the findings about the bus say why"))
    elif storage.is_full:
        found.append(act("storage", f"{used}{_why_full(storage)}"))
    elif storage.is_short:
        early = f"old records were removed early, last at {storage.removed_early:%Y-%m-%d %H:%M} UTC"
        found.append(act("storage", f"{used}, so {early}: raise streams.max_mb, or lower streams.days"))
    elif growth := _growth(storage):
        found.append(note("storage", f"{growth}: raise streams.max_mb, or lower streams.days"))
    needed = max(0, storage.limit - storage.size)
    if storage.free < LOW_BYTES:
        found.append(act("storage", f"the disk has {_mb(storage.free)} left: make room on it, or lower streams.max_mb"))
    elif storage.free < needed:
        text = f"the disk has {_mb(storage.free)} left, and the file may grow by {_mb(needed)}"
        found.append(note("storage", f"{text}: make room on it, or lower streams.max_mb"))
    return or_ok(found, "storage", f"{used}, {_mb(storage.free)} free on the disk")


def _why_full(storage: Storage) -> str:
    """Return what fills the file, and how there will be room for the articles that wait."""
    if storage.has_unread:
        return ", so new articles wait: start the services that lag behind, or raise streams.max_mb"
    remedy = "raise streams.max_mb, or lower streams.days"
    if storage.has_articles:
        return f", so new articles wait while the oldest are removed: {remedy}"
    return f" by alerts, stories and other records that are not removed early, so new articles wait: {remedy}"


def _growth(storage: Storage) -> str | None:
    """Return that the file will be full before its days have passed, if it goes on to fill as it has; else None."""
    if storage.span < MIN_DAYS or not storage.used:
        return None
    a_day = storage.used / storage.span
    fitting = storage.mark / a_day
    if fitting >= storage.days:
        return None
    held = f"{_mb(storage.limit)} hold the articles of {fitting:.0f} days and not of {storage.days:g}"
    return f"with {_mb(a_day)} a day, {held}, which take {_mb(a_day * storage.days * storage.limit / storage.mark)}"


def examine_records(unreadable: Mapping[str, str]) -> list[Finding]:
    """Return which streams have records that this version cannot read. *unreadable* has the first error by stream."""
    remedy = "the services skip it; update this program if a newer one wrote it, else it expires with the stream"
    found = [note("records", f"{stream}: {printable(error)}; {remedy}") for stream, error in unreadable.items()]
    return or_ok(found, "records", "can be read" if not found else "can be read but for those named here")


def examine_feeds(summary: Mapping[str, Any], failing_after: int) -> list[Finding]:
    """Return which feeds fail, by reason, from the *summary* of `newsmonitor status`.

    A feed needs an act if it failed *failing_after* times in a row, or is gone for good.
    """
    found = []
    lasting = [each for each in summary["failing"] if each["failures"] >= failing_after or each["state"] == "gone"]
    for reason, count in Counter(each["reason"] or each["state"] for each in lasting).most_common():
        first = next(each for each in lasting if (each["reason"] or each["state"]) == reason)
        which = f"{first['feed']} fails" if count == 1 else f"{count:,} feeds fail, {first['feed']} among them"
        remedy = "correct or remove it" if count == 1 else "`newsmonitor feeds list` shows all"
        found.append(act("feeds", printable(f"{which} ({reason}): {first['error'] or reason}; {remedy}")))
    if passing := len(summary["failing"]) - len(lasting):
        found.append(note("feeds", f"{pluralize(passing, 'feed')} failed at the last poll, and will be tried again"))
    if silent := len(summary["silent"]):
        found.append(note("feeds", f"{pluralize(silent, 'feed')} had no new article for long: `newsmonitor status` names them"))
    if troubled := summary["hubs"]["troubled"]:
        first = f"{troubled[0]['feed']} by {troubled[0]['hub']}: {troubled[0]['error']}"
        text = f"{pluralize(len(troubled), 'feed')} not pushed as subscribed to, so polled as usual; {first}"
        found.append(note("feeds", printable(f"{text}; `newsmonitor feeds list` shows all")))
    total = sum(summary["feeds"].values())
    return or_ok(found, "feeds", f"{total - len(summary['failing']):,} of {pluralize(total, 'feed')} without a failure")


def examine_deliveries(summary: Mapping[str, Any]) -> list[Finding]:
    """Return which alerts did not reach their target, from the *summary* of `newsmonitor status`."""
    found = []
    if disabled := summary["targets"].get("disabled"):
        remedy = "`newsmonitor targets list` says why, and `newsmonitor targets enable TARGET` sends what waits"
        found.append(act("deliveries", f"{_clause(disabled, 'target', 'is', 'are')} disabled; {remedy}"))
    if waiting := summary["targets"].get("waiting"):
        text = f"{_clause(waiting, 'target', 'waits', 'wait')} after a failure: `newsmonitor targets list` says until when"
        found.append(note("deliveries", text))
    if failed := summary["deliveries"]["failed"]:
        remedy = "`newsmonitor deliveries list` says why, and `newsmonitor deliveries redrive` sends them again"
        found.append(act("deliveries", f"{_clause(failed, 'alert', 'was', 'were')} given up; {remedy}"))
    return or_ok(found, "deliveries", f"{summary['deliveries']['pending']} pending")


def examine_dead_letters(count: int) -> list[Finding]:
    """Return whether there are dead letters that nobody has tried again."""
    if not count:
        return or_ok([], "dead", "no dead letters")
    remedy = "`newsmonitor dead list` says why, and `newsmonitor dead redrive` tries them again after an update"
    return [act("dead", f"{_clause(count, 'message', 'was', 'were')} not processed; {remedy}")]


def _clause(count: int, noun: str, singular: str, plural: str) -> str:
    """Return the number of things with the verb that agrees with it."""
    return f"{pluralize(count, noun)} {singular if count == 1 else plural}"


def _mb(size: float) -> str:
    return f"{size / MIB:,.0f} MB"
