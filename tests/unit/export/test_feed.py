"""A feed of alerts has an entry for each, with the texts of the terminal."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from monitor.export.feed import make_entry, make_feed, page_link
from monitor.messages import Report, Voice
from tests.make import START, alert

URI = Draft202012Validator({"type": "string", "format": "uri"}, validate_formats=True)
NOW = START + timedelta(days=1)
FIRST = Report("a1", 1, "Tidewater", "Ferry sold", "https://tidewater.example/1", START, (Voice("asserted", "none", None),))
DENYING = Voice("denied", "named", "the harbour board", words="no ferry was sold")
SECOND = Report("a2", 1, "Wavelength", "Board: no ferry sold", "https://wavelength.example/2", START, (DENYING,))
DENIAL: dict[str, Any] = {
    "change": "stance",
    "standing": "denied",
    "title": "Ferry sold",
    "certainty": "2 outlets; denied by the harbour board",
    "articles": (FIRST, SECOND),
    "outlets": ("Tidewater", "Wavelength"),
    "outlet_count": 2,
}


def test_the_first_version_says_who_reports_it() -> None:
    entry = make_entry(alert(title="Ferry sold", certainty="1 outlet", articles=(FIRST,), outlets=("Tidewater",)))
    assert (entry.title, entry.link, entry.author) == ("Ferry sold", "https://tidewater.example/1", "Tidewater")
    assert entry.text == "1 outlet.\noutlets: Tidewater."


def test_a_later_version_has_its_own_headline_and_page_and_says_what_is_new() -> None:
    entry = make_entry(alert(2, **DENIAL))
    assert (entry.title, entry.link) == ("Board: no ferry sold", "https://wavelength.example/2")
    assert (entry.author, entry.published, entry.updated) == ("Wavelength", START, START + timedelta(minutes=2))
    assert entry.text.splitlines() == [
        "now denied by the harbour board (Wavelength): Board: no ferry sold.",
        "story: Ferry sold.",
        "denied: 2 outlets; denied by the harbour board.",
        "denied by the harbour board: no ferry was sold.",
        "outlets: Tidewater, Wavelength.",
    ]


def test_an_alert_without_an_article_has_no_page_and_no_author() -> None:
    entry = make_entry(alert(title="Silence: no article for 2 days", change="silence", certainty="", outlets=()))
    assert (entry.title, entry.link, entry.author) == ("Silence: no article for 2 days", None, None)
    assert entry.text == "Silence: no article for 2 days."


def test_a_burst_has_its_own_title_and_not_that_of_an_article() -> None:
    entry = make_entry(alert(title="Burst: 9 articles within 1h", change="burst", certainty="2 usual", articles=(FIRST,)))
    assert (entry.title, entry.link, entry.author) == ("Burst: 9 articles within 1h", None, None)


def test_all_versions_of_an_alert_have_one_id_and_other_alerts_another() -> None:
    first, second, other = alert(), alert(2, **DENIAL), alert(id="kim:s2")
    assert make_entry(first).id == make_entry(second).id != make_entry(other).id
    # Readers would show every entry once more if the ids changed.
    assert make_entry(first).id == "urn:uuid:572a8e06-0200-54df-8ef7-cbb3ea4c5e8c"


def test_a_feed_has_an_id_for_what_it_is_of_and_the_newest_entry_first() -> None:
    older, newer = alert(1), alert(2, id="kim:s2")
    feed = make_feed([older, newer], ["kim"], [], NOW)
    assert [entry.alert for entry in feed.entries] == [newer, older]
    assert (feed.head.title, feed.head.updated) == ("newsmonitor: alerts of kim", newer.updated)
    assert feed.head.id == make_feed([], ["kim", "kim"], [], NOW).head.id
    others = [make_feed([], [], [], NOW), make_feed([], ["high"], [], NOW), make_feed([], [], ["high"], NOW)]
    assert len({feed.head.id, *(other.head.id for other in others)}) == 4


def test_a_feed_without_entries_was_updated_now() -> None:
    feed = make_feed([], [], ["critical", "high"], NOW)
    assert (feed.head.updated, feed.entries, feed.head.title) == (NOW, (), "newsmonitor: alerts, severity critical or high")


def test_text_that_is_invisible_or_reverses_others_is_shown_as_an_escape() -> None:
    entry = make_entry(alert(title="Ferry \u202edlos\x07"))
    assert entry.title == "Ferry \\u202edlos\\x07"


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://a.example/x?y[]=1&z=%20#top", "https://a.example/x?y%5B%5D=1&z=%20#top"),
        ("HTTP://a.example/100%", "http://a.example/100%25"),
        ("https://[::1]:8080/", "https://[::1]:8080/"),
        ('https://a.example/"><script>', "https://a.example/%22%3E%3Cscript%3E"),
        ("https://a.example/потяг 1", "https://a.example/%D0%BF%D0%BE%D1%82%D1%8F%D0%B3%201"),
        ("javascript:alert(1)", None),
        ("https://поезд.example/[1]", "https://xn--d1abg0ae.example/%5B1%5D"),
        ("https://a.example/a#b#c@d", "https://a.example/a#b%23c@d"),
        ("https://a.example##", "https://a.example#%23"),
        ("https://a%@b@c.example/@d", "https://a%25%40b@c.example/@d"),
        (" javascript:alert('https://a.example/')", None),
        ("file:///etc/passwd", None),
        ("//a.example/", None),
        ("https:///x", None),
        ("", None),
        (None, None),
    ],
)
def test_only_web_pages_are_links(url: str | None, link: str | None) -> None:
    assert page_link(url) == link


@given(
    st.sampled_from(["https://a.example/", "http://a.example", "https://é.example?", "https://[::1]#", "https://"]),
    st.text(st.sampled_from("#[]%@:/?&= \\^`{}|<>\"'aé한\u200b\t\n0") | st.characters(), max_size=20),
)
def test_every_link_is_a_uri(start: str, rest: str) -> None:
    if link := page_link(start + rest):
        URI.validate(link)


@pytest.mark.parametrize(
    ("language", "shown"), [("ru", "ru"), ("zh-Hant", "zh-Hant"), ("und", None), ("", None), (None, None), ('"x', None)]
)
def test_an_unknown_language_is_left_out(language: str | None, shown: str | None) -> None:
    assert make_entry(alert(language=language)).language == shown
