"""What is new in a feed, and what is remembered of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import FeedConfig
from monitor.feeds.articles.changes import Origin, find_changes
from monitor.feeds.feed_state import blank
from monitor.feeds.parsing import dates
from monitor.feeds.parsing.items import Item, ParsedFeed
from monitor.feeds.urls import canonical, feed_id, web_link
from monitor.messages import Article, Feed, ItemState
from tests.make import START

URL = "https://example.org/world.rss"


def item(number: int, title: str = "", text: str = "Text.", minutes: float = 0, **other: Any) -> Item:
    when = (START + timedelta(minutes=minutes)).isoformat()
    return replace(Item(f"g{number}", f"https://example.org/{number}", title or f"Title {number}", text, when), **other)


def take(items: list[Item], before: Feed | None = None, minutes: float = 0) -> tuple[list[Article], Feed]:
    now = START + timedelta(minutes=minutes)
    known = before or blank(feed_id(URL), URL, 300, now)
    articles, seen = find_changes(
        Origin(FeedConfig(URL, name="Post"), feed_id(URL), URL, now), ParsedFeed("Feed", "en", tuple(items)), known
    )
    return articles, replace(known, seen=seen, last_ok=now, state="ok")


def test_at_first_what_is_old_or_undated_is_backfill() -> None:
    articles, _ = take([item(1, minutes=-10), item(2, minutes=-120), item(3, date="")])
    assert {(article.title, article.backfill) for article in articles} == {
        ("Title 1", False),
        ("Title 2", True),
        ("Title 3", True),
    }


def test_later_only_what_is_new_or_changed_comes() -> None:
    _, feed = take([item(1)])
    articles, feed = take([item(2, minutes=5), item(1, text="Other text.")], feed, minutes=5)
    assert [(article.title, article.version, article.changed, article.backfill) for article in articles] == [
        ("Title 1", 2, ("text",), False),
        ("Title 2", 1, (), False),
    ]
    assert take([item(2, minutes=5), item(1, text="Other text.")], feed, minutes=10)[0] == []


def test_after_an_outage_nothing_is_backfill() -> None:
    _, feed = take([item(number, minutes=-number) for number in range(12)])
    articles, _ = take([item(100 + number, minutes=60 + number) for number in range(12)], feed, minutes=3000)
    assert [article.backfill for article in articles] == [False] * 12


def test_an_archive_that_comes_back_is_backfill() -> None:
    _, feed = take([item(1, minutes=-1), item(2, minutes=-2)])
    old = [item(100 + number, minutes=-10_000 - number) for number in range(20)]
    articles, _ = take([item(1, minutes=-1), *old], feed, minutes=5)
    assert len(articles) == 20
    assert all(article.backfill for article in articles)


def test_an_item_without_a_guid_is_known_by_its_link_without_tracking() -> None:
    _, feed = take([item(1, guid="", link="https://www.example.org/a?utm_source=rss&id=3")])
    assert take([item(1, guid="", link="http://example.org/a?id=3#utm_x=1")], feed)[0] == []


def test_a_guid_that_several_items_share_does_not_make_them_one() -> None:
    articles, _ = take([item(1, guid="same", link="https://example.org/1"), item(2, guid="same", link="https://example.org/2")])
    assert len({article.id for article in articles}) == 2


def test_links_that_are_no_web_links_are_dropped() -> None:
    (article,), _ = take([item(1, link="javascript:alert(1)")])
    assert (article.url, article.flags) == (None, ("link_dropped",))
    assert web_link("/a b", URL) == "https://example.org/ab"
    assert web_link("data:text/html,x", URL) is None


def test_what_is_seen_is_bounded() -> None:
    before = replace(
        blank("f", URL, 300, START), seen=tuple(ItemState(str(n), "0" * 16, 1) for n in range(5000)), last_ok=START, state="ok"
    )
    _, feed = take([item(1)], before)
    assert len(feed.seen) == 501


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Tue, 10 Mar 2026 04:12:00 GMT", datetime(2026, 3, 10, 4, 12, tzinfo=UTC)),
        ("2026-03-10T04:12:00+09:00", datetime(2026, 3, 9, 19, 12, tzinfo=UTC)),
        ("10 March 2026 04:12:00 +0000", datetime(2026, 3, 10, 4, 12, tzinfo=UTC)),
        ("Ter, 10 Mar 2026 04:12:00 GMT", datetime(2026, 3, 10, 4, 12, tzinfo=UTC)),
        ("Qui, 10 Set 2026 01:12:00 -0300", datetime(2026, 9, 10, 4, 12, tzinfo=UTC)),
        ("jeu., 12 févr. 2026 05:12:00 +0100", datetime(2026, 2, 12, 4, 12, tzinfo=UTC)),
        ("10 juin 2026 04:12:00", datetime(2026, 6, 10, 4, 12, tzinfo=UTC)),
        ("10 juillet 2026 04:12:00", datetime(2026, 7, 10, 4, 12, tzinfo=UTC)),
        ("10 März 2026 04:12:00", datetime(2026, 3, 10, 4, 12, tzinfo=UTC)),
        ("10 jui 2026 04:12:00", None),
        ("2023-13-45", None),
        ("0000-00-00", None),
        ("yesterday", None),
    ],
)
def test_dates_are_read_strictly(text: str, moment: datetime | None) -> None:
    assert dates.read(text) == moment


@pytest.mark.parametrize("text", ["1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "nonsense"])
def test_impossible_dates_are_none_and_flagged(text: str) -> None:
    assert dates.judge(text, START) == (None, "date_bad")


@given(st.text(max_size=60))
def test_any_text_is_a_date_or_not(text: str) -> None:
    moment, flag = dates.judge(text, START)
    assert (moment is None) == (flag is not None)


def test_feed_ids_are_host_and_path_and_a_hash_of_the_query() -> None:
    assert feed_id("https://user:pw@Example.org/world.rss") == "example.org/world.rss"
    assert feed_id("http://127.0.0.1:8080/a") == "127.0.0.1:8080/a"
    assert feed_id("https://example.org/rss?cat=1") != feed_id("https://example.org/rss?cat=2")


@given(st.from_regex(r"https://[A-Za-z0-9.-]{1,9}/[A-Za-z0-9/._~%+-]{0,20}(\?[A-Za-z0-9/._~%+=&-]{1,9})?", fullmatch=True))
def test_a_plain_link_is_read_as_one_that_needs_a_closer_look(link: str) -> None:
    assert web_link(link, URL) == web_link(f"{link}#", URL) == link


@given(st.text(max_size=100))
def test_the_same_link_is_canonical_already(path: str) -> None:
    if link := web_link(f"/{path}", URL):
        assert canonical(f"https:{canonical(link)}") == canonical(link)
