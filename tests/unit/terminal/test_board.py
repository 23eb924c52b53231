"""A board keeps one entry for each story, the newest change first, and within bounds."""

from datetime import timedelta

import pytest

from monitor.messages import Alert, Mark
from monitor.terminal.board import MAX_MARK_ENDINGS, AlertFilter, Board
from tests.make import START
from tests.unit.terminal.stories import board_of, counted, mark, version

LATER = START + timedelta(hours=1)


def keys(board: Board) -> list[str]:
    """The stories that are shown, in their order."""
    return [card.entry.key for card in board.cards(LATER)]


def test_the_newest_change_is_the_first() -> None:
    board = board_of(version(1, story="a"), version(2, story="b"), version(3, story="a", watch="ports"))
    assert keys(board) == ["a", "b"]
    assert board.alert_count == 3


def test_only_what_has_changed_since_a_time_is_shown() -> None:
    board = board_of(version(1, story="a"), version(5, story="b"))
    assert [card.entry.key for card in board.cards(LATER, START + timedelta(minutes=3))] == ["b"]


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (AlertFilter(), {("a", "harbour"), ("a", "ports"), ("b", "ports")}),
        (AlertFilter(watches=frozenset({"harbour"})), {("a", "harbour")}),
        (AlertFilter(severities=frozenset({"low"})), {("a", "ports")}),
        (AlertFilter(states=frozenset({"denied"})), {("b", "ports")}),
        (AlertFilter(watches=frozenset({"harbour"}), severities=frozenset({"low"})), set()),
    ],
)
def test_filters_choose_alerts_by_watch_severity_and_state(shown: AlertFilter, expected: set[tuple[str, str]]) -> None:
    alerts = [
        version(1, story="a"),
        version(1, "ports", "a", severity="low"),
        version(2, "ports", "b", state="denied"),
    ]
    cards = board_of(*alerts, board=Board(shown)).cards(LATER)
    assert {(card.entry.key, watch) for card in cards for watch in card.entry.alerts} == expected


def test_a_story_that_has_long_had_no_version_is_closed() -> None:
    board = board_of(version(), board=Board(keep=timedelta(hours=2)))
    assert [board.cards(START + timedelta(hours=hours))[0].state for hours in (1, 3)] == ["raised", "closed"]


def test_counted_articles_belong_to_the_version_that_they_follow() -> None:
    first = version()
    board = board_of(counted(first, "Nothing new"), first)
    assert [*board.cards(LATER)[0].counted] == [first.id]
    board.add(version(2))
    assert not board.cards(LATER)[0].counted


def is_marked(*messages: Alert | Mark) -> bool:
    """Whether the only card of *messages* is marked, an hour later."""
    (card,) = board_of(*messages).cards(LATER)
    return card.is_marked


def test_a_story_is_marked_if_all_of_its_alerts_are() -> None:
    harbour, ports = version(), version(watch="ports")
    assert is_marked(harbour, mark(harbour, "muted"))
    assert not is_marked(harbour, ports, mark(harbour, "muted"))
    assert is_marked(harbour, ports, mark(harbour, "muted"), mark(ports, "acknowledged"))


def test_a_mark_holds_whichever_comes_first_the_mark_or_the_alert() -> None:
    assert is_marked(mark(version(), "muted"), version())
    assert not is_marked(mark(version(), "muted"), version(), mark(version(), "open"))


def test_an_acknowledged_story_comes_back_with_a_stance_but_not_with_an_outlet() -> None:
    seen = mark(version(), "acknowledged")
    assert is_marked(version(), seen, version(2), version(3))
    assert not is_marked(version(), seen, version(2, change="correction"), version(3))
    assert is_marked(version(), version(2, change="stance"), mark(version(2), "acknowledged"), version(3))


def test_a_snoozed_story_comes_back_at_its_time_or_when_it_stands_otherwise() -> None:
    assert is_marked(version(), mark(version(), "snoozed", LATER + timedelta(minutes=1)))
    assert not is_marked(version(), mark(version(), "snoozed", LATER))
    until_changed = mark(version(), "snoozed")
    assert is_marked(version(), until_changed, version(2))
    assert not is_marked(version(), until_changed, version(2, standing="denied"), version(3))


def test_a_board_forgets_the_stories_that_changed_earliest() -> None:
    changes = (version(number, story=f"s{number}", change="stance") for number in range(1, 9))
    board = board_of(*changes, board=Board(max_alerts=3, max_records=3))
    assert keys(board) == ["s8", "s7", "s6"]
    for number in range(9):
        of = version(number + 1, story=f"s{number}")
        board.add(mark(of, "muted"))
        board.add(counted(of, "Nothing new"))
    assert (len(board.mark_endings), len(board.marks), len(board.counted), board.alert_count) == (3, 3, 3, 3)


def test_the_versions_that_are_remembered_of_an_alert_are_bounded() -> None:
    board = board_of(*(version(number, change="stance") for number in range(1, 50)))
    assert len(board.mark_endings["harbour:s1"]) == MAX_MARK_ENDINGS
