"""Alerts in words: for the terminal, the log, messages and feeds. Nothing here is markup."""

import re
from collections.abc import Mapping, Sequence

from monitor.escape import printable
from monitor.messages import Alert, Change, Counted, Mark, Reason, Report, Stance, Standing, Voice
from monitor.origins import is_unspecified
from monitor.text.languages import pack, says_unnamed

STANCE_WORDS: Mapping[Stance, str] = {
    "confirmed": "confirmed by",
    "denied": "denied by",
    "corrected": "corrected by",
    "announced": "announced by",
    "declined": "no comment from",
    "reported": "reported by",
    "said": "said by",
    "asserted": "stated in the outlet's own voice",
}
"""The words for each stance, in the order in which they are listed."""
STANDING_WORDS: Mapping[Standing, str] = {
    "confirmed": "confirmed",
    "disputed": "disputed",
    "denied": "denied",
    "reported": "reported",
    "unnamed": "unnamed sources only",
    "stated": "stated by outlets alone",
}
"""The words for how a story stands by its origins."""
BADGES: Mapping[Standing | Change, str] = {
    "confirmed": "Confirmed",
    "disputed": "Disputed",
    "denied": "Denied",
    "reported": "Reported",
    "unnamed": "Unnamed only",
    "stated": "Stated",
    "burst": "Burst",
    "silence": "Silence",
    "health": "Feed health",
}
"""The words of badges, for how a story stands, or for an alert that tells of a watch or a feed."""
ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth")
_SEPARATOR = re.compile(", | and ")
"""What `join_names` puts between names."""
MAX_CLAIMS = 2
"""The most claims whose words are shown."""
MAX_REASONS = 3
"""The most reasons that are listed."""
MAX_LINE = 160
"""The longest line for a claim, in code points."""
MAX_SENTENCE = 300
"""The longest sentence with new facts, in code points. It is what a version tells, and its end may be what is new."""
OF_WORDS = frozenset({"any", "all", "phrase", "prefix", "case"})
"""The conditions that words alone meet."""
MAX_OUTLETS = 6
"""The most outlets that are listed by name."""


