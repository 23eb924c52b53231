"""The identity of items when a hub sends only some of them."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.articles.changes import find_changes
from monitor.feeds.parsing.items import Item, ParsedFeed
from monitor.messages import Article, Feed
from tests.unit.feeds.polls import dated_item, item, origin, poll_items


def push(items: list[Item], feed: Feed, minutes: float) -> tuple[list[Article], Feed]:
    """Return the articles of a push *minutes* after START that has *items*, and the feed's next state."""
    articles, states = find_changes(origin(minutes), ParsedFeed("Feed", "en", tuple(items)), feed, is_excerpt=True)
    return articles, replace(feed, seen=states)


def test_items_that_an_excerpt_lacks_have_not_left_the_feed() -> None:
    _, feed = poll_items([item(2), item(1)])
    articles, pushed = push([item(3)], feed, 1)
    assert [article.title for article in articles] == ["Title 3"]
    assert [bool(state.sketch) for state in pushed.seen] == [True] * 3
    again, _ = poll_items([item(3), item(2), item(1)], pushed, 2)
    assert again == []


def test_an_edit_that_is_pushed_is_a_version_of_its_article() -> None:
    first, feed = poll_items([item(2), item(1)])
    edited = item(1, text="Another text of it.")
    articles, pushed = push([edited], feed, 1)
    assert [(each.id, each.version) for each in articles] == [(first[0].id, 2)]
    assert poll_items([item(2), edited], pushed, 2)[0] == []


def test_a_new_item_with_the_link_of_a_known_one_is_no_edit_of_it() -> None:
    link = "https://example.org/live"
    known = dated_item(1, 0, link=link, text="The train left the station at noon with the delegation.")
    _, feed = poll_items([known])
    new = dated_item(2, 30, link=link, text="The train left the station at noon with the delegation and a dog.")
    articles, pushed = push([new], feed, 30)
    assert [each.version for each in articles] == [1]
    assert poll_items([new, known], pushed, 31)[0] == []


def test_an_empty_push_changes_nothing() -> None:
    _, feed = poll_items([item(1)])
    articles, pushed = push([], feed, 1)
    assert (articles, pushed) == ([], feed)


@given(st.lists(st.lists(st.integers(1, 12), max_size=6, unique=True), min_size=1, max_size=6), st.booleans())
def test_whatever_part_of_a_feed_is_pushed_each_item_is_published_once(parts: list[list[int]], dated: bool) -> None:  # noqa: FBT001
    make = dated_item if dated else item
    published, feed = poll_items([make(1)])
    for minutes, part in enumerate(parts, 1):
        articles, feed = push([make(number) for number in part], feed, minutes)
        published += articles
    numbers = sorted({1, *(number for part in parts for number in part)}, reverse=True)
    articles, _ = poll_items([make(number) for number in numbers], feed, 60)
    assert articles == []
    assert len({article.id for article in published}) == len(published) == len(numbers)
