"""Cards of stories as lines of text for a terminal of any width. Pure: what is shown depends on the arguments alone.

Whatever comes from a feed is escaped, and is never read as markup.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from rich.console import Console
from rich.text import Text

from monitor.escape import printable
from monitor.format import (
    MAX_LINE,
    STANCE_WORDS,
    describe_counted,
    describe_mark,
    leading_report,
    list_outlets,
    pluralize,
    shorten,
    split_change,
)
from monitor.grouping import StoryEntry
from monitor.messages import Alert, Origin
from monitor.terminal import badge as badges
from monitor.terminal.badge import ORIGIN_SHAPES, WEIGHTS, badge_of
from monitor.terminal.board import Card
from monitor.text.languages import says_unnamed

WIDE = 100
"""Columns from which on the text of a card stands beside its badge and not below it."""
NARROW = 60
"""Columns below which a story that has one line is shown without its time and its watches."""
GAP = 2
MAX_ORIGINS, MAX_WATCHES, MAX_WORDS = 3, 6, 3
"""The most origins of a stance, watches of a story, and words of a watch that are listed."""
QUIET_STATES = frozenset({"corroborated", "developed", "corrected", "closed"})
"""The states of a story that its badge does not tell."""


def card_lines(card: Card, console: Console, width: int, now: datetime) -> list[Text]:
    """Return *card* in lines of at most *width* columns."""
    head, headline = _head(card, now), Text(_headline(card.entry), style=WEIGHTS[card.entry.severity])
    if width < WIDE:
        head = Text.assemble(_badge(card), f"  {_time(card.entry, now)}  ")
        lines = [*_wrap(Text.assemble(head, headline), console, width), *_indented(_details(card), console, GAP, width)]
    else:
        indent = head.cell_len
        lines = [*_indented([headline, *_details(card)], console, indent, width)]
        lines[0] = Text.assemble(head, lines[0][indent:])
    return [_dimmed(line) for line in lines] if card.is_marked else lines


def row(card: Card, width: int, now: datetime) -> Text:
    """Return *card* in one line of at most *width* columns: its badge, time, headline and watches."""
    head = Text.assemble(_badge(card), " ") if width < NARROW else _head(card, now)
    line = Text.assemble(head, (_headline(card.entry), WEIGHTS[card.entry.severity]), no_wrap=True)
    if width >= NARROW:
        watches = Text(f"  {_some_names(card.entry.watches, width // 3)}", style="dim")
        watches.truncate(width // 2, overflow="ellipsis")
        line.truncate(width - watches.cell_len, overflow="ellipsis", pad=True)
        line.append_text(watches)
    line.truncate(width, overflow="ellipsis")
    return _dimmed(line) if card.is_marked else line


def telling_alert(entry: StoryEntry) -> Alert:
    """Return the alert that tells how the story stands: the newest one unless that is new, else the one with most articles."""
    if entry.newest.version > 1:
        return entry.newest
    return max(entry.alerts.values(), key=lambda each: (each.article_count, each.updated, each.id))


def _head(card: Card, now: datetime) -> Text:
    """Return what stands beside the first line: the badge and the time."""
    head = _badge(card)
    head.pad_right(badges.WIDTH + GAP - head.cell_len)
    return head.append(f"{_time(card.entry, now)}{' ' * GAP}", style="dim")


def _badge(card: Card) -> Text:
    badge = badge_of(telling_alert(card.entry))
    return Text(f"{badge.shape} {badge.word}", style=badge.style)


def _time(entry: StoryEntry, now: datetime) -> str:
    """Return when the story changed: the time of the day in UTC, with the date if that was another day."""
    updated = entry.updated
    return f"{updated:%H:%M}" if updated.date() == now.date() else f"{updated:%m-%d %H:%M}"


def _headline(entry: StoryEntry) -> str:
    """Return the newest headline."""
    report = leading_report(entry.newest)
    return printable(report.title if report and entry.newest.change != "health" else entry.newest.title)


def _details(card: Card) -> Iterator[Text]:
    """Yield what stands below the headline of *card*, in parts that each begin a line."""
    entry, alert = card.entry, telling_alert(card.entry)
    yield from _labelled("new", _news(entry))
    state = f"{card.state}, " if card.state in QUIET_STATES else ""
    began = printable(entry.title)
    yield from _labelled("began as", began if began != _headline(entry) else "")
    yield from _labelled("says so", _sources(alert) if alert.origins else printable(alert.certainty))
    articles = pluralize(alert.article_count, "article")
    yield from _labelled("told by", f"{list_outlets(alert)} ({state}{articles})" if alert.outlets else "")
    for alert_id, counted in card.counted.items():
        if alert_id == alert.id:
            yield from _labelled("and", shorten(describe_counted(counted, alert), MAX_LINE))
    yield from _labelled("matches", _watches(entry))
    for text in _marks(card):
        yield from _labelled("marked", text)
    report = leading_report(entry.newest)
    url = (report.url if report else None) or entry.newest.url
    if url:
        yield Text(printable(url), style="dim")


def _labelled(label: str, text: str) -> Iterator[Text]:
    if text:
        yield Text.assemble((f"{label}: ", "dim"), text)


def _news(entry: StoryEntry) -> str:
    """Return what is new in the newest version, without the headline."""
    what, words = split_change(entry.newest)
    if entry.newest.change == "development":
        return f"{what}: {words}"
    if what or not entry.newest.outlets:
        return what
    return f"{printable(entry.newest.outlets[0])} reports it"


def _sources(alert: Alert) -> str:
    """Return who says it: the origins by stance, each with a shape for its kind. How many they are is not told."""
    by_stance = {stance: [each for each in alert.origins if each.stance == stance] for stance in STANCE_WORDS}
    told = (
        f"{STANCE_WORDS[stance]} {_names([*map(_origin, found)], MAX_ORIGINS)}" for stance, found in by_stance.items() if found
    )
    return "; ".join(told)


def _origin(origin: Origin) -> str:
    unnamed = " (unnamed)" if origin.kind == "anonymous" and not says_unnamed(origin.who) else ""
    return f"{ORIGIN_SHAPES[origin.kind]} {printable(origin.who)}{unnamed}"


def _watches(entry: StoryEntry) -> str:
    """Return the watches, each with its severity and the words that it matched."""
    alerts: Mapping[str, Alert] = entry.alerts
    return _names([_watch(alerts[watch]) for watch in entry.watches[:MAX_WATCHES]], MAX_WATCHES, len(entry.watches))


def _watch(alert: Alert) -> str:
    words = list(dict.fromkeys(printable(reason.words) for reason in alert.reasons))[:MAX_WORDS]
    return f"{printable(alert.watch)} [{alert.severity}]{''.join(f' {word!r}' for word in words)}"


def _marks(card: Card) -> Iterator[str]:
    """Yield the marks that hold, and those that a later version has ended."""
    for alert in card.entry.alerts.values():
        if mark := card.marks.get(alert.id):
            yield f"{printable(alert.watch)} {describe_mark(mark)}"
        elif mark := card.ended.get(alert.id):
            yield f"{printable(alert.watch)} told again: it was {describe_mark(mark)}"


def _names(names: Sequence[str], limit: int, count: int | None = None) -> str:
    more = (len(names) if count is None else count) - len(names[:limit])
    return ", ".join(names[:limit]) + (f" and {more:,} more" if more > 0 else "")


def _some_names(names: Sequence[str], width: int) -> str:
    """Return as many of *names* as fit into *width* columns, and how many there are beyond; at least one."""
    texts = (_names(names, limit) for limit in range(min(MAX_WATCHES, len(names)), 0, -1))
    return next((text for text in texts if len(text) <= width), _names(names, 1))


def _indented(parts: Iterable[Text], console: Console, indent: int, width: int) -> Iterator[Text]:
    for part in parts:
        for line in _wrap(part, console, max(1, width - indent)):
            yield Text.assemble(" " * indent, line)


def _wrap(text: Text, console: Console, width: int) -> list[Text]:
    return [*text.wrap(console, width)]


def _dimmed(line: Text) -> Text:
    line.stylize("dim")
    return line