def pluralize(count: int, noun: str) -> str:
    """Return *count* with *noun* in singular or plural: '1 alert', '1,200 alerts'."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def format_alert(alert: Alert) -> str:
    """Return *alert* in a few lines. The first says what is new in this version."""
    title, link = printable(alert.title), f"\n    {printable(alert.url)}" if alert.url else ""
    version, story = ("", "") if alert.version == 1 else (f", version {alert.version}", f"\n    story: {title}")
    head = f"{alert.updated:%Y-%m-%d %H:%M:%S}  [{alert.severity}] {alert.watch}{version}: {describe_change(alert)}"
    return "\n    ".join((f"{head}{story}", *describe_sources(alert), *describe_reasons(alert))) + link


def describe_sources(alert: Alert) -> list[str]:
    """Return lines that say how the story stands, who says what in the newest article, and which outlets report it.

    The first says in spite of which mark the alert is told again, if it is.
    """
    again = [f"again: {printable(alert.again)}"] if alert.again else []
    # The number of origins is not shown: in long articles the rules count more than a reader does.
    standing = f"{STANDING_WORDS[alert.standing]}: " if alert.standing else ""
    outlets = [*list_claims(alert), f"outlets: {list_outlets(alert)}"] if alert.outlets else []
    return [*again, f"{standing}{printable(alert.certainty)}", *outlets]


def describe_reasons(alert: Alert) -> list[str]:
    """Return a line with the first conditions of the watch and the words that met them; none if the alert is of no article."""
    reasons = dict.fromkeys(map(_describe_reason, alert.reasons[:MAX_REASONS]))
    return [f"because of {', '.join(reasons)}"] if reasons else []


def _describe_reason(reason: Reason) -> str:
    """Return the words of *reason* and the field, if it is one. That of words is which list of the watch they are in."""
    field = "" if reason.clause in OF_WORDS else f"{'organisation' if reason.clause == 'org' else reason.clause} "
    return f"{field}{printable(reason.words)!r}"


def format_counted(counted: Counted, alert: Alert) -> str:
    """Return *counted*, the articles with nothing new that came after *alert*, the newest version, in one line."""
    return f"    and {describe_counted(counted, alert)}"


def describe_counted(counted: Counted, alert: Alert) -> str:
    """Return how many articles with nothing new came after *alert*, the newest version, and the latest of them."""
    newest, number = counted.articles[-1], counted.article_count - alert.article_count
    since = f"{pluralize(number, 'more article')} with nothing new" if number > 0 else "an edited article with nothing new"
    outlet, title = printable(newest.outlet), printable(newest.title)
    return f"{since}, the latest at {counted.last:%Y-%m-%d %H:%M:%S}: {outlet}: {title}"


def format_mark(mark: Mark, alert: Alert) -> str:
    """Return *mark* and the newest version of its alert in two lines."""
    return f"{printable(mark.id)}: {describe_mark(mark)}\n    {describe_change(alert)}"


def describe_mark(mark: Mark) -> str:
    """Return who made *mark*, when, until when, and the note."""
    until = f"until {mark.until:%Y-%m-%d %H:%M} UTC" if mark.until else "until the story stands otherwise or is corrected"
    what = "no longer marked" if mark.state == "open" else mark.state
    end = f", {until}" if mark.state == "snoozed" else ""
    note = f": {printable(mark.note)}" if mark.note else ""
    return f"{what} by {printable(mark.by)} at {mark.at:%Y-%m-%d %H:%M} UTC, version {mark.version}{end}{note}"


def describe_again(mark: Mark) -> str:
    """Return the *mark* in spite of which an alert is told again: who made it, and when."""
    end = f" until {mark.until:%Y-%m-%d %H:%M} UTC" if mark.until else ""
    return f"{mark.state} by {mark.by} at {mark.at:%Y-%m-%d %H:%M} UTC{end}"


def describe_change(alert: Alert) -> str:
    """Return what is new in this version: the title of the story in the first one, later who says what."""
    what, words = split_change(alert)
    return f"{what}: {words}" if what else words


def split_change(alert: Alert) -> tuple[str, str]:
    """Return what is new in this version, and its headline or sentence. The first version has only its title."""
    latest = alert.articles[-1] if alert.articles else None
    if alert.version == 1 or latest is None or alert.change == "health":
        return "", printable(alert.title)
    outlet, headline = printable(latest.outlet), printable(latest.title)
    if alert.change == "correction":
        return f"{outlet} publishes a correction", _without_mark(headline, alert.language)
    if alert.change == "stance" and (voices := _new_voices(latest, alert.articles[:-1])):
        return _describe_stance(voices, outlet), headline
    if alert.change == "development" and alert.developments:
        return f"{outlet} adds", printable(shorten(alert.developments[0].words, MAX_SENTENCE))
    if alert.change == "standing" and alert.standing:
        return f"{_describe_standing(alert)} ({outlet})", headline
    return f"{outlet} reports it too", headline


def describe_news(alert: Alert) -> tuple[str, str]:
    """Return what is new in this version for a list that has the headline elsewhere: one or two words, and the rest."""
    outlet = printable(alert.articles[-1].outlet) if alert.articles else ""
    match alert.change:
        case "correction":
            return "Corrected", f"by {outlet}"
        case "development" if alert.developments:
            return "New", f"{printable(alert.developments[0].words)} ({outlet})"
        case "standing" | "stance" if alert.standing:
            words = _describe_standing(alert) if alert.change == "standing" else f"now {STANDING_WORDS[alert.standing]}"
            return words[:1].upper() + words[1:], f"in {outlet}"
        case "outlet":
            count = alert.outlet_count
            return (f"{ORDINALS[count - 1]} outlet" if count <= len(ORDINALS) else f"{count:,} outlets"), outlet
        case "burst" | "silence" | "health":
            return "New", f"watch {alert.watch}"
    return "New", f"in {outlet}" if outlet else ""


def leading_report(alert: Alert) -> Report | None:
    """Return the article whose headline and page stand for this version: the first one, in later versions the newest.

    A burst or a silence has none, since it tells of the watch itself.
    """
    if not alert.articles or alert.change in {"burst", "silence"}:
        return None
    return alert.articles[0 if alert.version == 1 else -1]


def _describe_stance(voices: Sequence[Voice], outlet: str) -> str:
    """Return who takes a stance that is new, and in which outlet."""
    what = " and ".join(map(_describe, voices))
    now = "" if voices[0].stance == "declined" else "now "
    return f"{now}{what[:-1]}; {outlet})" if what.endswith(")") else f"{now}{what} ({outlet})"


def _without_mark(headline: str, language: str | None) -> str:
    """Return *headline* without the word at its start that marks it as a correction; all of it if the mark is at its end."""
    mark = pack(language or "en").correction.match(headline)
    return headline[mark.end() :].lstrip() or headline if mark and mark.start() == 0 else headline


def _describe_standing(alert: Alert) -> str:
    """Return how the story stands since this version, or that a second origin says it."""
    if alert.state == "corroborated":
        return "now from a second source"
    return f"now {STANDING_WORDS[alert.standing]}" if alert.standing else "now"


def list_claims(alert: Alert) -> list[str]:
    """Return the words of the newest article's claims, each with its source."""
    voices = alert.articles[-1].voices if alert.articles else ()
    told = [f"{_describe(voice)}: {voice.words}" for voice in voices if voice.words and voice.who][:MAX_CLAIMS]
    return [printable(shorten(line, MAX_LINE)) for line in told]


