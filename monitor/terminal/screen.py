"""The view as a whole, as it fits into a terminal: a line on what is shown, and the cards of the newest changes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.console import Console, Group
from rich.text import Text

from monitor.terminal.board import Card
from monitor.terminal.cards import card_lines, row

ROWS_SHARE = 3
"""One line in this number is left below the full cards for stories that have one line each, if there are so many."""


@dataclass(frozen=True, slots=True)
class Size:
    """The columns and lines of a terminal. Without *height*, all cards are shown in full."""

    width: int
    height: int | None = None


def screen(
    title: str, cards: Sequence[Card], console: Console, size: Size, now: datetime, *, with_marked: bool = False
) -> Group:
    """Return *title* and *cards*, the newest change first, as they fit into *size*. The first card is never left out.

    Cards that readers have marked are left out unless *with_marked*.
    """
    shown = [each for each in cards if with_marked or not each.is_marked]
    head = Text(title, style="reverse", no_wrap=True)
    head.truncate(size.width, overflow="ellipsis", pad=True)
    lines, count = _fit(shown, console, size.width, None if size.height is None else size.height - 2, now)
    notes = _notes(len(cards) - len(shown), len(shown) - count) if cards else "Nothing yet. What is new is shown when it comes."
    foot = Text(notes, style="dim", no_wrap=True)
    foot.truncate(size.width, overflow="ellipsis")
    return Group(head, *lines, *([foot] if notes else []))


def listing(cards: Sequence[Card], console: Console, now: datetime, *, with_marked: bool = False) -> Group:
    """Return *cards* in full, in their order. Those that readers have marked are left out unless *with_marked*."""
    shown = [each for each in cards if with_marked or not each.is_marked]
    lines, _ = _fit(shown, console, console.width, None, now)
    notes = _notes(len(cards) - len(shown), 0)
    return Group(*lines, *([Text(), Text(notes, style="dim")] if notes else []))


def _notes(hidden: int, left_out: int) -> str:
    """Return what is said below the cards."""
    notes = [f"and {left_out:,} more, changed earlier"] if left_out else []
    if hidden:
        notes.append(f"{hidden:,} marked {'story' if hidden == 1 else 'stories'} not shown (--marked shows them)")
    return "; ".join(notes)


def _fit(cards: Sequence[Card], console: Console, width: int, free: int | None, now: datetime) -> tuple[list[Text], int]:
    """Return the lines of the first of *cards* that fit into *free* lines, and how many cards that are."""
    lines, is_full = list[Text](), True
    for number, card in enumerate(cards):
        full = card_lines(card, console, width, now) if is_full else []
        gap = [Text()] if lines and is_full else []
        # A full card leaves room for a line on each of the next stories.
        rest = 0 if free is None else min(len(cards) - number - 1, free // ROWS_SHARE)
        is_full = is_full and (free is None or number == 0 or len(lines) + len(gap) + len(full) <= free - rest)
        added = [*gap, *(full if is_full else [row(card, width, now)])]
        if free is not None and len(lines) + len(added) > free:
            # The newest card is shown in any case, as far as it fits.
            return (added[: max(1, free)], 1) if number == 0 else (lines, number)
        lines += added
    return lines, len(cards)
