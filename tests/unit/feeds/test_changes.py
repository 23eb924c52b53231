"""Finding new and changed articles, the item states that are kept, and the identity of feeds and links."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.feed_state import initial_state
from monitor.feeds.parsing import dates
from monitor.feeds.urls import canonical, feed_id, web_link
from monitor.messages import ItemState
from tests.make import START
from tests.unit.feeds.polls import URL, dated_item, item, poll_items


def test_at_the_first_fetch_old_and_undated_articles_are_backfill() -> None:
    articles, _ = poll_items([dated_item(1, minutes=-10), dated_item(2, minutes=-120), item(3)])
    assert {(article.title, article.backfill) for article in articles} == {
        ("Title 1", False),
        ("Title 2", True),
        ("Title 3", True),
    }


def test_later_only_new_and_changed_articles_are_published() -> None:
    _, feed = poll_items([dated_item(1)])
    articles, feed = poll_items([dated_item(2, minutes=5), dated_item(1, text="Other text.")], feed, minutes=5)
    assert [(article.title, article.version, article.changed, article.backfill) for article in articles] == [
        ("Title 1", 2, ("text",), False),
        ("Title 2", 1, (), False),
    ]
    assert poll_items([dated_item(2, minutes=5), dated_item(1, text="Other text.")], feed, minutes=10)[0] == []


def test_after_an_outage_no_article_is_backfill() -> None:
    _, feed = poll_items([dated_item(number, minutes=-number) for number in range(12)])
    articles, _ = poll_items([dated_item(100 + number, minutes=60 + number) for number in range(12)], feed, minutes=3000)
    assert [article.backfill for article in articles] == [False] * 12


def test_an_archive_that_comes_back_is_backfill() -> None:
    _, feed = poll_items([dated_item(1, minutes=-1), dated_item(2, minutes=-2)])
    old = [dated_item(100 + number, minutes=-10_000 - number) for number in range(20)]
    articles, _ = poll_items([dated_item(1, minutes=-1), *old], feed, minutes=5)
    assert len(articles) == 20
    assert all(article.backfill for article in articles)


def test_an_item_without_a_guid_is_identified_by_its_link_without_tracking_parameters() -> None:
    _, feed = poll_items([dated_item(1, guid="", link="https://www.example.org/a?utm_source=rss&id=3")])
    assert poll_items([dated_item(1, guid="", link="http://example.org/a?id=3#utm_x=1")], feed)[0] == []


def test_items_that_share_a_guid_are_different_articles() -> None:
    articles, _ = poll_items(
        [dated_item(1, guid="same", link="https://example.org/1"), dated_item(2, guid="same", link="https://example.org/2")]
    )
    assert len({article.id for article in articles}) == 2


def test_a_link_that_is_not_a_web_link_is_dropped() -> None:
    (article,), _ = poll_items([dated_item(1, link="javascript:alert(1)")])
    assert (article.url, article.flags) == (None, ("link_dropped",))
    assert web_link("/a b", URL) == "https://example.org/a%20b"
    assert web_link("data:text/html,x", URL) is None


def test_the_number_of_item_states_is_limited() -> None:
    full = replace(
        initial_state("f", URL, 300, START),
        seen=tuple(ItemState(str(n), "0" * 16, 1) for n in range(5000)),
        last_ok=START,
        state="ok",
    )
    _, feed = poll_items([dated_item(1)], full)
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
def test_dates_are_parsed_strictly(text: str, moment: datetime | None) -> None:
    assert dates.parse(text) == moment


@pytest.mark.parametrize("text", ["1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "nonsense"])
def test_impossible_dates_are_dropped_and_flagged(text: str) -> None:
    assert dates.validate(text, START) == (None, "date_bad")


@given(st.text(max_size=60))
def test_any_text_is_a_date_or_has_a_flag(text: str) -> None:
    moment, flag = dates.validate(text, START)
    assert (moment is None) == (flag is not None)


def test_a_feed_id_is_host_path_and_a_hash_of_the_query() -> None:
    assert feed_id("https://user:pw@Example.org/world.rss") == "example.org/world.rss"
    assert feed_id("http://127.0.0.1:8080/a") == "127.0.0.1:8080/a"
    assert feed_id("https://example.org/rss?cat=1") != feed_id("https://example.org/rss?cat=2")


@given(st.from_regex(r"https://[A-Za-z0-9.-]{1,9}/[A-Za-z0-9/._~%+-]{0,20}(\?[A-Za-z0-9/._~%+=&-]{1,9})?", fullmatch=True))
def test_the_shortcut_for_simple_links_changes_nothing(link: str) -> None:
    has_valid_host = all(link.split("/")[2].removesuffix(".").split("."))
    assert web_link(link, URL) == web_link(f"{link}#", URL) == (link if has_valid_host else None)


@given(st.text(max_size=100))
def test_a_canonical_link_stays_the_same(path: str) -> None:
    if link := web_link(f"/{path}", URL):
        assert canonical(f"https:{canonical(link)}") == canonical(link)
