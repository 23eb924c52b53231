"""The canonical form of links, and item states of version 0.1, which left out other parameters of links."""

from dataclasses import replace

import pytest

from monitor.feeds.parsing.items import Item
from monitor.feeds.urls import canonical, digest
from monitor.messages import Feed, ItemState
from tests.make import START
from tests.unit.feeds.polls import UNPOLLED, dated_item, poll_items

ITEMS = [
    *(
        dated_item(number, -number, guid="", link=link)
        for number, link in enumerate(
            (
                "https://example.org/a?ref=rss",
                "https://example.org/b?cid=7&id=2",
                "https://example.org/c?wt_mc=rss",
                "https://example.org/d;jsessionid=1A",
                "https://example.org/e",
                "https://example.org/",
            )
        )
    ),
    dated_item(6, -6),
    dated_item(7, -7, guid="", link=""),
]
RECORDED = (
    ("3f38210357f91a30", "415d0542b1f34b80", "2bd1efae2381"),
    ("0bd09e1b4852abf3", "aeabe27cf41084f5", "7388d203e588"),
    ("313ca406394ee2bd", "aa7a998a5b3e2900", "c52ca75e32bc"),
    ("f010a1179ae6925b", "c34ff98a1024a871", "a3d0a37c6b21"),
    ("4a72f8f178ddc187", "6e48c5321fccb21b", "f6a9fa836847"),
    ("ac8ee0f97a4b4ca3", "76f56feedefd2bb3", "4faa0e983b03"),
    ("24d9c01ab71058c1", "4cb563d8ec80b9ec", "daa2bbb4a7a2"),
    ("4a5dfcdc79512546", "3e1e996ddd9fe636", ""),
)
"""The id, hash and link of the state of each of ITEMS, as version 0.1 wrote them."""


def recorded_feed(*, in_feed: bool) -> Feed:
    """Return the feed as version 0.1 left it, with its items in its last document or not."""
    states = [ItemState(article_id, content, 1) for article_id, content, _ in RECORDED]
    if in_feed:
        states = [
            replace(
                state,
                link=link,
                guid=digest(each.guid, size=6) if each.guid else "",
                date=int(START.timestamp()) - 60 * number,
                sketch="00000000",
            )
            for number, (state, (_, _, link), each) in enumerate(zip(states, RECORDED, ITEMS, strict=True))
        ]
    return replace(UNPOLLED, seen=tuple(states), last_ok=START, state="ok")


@pytest.mark.parametrize("in_feed", [True, False])
def test_items_known_to_version_0_1_are_not_published_again(*, in_feed: bool) -> None:
    articles, feed = poll_items(ITEMS, recorded_feed(in_feed=in_feed), 15)
    assert articles == []
    assert [state.id for state in feed.seen] == [article_id for article_id, _, _ in RECORDED]


@pytest.mark.parametrize("in_feed", [True, False])
def test_edits_of_items_known_to_version_0_1_stay_edits(*, in_feed: bool) -> None:
    # An item without guid and link is known by its title and date, which are gone once it has left the feed.
    edited: list[Item] = [replace(each, text=f"{each.text} Corrected.") for each in ITEMS[: 8 if in_feed else 5]]
    articles, _ = poll_items(edited, recorded_feed(in_feed=in_feed), 15)
    assert {(article.id, article.version) for article in articles} == {(each[0], 2) for each in RECORDED[: len(edited)]}


@pytest.mark.parametrize(
    ("link", "other"),
    [
        ("https://example.org/a?id=1", "http://www.example.org/a?id=1&utm_source=rss&utm_social-type=x"),
        ("https://example.org/a", "https://example.org/a?at_medium=RSS&at_campaign=x&xtor=RSS-1&fbclid=1&GCLID=2"),
        ("https://example.org/a?id=1", "https://example.org/a?PHPSESSID=1f&id=1&CFID=2&CFTOKEN=3"),
        ("https://example.org/a.jsp?id=1", "https://example.org/a.jsp;jsessionid=1F.node2?id=1"),
        ("https://example.org/x/a.aspx", "https://example.org/x/(S(lit3py55t21z5v55))/a.aspx"),
        ("https://example.org/a", "https://example.org/a#xtor=RSS-1"),
    ],
)
def test_tracking_parameters_and_sessions_do_not_belong_to_a_link(link: str, other: str) -> None:
    assert canonical(link) == canonical(other)


@pytest.mark.parametrize(
    "name",
    ["id", "p", "article", "ref", "source", "sid", "cid", "partner", "rss", "page", "from", "ns_id", "pk_id", "story", "token"],
)
def test_other_parameters_belong_to_a_link(name: str) -> None:
    assert canonical(f"https://example.org/a?{name}=1") != canonical(f"https://example.org/a?{name}=2")
    items = [dated_item(number, guid="", link=f"https://example.org/a?{name}={number}") for number in range(3)]
    articles, feed = poll_items(items)
    assert len(articles) == 3
    assert poll_items(items, feed, 15)[0] == []