def shorten(text: str, limit: int) -> str:
    """Return *text*, cut between words where it is longer than *limit*."""
    return text if len(text) <= limit else f"{text[: limit - 2].rpartition(' ')[0]} …"


def list_outlets(alert: Alert) -> str:
    """Return the names of the outlets that report the story, the earliest first."""
    names = [printable(name) for name in alert.outlets[:MAX_OUTLETS]]
    more = alert.outlet_count - len(names)
    return f"{', '.join(names)} and {more:,} more" if more > 0 else ", ".join(names)


def describe_source(voice: Voice) -> str:
    """Return who stands behind a stance, and through which outlet: 'two officials (unnamed) through Meridian'."""
    if voice.who is None or not names_source(voice):
        return "unnamed sources" if voice.source == "anonymous" else "an unspecified source"
    is_marked = voice.source != "anonymous" or says_unnamed(voice.who)
    who = voice.who if is_marked else f"{voice.who} (unnamed)"
    return f"{who} through {voice.through}" if voice.through else who


def names_source(voice: Voice) -> bool:
    """Return whether the source of *voice* has a name or a description, not only a word such as 'reports'."""
    return voice.who is not None and not (voice.source == "role" and is_unspecified(voice.who))


def join_names(names: Sequence[str]) -> str:
    """Return *names* as an enumeration: 'a, b and c'."""
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1] if names else "") if part)


def join_first(names: Sequence[str], most: int) -> str:
    """Return the first *most* of *names* and how many more there are: 'a, b and 3 more'."""
    more = len(names) - most
    return join_names([*names[:most], f"{more:,} more"] if more > 0 else names)


def split_names(enumeration: str) -> list[str]:
    """Return the names of which `join_names` has made *enumeration*."""
    return _SEPARATOR.split(enumeration)


def _new_voices(latest: Report, earlier: Sequence[Report]) -> list[Voice]:
    known = {voice.stance for report in earlier for voice in report.voices}
    return [voice for voice in latest.voices if voice.stance not in known and voice.stance not in {"asserted", "said"}]


def _describe(voice: Voice) -> str:
    return f"{STANCE_WORDS[voice.stance]} {printable(describe_source(voice))}"
