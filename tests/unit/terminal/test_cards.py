"""A card tells how a story stands, what is new, who says so, who reports it, and which watches it matches, in any terminal."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from monitor.messages import Development, Reason, Span, Standing
from monitor.terminal.badge import STANDINGS, badge_of
from monitor.terminal.cards import card_lines, row
from tests.make import START, alert
from tests.unit.terminal.stories import HARBOUR, board_of, console_of, counted, mark, origin, report, text_of, version

NOON = START + timedelta(hours=8)


def lines_of(*messages: Any, width: int = 120) -> list[Text]:
    """The lines of the only card of *messages*."""
    (card,) = board_of(*messages).cards(NOON)
    return card_lines(card, console_of(width), width, NOON)


def text(*messages: Any, width: int = 120) -> str:
    """The words of the only card of *messages*."""
    return text_of(lines_of(*messages, width=width))


def reason(words: str) -> Reason:
    return Reason("any", words.casefold(), words, Span("title", 0, len(words)))


@pytest.mark.parametrize(
    ("standing", "badge"),
    [
        ("confirmed", "✓ Confirmed"),
        ("disputed", "⬖ Disputed"),
        ("denied", "⊗ Denied"),
        ("reported", "◉ Reported"),
        ("unnamed", "◌ Unnamed only"),
        ("stated", "❝ Stated"),
        (None, "◦ Alert"),
    ],
)
@pytest.mark.parametrize("width", [40, 120])
def test_the_badge_has_a_shape_and_a_word(standing: Standing | None, badge: str, width: int) -> None:
    (first, *_) = lines_of(version(standing=standing), width=width)
    assert first.plain.startswith(badge)


def test_no_two_badges_have_one_shape_or_word() -> None:
    assert len({each.shape for each in STANDINGS.values()}) == len({each.word for each in STANDINGS.values()}) == len(STANDINGS)


def test_an_alert_on_a_watch_or_a_feed_has_a_neutral_badge() -> None:
    words = {change: badge_of(alert(change=change)).word for change in ("burst", "silence", "health")}
    assert words == {"burst": "Burst", "silence": "Silence", "health": "Feed health"}


def test_the_card_of_a_first_version() -> None:
    assert text(version(url="https://example.org/1", reasons=(reason("Harbour"), reason("Harbour")))) == (
        f"❝ Stated 04:01 {HARBOUR}, report 1 new: Outlet 1 reports it says so: 1 outlet "
        "told by: Outlet 1 (1 article) matches: harbour [high] 'Harbour' https://example.org/1"
    )


def test_a_later_version_says_what_is_new_and_how_the_story_began() -> None:
    card = text(version(), version(2))
    assert f"04:02 {HARBOUR}, report 2 new: Outlet 2 reports it too began as: {HARBOUR}, report 1" in card
    assert "told by: Outlet 1, Outlet 2 (2 articles)" in card


def test_a_development_is_told_with_its_sentence() -> None:
    new = Development("number", "It will stay closed for 30 days.", Span("text", 0, 32))
    assert "new: Outlet 2 adds: It will stay closed for 30 days." in text(version(2, change="development", developments=(new,)))


def test_who_says_so_is_told_by_stance_with_a_shape_for_the_kind() -> None:
    origins = (
        origin("the harbour master", "role"),
        origin("Ana Ruiz", stance="confirmed"),
        origin("two pilots", "anonymous", "reported"),
    )
    assert "says so: confirmed by ● Ana Ruiz; reported by ◌ two pilots (unnamed); said by ○ the harbour master told by" in text(
        version(origins=origins, origin_count=3)
    )


def test_many_origins_and_watches_are_cut_and_counted() -> None:
    origins = tuple(origin(f"Pilot {number}") for number in range(12))
    card = text(*(version(watch=f"w{number}", origins=origins) for number in range(50)))
    assert "● Pilot 2 and 9 more" in card
    assert "w14 [high] and 44 more" in card


def test_all_watches_of_a_story_are_in_its_card() -> None:
    card = text(version(reasons=(reason("Harbour"),)), version(watch="ports", severity="low", reasons=(reason("port"),)))
    assert card.count(HARBOUR) == 1
    assert "matches: harbour [high] 'Harbour', ports [low] 'port'" in card


def test_a_further_watch_does_not_hide_how_the_story_stands() -> None:
    known = version(3, standing="confirmed", origins=(origin("Ana Ruiz", stance="confirmed"),))
    assert text(known, version(watch="ports", updated=NOON)).startswith("✓ Confirmed")


def test_what_the_badge_does_not_tell_is_told_beside_the_outlets() -> None:
    assert "(corrected, 2 articles)" in text(version(2, state="corrected"))


def test_articles_with_nothing_new_are_counted() -> None:
    first = version()
    card = text(first, counted(first, "Harbour: what we know", 3))
    assert "and: 3 more articles with nothing new, the latest at 2026-03-10 05:00:00: Marlow Ledger: Harbour: what we k" in card
    assert "nothing new" not in text(first, counted(first, "Before"), version(2))


def test_a_marked_card_is_dimmed_and_says_who_marked_it() -> None:
    lines = lines_of(version(), mark(version(), "muted"))
    assert "marked: harbour muted by ana at 2026-03-10 04:00 UTC, version 1: seen it" in text_of(lines)
    assert all(any(span.style == "dim" and span.end == len(line) for span in line.spans) for line in lines)


def test_a_mark_that_a_new_stance_has_ended_is_told() -> None:
    later = version(2, change="stance")
    card = text(version(), mark(version(), "acknowledged"), later, version(3))
    assert "marked: harbour told again: it was acknowledged by ana" in card


def test_a_line_has_the_watches_that_fit() -> None:
    (card,) = board_of(version(), version(watch="ports"), version(watch="vladivostok-summit")).cards(NOON)
    assert row(card, 40, NOON).plain == f"❝ Stated {HARBOUR}, report 1"
    assert row(card, 80, NOON).plain.endswith("  harbour, ports and 1 more")
    assert row(card, 120, NOON).plain.endswith("  harbour, ports, vladivostok-summit")
    (long,) = board_of(version(watch="w" * 100)).cards(NOON)
    assert row(long, 80, NOON).cell_len == 80


def test_the_date_stands_only_where_it_is_another_day() -> None:
    (card,) = board_of(version()).cards(NOON)
    assert " 04:01 " in row(card, 80, NOON).plain
    assert " 03-10 04:01 " in row(card, 80, NOON + timedelta(days=1)).plain


def test_markup_in_a_title_is_text() -> None:
    hostile = report("[link=https://example.org]Wave[/link]", "[red]Closed[/red] :smile: \x1b[31m\u202edesolc")
    lines = lines_of(version(articles=(hostile,), outlets=(hostile.outlet,)))
    assert lines[0].plain.endswith("[red]Closed[/red] :smile: \\x1b[31m\\u202edesolc")
    assert "told by: [link=https://example.org]Wave[/link]" in text_of(lines)
    assert {str(span.style) for span in lines[0].spans} <= {"dim", "bold", "default", ""}


def test_wide_characters_take_two_columns() -> None:
    title = "港口关闭三十天" * 10
    (card,) = board_of(version(articles=(report("日本", title),))).cards(NOON)
    for width in (40, 80, 120):
        lines = card_lines(card, console_of(width), width, NOON)
        assert max(line.cell_len for line in lines) <= width
        assert row(card, width, NOON).cell_len <= width
        assert title in "".join("".join(line.plain.split()) for line in lines)


ANY_TEXT = st.text(max_size=80) | st.text("\x1b[]\\/redbol \u202e\u200b\t\n漢字한글עברית🇫🇷e\u0301", max_size=80)


@given(ANY_TEXT, ANY_TEXT, st.integers(16, 160))
def test_no_text_of_a_feed_leaves_its_card(title: str, who: str, width: int) -> None:
    hostile = version(articles=(report(who, title),), outlets=(who,), origins=(origin(who),), reasons=(reason(title),))
    (card,) = board_of(hostile).cards(NOON)
    for line in (*card_lines(card, console_of(width), width, NOON), row(card, width, NOON)):
        assert line.plain.isprintable()
        assert cell_len(line.plain) <= width
