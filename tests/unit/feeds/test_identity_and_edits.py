"""Items whose ids change, impossible dates, and items that are edited again and again."""

import pytest

from tests.unit.feeds.polls import UNPOLLED, item, poll_items

# Ids


def test_guids_that_change_at_each_poll_republish_nothing() -> None:
    first, feed = poll_items([item(n) for n in range(20)])
    assert len(first) == 20
    for minute in range(1, 6):
        articles, feed = poll_items([item(n, guid=f"{minute}-{n}") for n in range(20)], feed, minute)
        assert articles == []
    articles, feed = poll_items([item(99, guid="x-99"), *(item(n, guid=f"6-{n}") for n in range(19))], feed, 6)
    assert [(article.title, article.flags) for article in articles] == [("Title 99", ("date_missing", "id_churn"))]
    articles, _ = poll_items([item(99, guid="7-99"), item(0, guid="7-0", text="Corrected.")], feed, 7)
    assert [(article.title, article.version, article.changed) for article in articles] == [("Title 0", 2, ("text",))]


def test_guids_that_pass_from_item_to_item_republish_nothing() -> None:
    _, feed = poll_items([item(n, guid=str(n)) for n in range(10)])
    articles, feed = poll_items([item(99, guid="0"), *(item(n, guid=str(n + 1)) for n in range(9))], feed, 5)
    assert [(article.title, article.version) for article in articles] == [("Title 99", 1)]
    articles, _ = poll_items([item(98, guid="0"), item(99, guid="1"), *(item(n, guid=str(n + 2)) for n in range(8))], feed, 10)
    assert [(article.title, article.version) for article in articles] == [("Title 98", 1)]


def test_an_item_without_a_link_is_identified_by_its_content_if_its_guid_changes() -> None:
    _, feed = poll_items([item(n, link="") for n in range(5)])
    assert poll_items([item(n, link="", guid=f"new-{n}") for n in range(5)], feed, 5)[0] == []


def test_new_items_that_share_an_old_link_are_new() -> None:
    _, feed = poll_items([item(1, link="https://example.org/live")])
    articles, feed = poll_items([item(2, link="https://example.org/live")], feed, 5)
    assert [(article.title, article.version) for article in articles] == [("Title 2", 1)]
    articles, _ = poll_items([item(n, link="https://example.org/live") for n in (2, 3, 4)], feed, 10)
    assert [(article.title, article.version) for article in articles] == [("Title 4", 1), ("Title 3", 1)]


def test_an_item_keeps_its_id_when_another_takes_the_same_guid() -> None:
    _, feed = poll_items([item(1, guid="same")])
    articles, feed = poll_items([item(2, guid="same"), item(1, guid="same")], feed, 5)
    assert [article.title for article in articles] == ["Title 2"]
    assert poll_items([item(2, guid="same")], feed, 10)[0] == []


# Dates


@pytest.mark.parametrize(
    "text", ["2099-01-01T00:00:00Z", "1970-01-01", "-0001-01-01", "+9999-01-01", "0000-00-00", "2023-13-45", "x"]
)
def test_impossible_dates_are_dropped_and_flagged_and_do_not_affect_the_order(text: str) -> None:
    articles, _ = poll_items([item(1, date=text), item(2, date="2026-03-10T03:59:00Z")])
    assert [(article.title, article.published is None, article.flags) for article in articles] == [
        ("Title 2", False, ()),
        ("Title 1", True, ("date_bad",)),
    ]


# Edits


def versions(texts: list[str], minutes: float) -> list[tuple[int, str, float]]:
    """Return version, text and minute of what is published of an item with each of *texts* in turn, every *minutes*."""
    feed, published = UNPOLLED, []
    for number, text in enumerate(texts):
        articles, feed = poll_items([item(1, text=text)], feed, number * minutes)
        published += [(article.version, article.text, number * minutes) for article in articles]
    return published


def test_an_item_edited_every_minute_is_published_three_times_and_then_every_hour() -> None:
    published = versions([f"{n} comments" for n in range(200)], 1)
    assert [(version, minute) for version, _, minute in published] == [(1, 0), (2, 1), (3, 2), (4, 62), (5, 122), (6, 182)]


def test_a_change_that_settles_is_published() -> None:
    published = versions(["a", "b", "c", "d", "e", *["f"] * 20], 2)
    assert published == [(1, "a", 0), (2, "b", 2), (3, "c", 4), (4, "f", 20)]


def test_an_item_that_alternates_between_two_wordings_is_held_back() -> None:
    published = versions(["a", "b"] * 50, 1)
    assert [(version, minute) for version, _, minute in published] == [(1, 0), (2, 1), (3, 2), (4, 63)]


def test_after_an_hour_without_a_change_edits_are_published_at_once_again() -> None:
    published = versions(["a", "b", "c", "c", "c", "d"], 30)
    assert [(version, text) for version, text, _ in published] == [(1, "a"), (2, "b"), (3, "c"), (4, "d")]


def test_a_change_that_has_not_settled_is_held_in_the_item_state() -> None:
    _, feed = poll_items([item(1, text="a")])
    for minute, text in enumerate("bcd", 1):
        _, feed = poll_items([item(1, text=text)], feed, minute)
    assert [state.held != "" for state in feed.seen] == [True]


@pytest.mark.parametrize(
    ("old", "new", "words", "facts"),
    [
        ("The treu story of a train.", "The true story of a train.", 0.25, False),
        ("The envoy met 12 people.", "The envoy met 21 people.", 0.286, True),
        ("Yesterday the envoy met Kim.", "Yesterday the envoy met Lee.", 0.286, True),
        ("A train was seen.", "No summit is planned, both sides say now.", 0.923, False),
    ],
)
def test_an_edit_tells_how_much_has_changed(old: str, new: str, words: float, facts: bool) -> None:  # noqa: FBT001
    _, feed = poll_items([item(1, title="Title", text=old)])
    ((article,), _) = poll_items([item(1, title="Title", text=new)], feed, 5)
    assert article.edit is not None
    assert (article.edit.words, article.edit.facts) == (words, facts)
