"""A new content management system that also rewrites titles or texts, so that nothing of an item stays exactly the same."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from monitor.feeds.parsing.items import Item
from tests.unit.feeds.polls import dated_item, item, poll_items

SUBJECTS = ("harbour", "orchard", "tramway", "museum", "reservoir", "lighthouse")
REWRITES: dict[str, Callable[[Item], Item]] = {
    "apostrophes": lambda old: replace(old, title=old.title.replace("'", "’"), text=old.text.replace("'", "’")),
    "title suffix": lambda old: replace(old, title=f"{old.title} | Quay Post"),
    "capitals": lambda old: replace(old, title=old.title.upper()),
    "last words": lambda old: replace(old, text=f"{old.text} Read on."),
}


def story(number: int, *, dated: bool) -> Item:
    """Return an item about its own subject, with enough words to tell that it is rewritten."""
    subject = SUBJECTS[number % len(SUBJECTS)]
    words = " ".join(f"{subject}{word}" for word in range(20))
    texts = {"title": f"The {subject}'s owner speaks", "text": f"It isn't over for the {subject}: {words}."}
    return dated_item(number, -30 * number, **texts) if dated else item(number, **texts)


def moved(old: Item, rewrite: Callable[[Item], Item]) -> Item:
    """Return *old* as the new system has it."""
    return replace(rewrite(old), guid=f"new-{old.guid}", link=f"https://example.org/stories/{old.guid}")


@pytest.mark.parametrize("rewrite", REWRITES.values(), ids=REWRITES.keys())
def test_a_new_system_that_rewrites_dated_items_publishes_none_again(rewrite: Callable[[Item], Item]) -> None:
    stories = [story(number, dated=True) for number in range(6)]
    before, feed = poll_items(stories)
    after, feed = poll_items([moved(each, rewrite) for each in stories], feed, minutes=60)
    assert {article.id for article in after} <= {article.id for article in before}
    assert poll_items([moved(each, rewrite) for each in stories], feed, minutes=90)[0] == []


def test_a_new_system_that_rewrites_titles_of_undated_items_publishes_none_again() -> None:
    stories = [story(number, dated=False) for number in range(6)]
    before, feed = poll_items(stories)
    after, _ = poll_items([moved(each, REWRITES["title suffix"]) for each in stories], feed, minutes=60)
    assert {article.id for article in after} <= {article.id for article in before}


def test_a_new_article_beside_rewritten_ones_is_new() -> None:
    stories = [story(number, dated=True) for number in range(5)]
    before, feed = poll_items(stories)
    rewritten = [moved(each, REWRITES["apostrophes"]) for each in stories]
    after, _ = poll_items([replace(story(5, dated=True), date=stories[0].date), *rewritten[1:]], feed, minutes=60)
    new = [article for article in after if article.id not in {article.id for article in before}]
    assert [article.title for article in new] == ["The lighthouse's owner speaks"]


def test_single_items_with_a_known_date_and_similar_words_are_new() -> None:
    """Warnings from a template are of the same minute, and differ in a few words."""
    stories = [story(number, dated=True) for number in range(6)]
    _, feed = poll_items(stories)
    other = moved(stories[0], REWRITES["title suffix"])
    after, _ = poll_items([other, *stories[1:]], feed, minutes=60)
    assert [(article.title, article.version) for article in after] == [(other.title, 1)]
