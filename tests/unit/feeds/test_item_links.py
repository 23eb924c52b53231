"""Which of an entry's links is the article's, and where a title is from that the format does not give."""

from collections.abc import Callable

import pytest

from monitor.feeds.parsing.texts import Text, choose
from monitor.feeds.urls import URL_CHARS, web_link
from tests.doubling import measure
from tests.linear.growth import MAX_EXPONENT
from tests.unit.feeds.test_item_elements import atom, only, rss


@pytest.mark.parametrize(
    ("links", "link"),
    [
        ('<link rel="alternate" type="text/html; charset=utf-8" href="https://quay.example/a"/>', "https://quay.example/a"),
        ('<link rel="alternate" type="TEXT/HTML" href="https://quay.example/a"/>', "https://quay.example/a"),
        ('<link rel="alternate" type="application/pdf" href="https://quay.example/a.pdf"/>', "https://quay.example/a.pdf"),
        ('<link type="text/plain" href="https://quay.example/a.txt"/>', "https://quay.example/a.txt"),
        (
            '<link type="application/pdf" href="https://quay.example/a.pdf"/><link type="text/html" href="https://quay.example/a"/>',
            "https://quay.example/a",
        ),
        ('<link type="application/atom+xml" href="https://quay.example/a.atom"/>', ""),
        ('<link type="application/json" href="https://quay.example/a.json"/>', ""),
        ('<link type="text/xml; charset=utf-8" href="https://quay.example/a.xml"/>', ""),
    ],
)
def test_an_alternate_of_any_type_for_people_is_the_link_and_a_page_comes_first(links: str, link: str) -> None:
    assert only(atom(f"<id>urn:quay:1</id><title>Ferry</title>{links}")).link == link


def test_the_title_of_a_podcast_counts_if_there_is_no_other() -> None:
    itunes = '<itunes:title xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">Ferry, told</itunes:title>'
    assert only(rss(f"{itunes}<description>x</description>")).title == "Ferry, told"
    assert only(rss(f"{itunes}<title>Ferry</title>")).title == "Ferry"


@pytest.mark.parametrize("signs", [" ", "\t", " \n", "ü", "%"])
def test_a_long_link_is_dropped_in_linear_time(signs: str) -> None:
    assert web_link(f"https://quay.example/a{' ' * URL_CHARS * 3}b", "") is None

    def prepare(size: int) -> Callable[[], object]:
        link = f"https://quay.example/a{signs * (size // len(signs))}b"
        assert web_link(link, "") is None
        return lambda: web_link(link, "")

    assert measure(prepare, 125_000).exponent < MAX_EXPONENT


def test_control_characters_in_markup_cost_linear_time() -> None:
    summary = Text("Ferry", "The ferry left.")

    def prepare(count: int) -> Callable[[], object]:
        content = Text("\x85" * count, "Pier")
        assert choose([content], [summary]) == summary
        return lambda: choose([content], [summary])

    assert measure(prepare, 60_000).exponent < MAX_EXPONENT
