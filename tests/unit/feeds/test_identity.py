"""Which article an item is if guids, links or both are shared, change or move: nothing is lost, and nothing is news twice."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from monitor.feeds.parsing.items import Item
from monitor.messages import Feed
from tests.unit.feeds.polls import UNPOLLED, dated_item, item, poll_items

HARBOUR = (
    ("Crane falls into the dock", "Nobody was hurt when the old crane gave way at noon."),
    ("Pilots vote to walk out", "The union wants two men on each boat at night."),
    ("Fog closes the strait", "Ferries stay in port until the morning, the office says."),
    ("Lighthouse to be sold", "The tower on Gull Point goes to auction in June."),
    ("Herring back after a decade", "Boats returned with full nets for the first time since 2015."),
    ("Bridge toll doubles", "Lorries pay twelve crowns from Monday."),
)
FRESH = ("Tanker runs aground", "Tugs from three ports are on their way to the reef.")


def numbered(number: int, **other: Any) -> Item:
    """Return a dated item with a title and text of its own, all words of which differ from those of the others."""
    title, text = HARBOUR[number] if number < len(HARBOUR) else FRESH
    dated = dated_item(number, minutes=-number if number < len(HARBOUR) else 1)
    return replace(dated, **{"title": title, "text": text, **other})


def news(polls: Sequence[Sequence[Item]]) -> list[tuple[int, int]]:
    """Return the number of new articles that are not backfill, and of edits, of each poll after the first."""
    _, feed = poll_items(polls[0])
    counts = []
    for number, items in enumerate(polls[1:], 1):
        articles, feed = poll_items(items, feed, number * 15)
        new = sum(article.version == 1 and not article.backfill for article in articles)
        counts.append((new, sum(article.version > 1 for article in articles)))
    return counts


# Several articles with one link or one guid

SHARED = {
    "the link of a live page": {"guid": "", "link": "https://example.org/live"},
    "the link of the front page": {"guid": "", "link": "https://example.org/"},
    "one guid without a link": {"guid": "news", "link": ""},
    "one guid and one link": {"guid": "N/A", "link": "https://example.org/news"},
    "a link that is no link": {"guid": "N/A", "link": "N/A"},
}


@pytest.mark.parametrize("keys", SHARED.values(), ids=SHARED)
def test_items_with_the_same_keys_but_other_contents_are_articles_of_their_own(keys: dict[str, str]) -> None:
    whole = [numbered(n, **keys) for n in range(5)]
    first, feed = poll_items(whole)
    assert len({article.id for article in first}) == 5
    assert poll_items(whole, feed, 15)[0] == []
    (article,), feed = poll_items([numbered(9, **keys), *whole[:4]], feed, 30)
    assert (article.title, article.version, article.backfill) == (FRESH[0], 1, False)
    assert poll_items(whole, feed, 45)[0] == []


@pytest.mark.parametrize("keys", SHARED.values(), ids=SHARED)
def test_an_item_with_shared_keys_is_edited_under_its_own_id(keys: dict[str, str]) -> None:
    whole = [numbered(n, **keys) for n in range(5)]
    first, feed = poll_items(whole)
    ids = {article.title: article.id for article in first}
    edited = replace(whole[2], text="Ferries stay in port until Friday, the office says.")
    (article,), _ = poll_items([*whole[:2], edited, *whole[3:]], feed, 15)
    assert (article.id, article.version, article.changed) == (ids[whole[2].title], 2, ("text",))


def test_undated_items_with_the_same_link_are_articles_of_their_own() -> None:
    whole = [replace(numbered(n, guid="", link="https://example.org/live"), date="", text="Details follow") for n in range(5)]
    further = replace(whole[0], title="Tanker runs aground")
    assert len(poll_items(whole)[0]) == 5
    assert news([whole, [further, *whole], [further, *whole[:3]]]) == [(1, 0), (0, 0)]


def test_a_single_alert_that_links_to_the_front_page_is_news_each_time() -> None:
    keys = {"guid": "", "link": "https://example.org/"}
    assert news([[numbered(0, **keys)], [numbered(1, **keys)], [numbered(9, **keys)], [numbered(9, **keys)]]) == [
        (1, 0),
        (1, 0),
        (0, 0),
    ]


def test_guids_that_are_positions_republish_nothing_without_links() -> None:
    before = [numbered(n, guid=str(n), link="") for n in range(5)]
    after = [numbered(9, guid="0", link=""), *(numbered(n, guid=str(n + 1), link="") for n in range(4))]
    assert news([before, after, after]) == [(1, 0), (0, 0)]


def test_guids_that_are_positions_bring_news_when_all_items_are_replaced() -> None:
    before = [numbered(n, guid=str(n), link="https://example.org/news") for n in range(3)]
    after = [
        dated_item(n, 60, guid=str(n - 3), link="https://example.org/news", title=HARBOUR[n][0], text=HARBOUR[n][1])
        for n in range(3, 6)
    ]
    assert news([before, after]) == [(3, 0)]


def test_a_guid_that_is_used_again_for_another_article_is_news() -> None:
    before = numbered(0, guid="top", link="https://example.org/2026/crane")
    after = replace(numbered(9, guid="top", link="https://example.org/2026/tanker"), date="2026-03-10T05:00:00Z")
    assert news([[before], [after], [after]]) == [(1, 0), (0, 0)]


# Items that are twice in one document


@pytest.mark.parametrize(
    "other", [{"guid": "g0?n=2"}, {"link": "https://example.org/0?page=all"}, {}], ids=["guid", "link", "none"]
)
def test_an_item_that_is_twice_in_a_document_is_one_article(other: dict[str, str]) -> None:
    twice = [numbered(0), numbered(1), numbered(0, **other)]
    assert len(poll_items(twice)[0]) == 2
    assert news([[numbered(1)], twice, twice[::-1], [numbered(0)]]) == [(1, 0), (0, 0), (0, 0)]


def test_the_first_of_two_versions_in_a_document_counts() -> None:
    old = numbered(0, text=HARBOUR[0][1])
    new = replace(old, text="Nobody was hurt when the old crane gave way at midnight.")
    articles, feed = poll_items([new, old])
    assert [article.text for article in articles] == [new.text]
    assert poll_items([new, old], feed, 15)[0] == []


# A publisher that changes guids and links


def moved(changed: Callable[[Item], Item], count: int = 6) -> list[tuple[int, int]]:
    """Return the news of a poll after which the publisher has *changed* the items of the feed, and of the next poll."""
    before = [numbered(n) for n in range(count)]
    after = [changed(each) for each in before]
    return news([before, after, after])


MOVES: dict[str, Callable[[Item], Item]] = {
    "a new system": lambda one: replace(one, guid=f"https://example.org/?p=9{one.guid[1:]}", link=f"{one.link}/story.html"),
    "a new system with shorter texts": lambda one: replace(
        one, guid=f"id{one.guid}", link=f"{one.link}/story", text=one.text[:12]
    ),
    "dates without seconds": lambda one: replace(
        one, guid=f"id{one.guid}", link=f"{one.link}/story", date=one.date.replace(":00+", ":31+")
    ),
    "dates of the move": lambda one: replace(one, guid=f"id{one.guid}", link=f"{one.link}/story", date="2026-03-10T04:11:00Z"),
    "no dates": lambda one: replace(one, guid=f"id{one.guid}", link=f"{one.link}/story", date=""),
    "another host": lambda one: replace(one, guid=f"tag:{one.guid}", link=one.link.replace("example.org", "news.example.com")),
    "a slash at the end": lambda one: replace(one, guid=f"{one.link}/", link=f"{one.link}/"),
    "https and www": lambda one: replace(one, guid=one.link, link=one.link.replace("https://", "http://www.")),
    "the link as guid": lambda one: replace(one, guid=one.link),
    "no guid": lambda one: replace(one, guid=""),
    "the guid as link": lambda one: replace(one, guid=one.link, link=""),
    "no link": lambda one: replace(one, link=""),
    "guid with a number of comments": lambda one: replace(one, guid=f"{one.guid}#comments=12"),
    "guid with a time": lambda one: replace(one, guid=f"{one.guid}@1773115200", link=""),
}


@pytest.mark.parametrize("changed", MOVES.values(), ids=MOVES)
@pytest.mark.parametrize("count", [1, 6])
def test_a_publisher_that_changes_guids_or_links_republishes_nothing(changed: Callable[[Item], Item], count: int) -> None:
    edits = count if changed is MOVES["a new system with shorter texts"] else 0
    new = 1 if changed is MOVES["dates of the move"] and count == 1 else 0
    assert moved(changed, count) == [(new, edits), (0, 0)]


def test_older_items_that_come_with_a_new_system_are_backfill() -> None:
    before = [numbered(n) for n in range(5)]
    after = [replace(each, guid=f"id{each.guid}", link=f"{each.link}/story") for each in before]
    older = dated_item(20, minutes=-600)
    articles, _ = poll_items([numbered(9, date="2026-03-10T04:10:00Z"), *after, older], poll_items(before)[1], 15)
    assert [(article.title, article.backfill) for article in articles] == [("Title 20", True), (FRESH[0], False)]


@pytest.mark.parametrize(
    "link",
    [
        "https://example.org/read?id={n}&JSESSIONID={session}{n}",
        "https://example.org/read?PHPSESSID={session}&id={n}",
        "https://example.org/{n};jsessionid={session}.node2?x=1",
        "https://example.org/(S({session}))/{n}.aspx",
        "https://example.org/read?id={n}&sid={session}",
        "https://example.org/read?id={n}&token={session}{n}",
        "https://example.org/{session}/{n}",
    ],
)
@pytest.mark.parametrize("dated", [True, False])
def test_links_with_a_session_republish_nothing(link: str, *, dated: bool) -> None:
    def document(poll: int, first: int = 0) -> list[Item]:
        items = [numbered(n, guid="", link=link.format(n=n, session=f"{poll}f3a{poll}")) for n in range(first, 5)]
        return items if dated else [replace(each, date="") for each in items]

    fresh = numbered(9, guid="", link=link.format(n=9, session="3f3a3"))
    assert news([document(0), document(1), document(2, 3), [fresh, *document(3)], []]) == [(0, 0), (0, 0), (1, 0), (0, 0)]


def test_guids_that_change_with_the_date_of_each_poll_republish_nothing() -> None:
    polls = [[numbered(n, guid="", link=f"https://example.org/x/{poll}-{n}") for n in range(5)] for poll in range(4)]
    polls = [[replace(each, date=f"2026-03-10T04:{10 + poll}:00Z") for each in items] for poll, items in enumerate(polls)]
    assert news(polls) == [(0, 0)] * 3


@pytest.mark.parametrize("keys", [{}, {"guid": ""}, {"link": ""}], ids=["guid and link", "link", "guid"])
@pytest.mark.parametrize(
    "between", [[], [item(77, title="Service unavailable", text="Try again later.")]], ids=["empty", "error"]
)
def test_items_that_come_back_after_a_document_without_them_are_not_news(between: list[Item], keys: dict[str, str]) -> None:
    whole = [numbered(n, **keys) for n in range(6)]
    _, feed = poll_items(whole)
    _, feed = poll_items(between, feed, 15)
    assert poll_items(whole, feed, 30)[0] == []


def test_an_empty_document_leaves_the_state_as_it_is() -> None:
    _, feed = poll_items([numbered(n) for n in range(6)])
    assert poll_items([], feed, 15)[1].seen == feed.seen


# Titles that are used again


@pytest.mark.parametrize("keys", [{}, {"guid": ""}, {"guid": "", "link": "https://example.org/live"}, {"guid": "", "link": ""}])
def test_a_title_that_is_used_again_with_another_text_and_date_is_another_article(keys: dict[str, str]) -> None:
    others = [numbered(n) for n in range(2, 5)]
    live = [numbered(n, guid="", link="https://example.org/live") for n in (0, 1)] if "link" in keys else []
    monday = replace(numbered(0, **keys), title="Morning briefing")
    tuesday = replace(numbered(1, **keys), title="Morning briefing", date="2026-03-11T04:00:00Z")
    assert news([[monday, *live, *others], [tuesday, *live, *others], [tuesday, *others]]) == [(1, 0), (0, 0)]


@pytest.mark.parametrize("keys", [{}, {"guid": ""}, {"guid": "", "link": "https://example.org/live"}, {"guid": "", "link": ""}])
def test_a_title_that_stays_with_an_edited_text_is_an_edit(keys: dict[str, str]) -> None:
    others = [numbered(n) for n in range(2, 5)]
    before = replace(numbered(0, **keys), title="Morning briefing")
    after = replace(before, text="Two men were hurt when the old crane gave way before noon, the harbour office says.")
    assert news([[before, *others], [after, *others], [after, *others]]) == [(0, 1), (0, 0)]


def test_an_item_that_is_edited_in_title_and_text_stays_one_article() -> None:
    before, after = numbered(0), replace(numbered(9), guid="g0", link="https://example.org/0")
    assert news([[before, numbered(1)], [after, numbered(1)]]) == [(0, 1)]


def without_keys(feed: Feed) -> int:
    """Return the number of item states that have neither guid nor link."""
    return sum(not (state.guid or state.link) for state in feed.seen)


def test_only_the_latest_items_that_left_the_feed_keep_their_keys() -> None:
    feed = UNPOLLED
    for start in range(0, 700, 20):
        _, feed = poll_items([item(n) for n in range(start, start + 20)], feed, start)
    assert (len(feed.seen), without_keys(feed)) == (520, 450)
    assert sum(state.sketch != "" for state in feed.seen) == 20
