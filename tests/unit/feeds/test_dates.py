"""Dates as publishers write them: zones, clocks, forms, and what cannot be read."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.parsing import dates, zones
from monitor.feeds.parsing.parse import FeedDocument, parse
from tests.make import START
from tests.unit.feeds.polls import item, poll, poll_items

CLOCK = datetime(2026, 3, 4, 6, 30, 15, tzinfo=UTC)
"""The time that the dates in these tests show on the clock."""


def behind(hours: float) -> datetime:
    """Return the moment of CLOCK in a zone that is *hours* ahead of UTC."""
    return CLOCK - timedelta(hours=hours)


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        *[("GMT", 0), ("UT", 0), ("Z", 0), ("z", 0), ("WET", 0), ("-0000", 0), ("", 0)],
        *[("CET", 1), ("MEZ", 1), ("CEST", 2), ("MESZ", 2), ("MEST", 2), ("EET", 2), ("EEST", 3), ("MSK", 3), ("SAST", 2)],
        *[("KST", 9), ("JST", 9), ("HKT", 8), ("SGT", 8), ("WIB", 7), ("PKT", 5), ("IST", 5.5), ("NPT", 5.75), ("PHT", 8)],
        *[("AEST", 10), ("AEDT", 11), ("ACST", 9.5), ("AWST", 8), ("NZST", 12), ("NZDT", 13), ("CHAST", 12.75)],
        *[
            ("EST", -5),
            ("EDT", -4),
            ("CST", -6),
            ("MDT", -6),
            ("PST", -8),
            ("PDT", -7),
            ("HST", -10),
            ("BRT", -3),
            ("NST", -3.5),
        ],
        *[
            ("+0530", 5.5),
            ("+05:30", 5.5),
            ("+5:30", 5.5),
            ("+530", 5.5),
            ("+05", 5),
            ("+5", 5),
            ("−0330", -3.5),
            ("+ 0900", 9),
        ],
        *[
            ("GMT+0530", 5.5),
            ("GMT+05:30", 5.5),
            ("UTC+3", 3),
            ("UTC +3", 3),
            ("utc-03:30", -3.5),
            ("GMT +9", 9),
            ("UTC+00:00", 0),
        ],
        *[
            ("+0900 (KST)", 9),
            ("(KST)", 9),
            ("KST +0900", 9),
            ("GMT+0100 (Central European Standard Time)", 1),
            ("IST (UTC+2)", 2),
        ],
        *[("ET", -5), ("PT", -8), ("Asia/Kolkata", 5.5), ("+01:00[Europe/Madrid]", 1), ("[America/Argentina/Ushuaia]", -3)],
    ],
)
@pytest.mark.parametrize("form", ["Wed, 04 Mar 2026 06:30:15 {}", "2026-03-04 06:30:15 {}", "2026-03-04T06:30:15{}"])
def test_each_zone_gives_its_moment(zone: str, hours: float, form: str) -> None:
    assert dates.parse(form.format(zone)) == behind(hours)


@pytest.mark.parametrize(
    "zone", ["A", "M", "Y", "J", "XQT", "BST", "Mars/Base", "+9900", "+14:30", "-1230", "+0560", "CET+1", "Etc/../x", "EDT/EST"]
)
def test_a_zone_that_is_unknown_impossible_or_ambiguous_gives_no_moment(zone: str) -> None:
    assert dates.validate(f"Wed, 04 Mar 2026 06:30:15 {zone}", START) == (None, "date_bad")
    assert dates.explain(f"Wed, 04 Mar 2026 06:30:15 {zone}", START)


@pytest.mark.parametrize(
    ("zone", "country", "lang", "host", "hours"),
    [
        ("IST", "IL", None, "example.org", 2),
        ("IST", None, "he", "example.org", 2),
        ("IST", None, "en-IE", "example.org", 1),
        ("IST", None, None, "post.example.ie", 1),
        ("CST", None, "zh-cn", "example.org", 8),
        ("CST", None, None, "news.example.tw", 8),
        ("CST", None, "en-us", "example.org", -6),
        ("BST", "bd", None, "example.org", 6),
        ("EST", None, "en-AU", "example.org", 10),
        ("AST", "sa", None, "example.org", 3),
        ("KST", "il", None, "example.org", 9),
    ],
)
def test_an_ambiguous_zone_is_that_of_the_feeds_country(
    zone: str, country: str | None, lang: str | None, host: str, hours: float
) -> None:
    countries = zones.home_countries(country, lang, host)
    assert dates.parse(f"Wed, 04 Mar 2026 06:30:15 {zone}", countries) == behind(hours)


def test_british_summer_time_counts_in_summer_only() -> None:
    assert dates.parse("Thu, 02 Jul 2026 09:00:00 BST") == datetime(2026, 7, 2, 8, tzinfo=UTC)
    assert dates.explain("Wed, 04 Mar 2026 06:30:15 BST", START) == "BST is summer time, and the date is in winter"


@pytest.mark.parametrize(
    "text",
    [
        "Wed, 04 Mar 2026 6:30:15 AM",
        "Wed, 04 Mar 2026 06:30:15 am GMT",
        "March 4th, 2026 at 6:30:15 a.m. UTC",
        "3/14/2026 6:30:15 AM",
        "2026年3月4日 午前6:30:15",
        "2026. 3. 4. 오전 6:30:15",
        "2026-03-04T063015Z",
        "20260304T063015Z",
        "20260304063015",
        "2026-03-04T06:30:15.000000000Z",
        "2026-03-04T06:30:15,00 Z",
        "2026-03-04 T 06:30:15 Z",
        "2026/03/04 06:30:15",
        "04.03.2026 06:30:15 Uhr",
        "04-Mar-2026 06:30:15",
        "Wed Mar  4 06:30:15 GMT 2026",
        "Wed Mar 04 2026 06:30:15 GMT+0000 (Coordinated Universal Time)",
        "Wed, 04 Mar 26 06:30:15 GMT",
        "Sat, 04 Mar 2026 06:30:15 GMT",
        "Wed ,\n 04 Mar 2026\t06 : 30 : 15 GMT ",
        "Wed,04Mar2026 06:30:15GMT",
        "06:30:15 4 March 2026",
        "Wednesday, March 4, 2026 - 06:30:15",
        "4 марта 2026 06:30:15",
        "Mer, 04 mars 2026 06:30:15 +0000",
        "04 Mar 2026 06.30.15 GMT",
        "٢٠٢٦-٠٣-٠٤ ٠٦:٣٠:١٥",
        "1772605815",
        "1772605815000",
    ],
)
def test_a_date_that_can_be_read_in_one_way_is_read(text: str) -> None:
    day = 14 if "14" in text[:5] else 4
    assert dates.parse(text) == CLOCK.replace(day=day)


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("04 Mar 2026 12:05 AM", 0, 5),
        ("04 Mar 2026 12:05 PM", 12, 5),
        ("04 Mar 2026 11:59 p.m.", 23, 59),
        ("04 Mar 2026 18:05 PM", 18, 5),
        ("04 Mar 2026 00:05 AM", 0, 5),
        ("04 Mar 2026 8 pm", 20, 0),
        ("2026年3月4日 午後8:05", 20, 5),
        ("2026-03-04", 0, 0),
        ("2026-03-04Z", 0, 0),
        ("2026-W10-3", 0, 0),
        ("2026-03-03T24:00:00Z", 0, 0),
    ],
)
def test_the_time_of_day_is_read(text: str, hour: int, minute: int) -> None:
    assert dates.parse(text) == datetime(2026, 3, 4, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("05/06/2026 07:00", "day and month could be exchanged"),
        ("05-06-2026", "day and month could be exchanged"),
        ("04 Mar 2026 13:05 AM", "the hour does not fit AM or PM"),
        ("04 Mar 2026 00:05 PM", "the hour does not fit AM or PM"),
        ("04 Mar 2026 25:00", "the time is impossible"),
        ("04 Mar 2026 24:01", "the time is impossible"),
        ("31 Feb 2026 07:00", "day is out of range for month"),
        ("04 Mar 126 07:00", "not a date in a known form"),
        ("10:00-12:00 04 Mar 2026", "not a date in a known form"),
        ("Mar 2026", "not a date in a known form"),
        ("2026", "not a date in a known form"),
        ("Wed, 04 Mar 2026 06:30:15 XQT", "the time zone XQT is not known, or has several meanings"),
        ("1970-01-01T00:00:00Z", "before 1971"),
        ("2031-01-01", "more than a day in the future"),
    ],
)
def test_a_bad_date_is_explained(text: str, reason: str) -> None:
    assert dates.validate(text, START) == (None, "date_bad")
    assert dates.explain(text, START) == reason


@pytest.mark.parametrize("text", ["", " ", "Wed, 04 Mar 2026 06:30:15 GMT"])
def test_a_good_or_missing_date_needs_no_explanation(text: str) -> None:
    assert dates.explain(text, START) == ""


@given(st.text(max_size=60), st.sampled_from(["", "2026-03-04 ", "Wed, 04 Mar 2026 06:30:15 ", "06:30 "]))
def test_a_date_is_either_read_or_explained(text: str, before: str) -> None:
    moment, flag = dates.validate(before + text, START)
    assert (flag == "date_bad") == bool(dates.explain(before + text, START))
    assert (moment is None) == (flag is not None)


# The date of an item


def test_the_second_date_counts_where_the_first_is_bad() -> None:
    given = item(1, date="0000-00-00", other_dates=("x", "2026-03-10T03:00:00Z"))
    ((article,), _) = poll_items([given])
    assert (article.published, article.flags) == (datetime(2026, 3, 10, 3, tzinfo=UTC), ())


RSS = """<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>F</title><language>he-IL</language>
<item><title>One</title><pubDate>soon</pubDate><dc:date>2026-03-10T03:00:00Z</dc:date></item>
<item><title>Two</title><pubDate>Tue, 10 Mar 2026 04:00:00 IST</pubDate></item>
<item><title>Three</title><pubDate>soon</pubDate></item></channel></rss>"""
JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "F", "items": [{"id": "1", "title": "One",
"date_published": "soon", "date_modified": "2026-03-10T03:00:00Z"}, {"id": "2", "title": "Two", "date_published": 1773108000},
{"id": "3", "title": "Three", "date_published": ["2026"]}]}"""


@pytest.mark.parametrize("body", [RSS, JSON])
def test_the_dates_of_a_feed_are_read_or_flagged(body: str) -> None:
    articles, _ = poll(parse(FeedDocument(body.encode())))
    assert {article.title: (article.published, "date_bad" in article.flags) for article in articles} == {
        "One": (datetime(2026, 3, 10, 3, tzinfo=UTC), False),
        "Two": (datetime(2026, 3, 10, 2, tzinfo=UTC), False),
        "Three": (None, True),
    }
