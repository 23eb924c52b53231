"""The view fits into the terminal: full cards for the newest changes, a line for each of the others, and what is left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from monitor.terminal.board import Board
from monitor.terminal.screen import Size, listing, screen
from tests.make import START
from tests.unit.terminal.stories import board_of, console_of, mark, printed, text_of, version


def lines(board: Board, width: int = 80, height: int | None = 24, *, with_marked: bool = False) -> list[str]:
    """The lines of the view of *board*."""
    console = console_of(width, height)
    shown = screen("newsmonitor alerts", board.cards(START), console, Size(width, height), START, with_marked=with_marked)
    return printed(shown, console)


def many(count: int) -> Board:
    """A board with *count* stories; each has one alert, and the last has changed last."""
    return board_of(*(version(number, story=f"s{number}", title=f"Story {number}.") for number in range(1, count + 1)))


@given(st.integers(10, 200), st.integers(3, 80), st.integers(0, 60))
def test_the_view_never_exceeds_the_terminal(width: int, height: int, count: int) -> None:
    shown = lines(many(count), width, height)
    assert len(shown) <= height
    assert max(map(cell_len, shown)) <= width


@pytest.mark.parametrize(("width", "height"), [(40, 8), (40, 24), (80, 24), (120, 50)])
def test_the_newest_change_is_first_and_the_others_are_counted(width: int, height: int) -> None:
    shown = lines(many(60), width, height)
    rows = [line for line in shown if line.startswith("❝ Stated")]
    assert "report 60" in text_of(shown[:6])
    assert shown[-1].rstrip() == f"and {60 - len(rows)} more, changed earlier"


def test_a_tall_terminal_shows_all_stories_in_full() -> None:
    text = text_of(lines(many(3), 120, 60))
    assert text.count("told by:") == 3
    assert "changed earlier" not in text


def test_all_stories_are_in_full_where_there_is_no_height() -> None:
    assert text_of(lines(many(30), 120, None)).count("told by:") == 30


def test_marked_stories_are_left_out_and_counted() -> None:
    board = board_of(version(1, story="a"), version(2, story="b"), mark(version(1, story="a"), "muted"))
    text = text_of(lines(board))
    assert text.count("told by:") == 1
    assert text.endswith("1 marked story not shown (--marked shows them)")
    assert text_of(lines(board, with_marked=True)).count("told by:") == 2


def test_an_empty_view_says_so() -> None:
    assert lines(Board())[1].rstrip() == "Nothing yet. What is new is shown when it comes."


def test_a_listing_has_all_cards_in_their_order() -> None:
    console = console_of(100)
    cards = many(30).cards(START)[::-1]
    text = text_of(printed(listing(cards, console, START), console))
    assert text.index("report 1 ") < text.index("report 30 ")
    assert text.count("told by:") == 30


def test_what_is_seen_without_colours_is_the_same() -> None:
    board, colours = many(3), [console_of(80, 24, force_terminal=True, color_system=system) for system in ("truecolor", None)]
    shown = [screen("alerts", board.cards(START), each, Size(80, 24), START) for each in colours]
    with_colours, without = (printed(each, console) for each, console in zip(shown, colours, strict=True))
    assert with_colours == without
