"""Text for a terminal."""

from collections.abc import Mapping, Sequence

from monitor.escape import printable
from monitor.messages import Alert, Report, Stance, Voice

STANCE_WORDS: Mapping[Stance, str] = {
    "confirmed": "confirmed by",
    "denied": "denied by",
    "declined": "no comment from",
    "reported": "reported by",
    "asserted": "stated in the outlet's own voice",
}
"""The words for each stance, in the order in which they are listed."""
MAX_OUTLETS = 6
"""The most outlets that are listed by name."""


def pluralize(count: int, noun: str) -> str:
    """Return *count* with *noun* in singular or plural: '1 alert', '1,200 alerts'."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def format_alert(alert: Alert) -> str:
    """Return *alert* in a few lines. The first says what is new in this version."""
    title, link = printable(alert.title), f"\n    {printable(alert.url)}" if alert.url else ""
    reasons = ", ".join(f"{reason.clause} {printable(reason.words)!r}" for reason in alert.reasons[:3])
    because = f"\n    because of {reasons}" if reasons else ""
    version, story = ("", "") if alert.version == 1 else (f", version {alert.version}", f"\n    story: {title}")
    head = f"{alert.updated:%Y-%m-%d %H:%M:%S}  [{alert.severity}] {alert.watch}{version}: {describe_change(alert)}"
    outlets = f"\n    outlets: {list_outlets(alert)}" if alert.outlets else ""
    return f"{head}{story}\n    {printable(alert.certainty)}{outlets}{because}{link}"


def describe_change(alert: Alert) -> str:
    """Return what is new in this version: the title of the story in the first one, later who says what."""
    latest = alert.articles[-1] if alert.articles else None
    if alert.version == 1 or latest is None or alert.change == "health":
        return printable(alert.title)
    outlet, headline = printable(latest.outlet), printable(latest.title)
    if alert.change == "correction":
        return f"{outlet} publishes a correction: {headline}"
    if alert.change == "stance" and (voices := _new_voices(latest, alert.articles[:-1])):
        return f"now {' and '.join(map(_describe, voices))} ({outlet}): {headline}"
    return f"{outlet} reports it too: {headline}"


def list_outlets(alert: Alert) -> str:
    """Return the names of the outlets that report the story, the earliest first."""
    names = [printable(name) for name in alert.outlets[:MAX_OUTLETS]]
    more = alert.outlet_count - len(names)
    return f"{', '.join(names)} and {more:,} more" if more > 0 else ", ".join(names)


def _new_voices(latest: Report, earlier: Sequence[Report]) -> list[Voice]:
    known = {voice.stance for report in earlier for voice in report.voices}
    return [voice for voice in latest.voices if voice.stance not in known and voice.stance != "asserted"]


def _describe(voice: Voice) -> str:
    who = voice.who or ("unnamed sources" if voice.source == "anonymous" else "an unspecified source")
    return f"{STANCE_WORDS[voice.stance]} {printable(who)}"
