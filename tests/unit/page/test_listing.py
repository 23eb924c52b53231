"""The list of alerts: rows, filters, counts and strips."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from monitor.messages import Alert, Entity, Mark, Origin, Report, Span, Stance, Topic, Voice
from page.records import Records
from page.views.attention import Show
from page.views.filters import Filters, parse_filters
from page.views.listing import PAGE_ROWS, Listing, make_listing
from page.views.rows import list_voices
from page.views.strips import axis_of, make_strip
from page.views.visits import visit
from tests.make import START, alert

UTC_ZONE = ZoneInfo("UTC")
NOON = START + timedelta(hours=8)


def listing(*alerts: Alert, filters: Filters | None = None) -> Listing:
    """The list of *alerts* at noon, for a reader who was there at START."""
    records = Records()
    for each in alerts:
        records.apply(each, 0.0)
    return make_listing(records, filters or Filters(), NOON, UTC_ZONE, START)


def report(minutes: float, stance: Stance = "reported", who: str | None = "Peskov", outlet: str = "a") -> Report:
    """An article of *outlet* with one voice."""
    return Report(f"{minutes}", 1, outlet, "Title", None, START + timedelta(minutes=minutes), (Voice(stance, "named", who),))


def story(number: int, watch: str = "kim", **fields: object) -> Alert:
    """An alert of a story of its own, updated *number* minutes after START."""
    updated = START + timedelta(minutes=number)
    values = {"id": f"{watch}:s{number}", "story": f"s{number}", "watch": watch, "updated": updated, **fields}
    return alert(1, **values)


def test_the_row_that_changed_last_is_the_first() -> None:
    rows = listing(story(1), story(3), story(2)).rows
    assert [row.key for row in rows] == ["s3", "s2", "s1"]


def test_pages_hold_each_row_once() -> None:
    alerts, seen, filters = [story(number) for number in range(2 * PAGE_ROWS + 1)], [], Filters()
    for _ in range(3):
        page = listing(*alerts, filters=filters)
        seen += [row.key for row in page.rows]
        if page.older:
            before = page.older.partition("before=")[2].replace("%3A", ":").replace("%2B", "+")
            moment, _, key = before.rpartition("+")
            filters = Filters(before=(f"{moment} {key}",))
    assert sorted(seen) == sorted(each.story for each in alerts)


def test_kinds_of_filters_are_joined_by_and_and_values_by_or() -> None:
    alerts = [story(1, "kim", severity="high"), story(2, "putin", severity="low"), story(3, "storms", severity="high")]
    filters = parse_filters({"watch": ["kim", "putin"], "severity": ["high"], "unknown": ["x"]})
    found = listing(*alerts, filters=filters)
    assert ([row.key for row in found.rows], found.left_out) == (["s1"], 2)


def muted(alert_id: str) -> Mark:
    """A mark for good on the first version of an alert."""
    return Mark(alert_id, "muted", 1, None, None, "ana", None, NOON)


def test_a_filter_on_watches_shows_how_their_alerts_stand_and_acts_on_them_alone() -> None:
    records = Records()
    for each in (story(1), story(1, "putin"), story(1, "xi"), story(2, "putin"), muted("putin:s1")):
        records.apply(each, 0.0)

    def shown(show: str, *watches: str) -> dict[str, list[str]]:
        listing = make_listing(records, Filters(watch=watches, show=(show,)), NOON, UTC_ZONE, START)
        return {row.key: sorted(alert.watch for alert in row.acted) for row in listing.rows}

    assert shown("open") == {"s2": ["putin"], "s1": ["kim", "putin", "xi"]}
    assert shown("open", "putin") == {"s2": ["putin"]}
    assert shown("muted", "putin") == {"s1": ["putin"]}
    assert shown("open", "putin", "xi") == {"s2": ["putin"], "s1": ["putin", "xi"]}
    assert shown("muted") == {}


@pytest.mark.parametrize("show", ["open", "muted", "acknowledged"])
def test_the_number_beside_each_filter_is_that_of_the_rows_behind_it(show: Show) -> None:
    """An entity may be spelt in several ways, and a story may be open at one watch and muted at another."""
    spellings = [Entity("Q1", "person", name, 1, (Span("title", 0, 1),)) for name in ("Kim", "KIM", "\u202emiK")]
    topics = (Topic("medtop:1", "politics", 0.9, ()), Topic("medtop:2", "war", 0.9, ()))
    records = Records()
    for number in range(1, 7):
        entities = (spellings[number % 3],)
        for watch in ("kim", "putin")[: 1 + number % 2]:
            records.apply(
                story(number, watch, entities=entities, topics=topics[: 1 + number % 2], standing=("denied", None)[number % 2]),
                0.0,
            )
    for each in (muted("putin:s1"), muted("kim:s2"), muted("kim:s3"), muted("putin:s3")):
        records.apply(each, 0.0)
    whole = make_listing(records, Filters(show=(show,)), NOON, UTC_ZONE, START)
    choices = [
        *whole.topics,
        *whole.entities,
        *(each.choice for each in whole.watches),
        *(choice for _, choice in whole.badges),
    ]
    for choice in choices:
        filters = parse_filters(parse_qs(urlsplit(choice.url).query))
        assert (choice.url, make_listing(records, filters, NOON, UTC_ZONE, START).total) == (choice.url, choice.count)
    assert len(whole.entities) <= 1
    assert all(each.text.isprintable() for each in whole.entities)


def test_the_line_of_a_row_says_who_confirms_denies_and_reports() -> None:
    stances: list[tuple[str, Stance]] = [("Xi", "reported"), ("Lee", "denied"), ("Kim", "confirmed"), ("Peskov", "confirmed")]
    origins = [Origin(who, "named", stance, START, START, ("a",)) for who, stance in stances]
    unnamed = Origin("an official", "anonymous", "reported", START, START, ("a",))
    assert [(each.symbol, each.text) for each in list_voices(alert(1, origins=tuple(origins)))] == [
        ("k", "Kim and Peskov confirm"),
        ("d", "Lee denies"),
        ("r", "Xi"),
    ]
    assert [each.text for each in list_voices(alert(1, origins=(origins[0], unnamed)))] == ["Xi", "an official, not named"]


def test_the_line_of_a_row_leaves_out_no_stance_and_counts_the_names_that_it_leaves_out() -> None:
    stances: list[tuple[str, Stance]] = [("Kim", "confirmed"), ("Lee", "denied"), ("Peskov", "declined")]
    stances += [("Xi", "reported"), ("Moon", "reported"), ("Abe", "reported"), ("Park", "reported")]
    origins = [Origin(who, "named", stance, START, START, ("a",)) for who, stance in stances]
    unnamed = Origin("an official", "anonymous", "reported", START, START, ("a",))
    assert [each.text for each in list_voices(alert(1, origins=(*origins, unnamed)))] == [
        "Kim confirms",
        "Lee denies",
        "Peskov: no comment",
        "Xi, Moon and 2 more",
        "an official, not named",
    ]


def test_the_url_of_filters_reads_back() -> None:
    filters = Filters(watch=("a&b", "c"), q=("Kim = 1",), show=("muted",))
    assert filters.toggled("watch", "c") == "/?watch=a%26b&show=muted&q=Kim+%3D+1"
    assert Filters(watch=("c",)).toggled("watch", "c") == "/"


def test_the_axis_ends_with_the_hour_and_has_the_hours_of_the_zone() -> None:
    axis = axis_of(NOON + timedelta(minutes=31), UTC_ZONE)
    assert (axis.end - axis.start, axis.percent(axis.end)) == (timedelta(hours=24), 100.0)
    assert axis.labels == ((20.8, "18"), (45.8, "0"), (70.8, "6"), (95.8, "12"))
    assert axis_of(NOON, ZoneInfo("Asia/Kolkata")).labels[0] == (0.0, "18")


def test_a_strip_shows_what_each_article_brings_first() -> None:
    axis = axis_of(NOON, UTC_ZONE)
    strip = make_strip([report(-60 * 24), report(0, "declined"), report(9), report(60, "confirmed")], axis)
    assert (strip.earlier, [mark.symbol for mark in strip.marks]) == (1, ["n", "e", "k"])
    assert strip.label == "1 earlier; 04:00 no comment; 04:09 repeated; 05:00 confirmed"


def test_a_strip_shows_the_news_of_an_article_and_not_the_denial_that_it_retells() -> None:
    voices = (Voice("confirmed", "named", "Kremlin"), Voice("denied", "role", "aide"))
    both = replace(report(60), voices=voices)
    assert [mark.symbol for mark in make_strip([both], axis_of(NOON, UTC_ZONE)).marks] == ["k"]


@pytest.mark.parametrize(
    "cookie",
    [
        "", "x", "2026-03-10_y", "2026-03-10T00:00:00_2026-03-10T00:00:00",
        "0001-01-01T00:00:00+14:00_2026-03-10T11:59:00Z", "9999-12-31T23:59:59-14:00_2026-03-10T11:59:00Z",
        "2026-03-10T11:00:00Z_0001-01-01T00:00:00+14:00", "2026-03-10T11:00:00Z_9999-12-31T23:59:59-14:00",
    ],
)  # fmt: skip
def test_a_reader_whose_visit_is_unknown_has_seen_nothing_of_the_last_day(cookie: str) -> None:
    assert visit(cookie, NOON)[0] == NOON - timedelta(hours=24)


def test_a_visit_goes_on_until_a_pause() -> None:
    since, cookie = visit("", NOON)
    assert visit(cookie, NOON + timedelta(minutes=20))[0] == since
    assert visit(cookie, NOON + timedelta(minutes=31))[0] == NOON


def test_a_mark_that_an_equal_one_covers_is_told_and_not_drawn() -> None:
    strip = make_strip([report(0), report(3), report(4), report(6), report(60)], axis_of(NOON, UTC_ZONE))
    assert strip.label == "04:00 reported; 04:03, 04:04, 04:06, 05:00 repeated"
    assert [(mark.symbol, mark.at) for mark in strip.drawn] == [("r", "62.5%"), ("e", "62.7%"), ("e", "66.7%")]
    assert strip.line == ("62.5%", "66.7%")
    assert make_strip([report(0), report(3)], axis_of(NOON, UTC_ZONE)).line is None
