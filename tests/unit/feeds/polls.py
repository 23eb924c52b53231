"""Polls of a feed for tests: make items, and return the articles and feed state after a poll."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from monitor.config import FeedConfig
from monitor.feeds.articles.build import Origin
from monitor.feeds.articles.changes import find_changes
from monitor.feeds.feed_state import initial_state
from monitor.feeds.parsing.items import Item, ParsedFeed
from monitor.feeds.urls import feed_id
from monitor.messages import Article, Feed
from tests.make import START

URL = "https://example.org/world.rss"
UNPOLLED = initial_state(feed_id(URL), URL, 300, START)
"""The feed before its first poll."""


def origin(minutes: float = 0) -> Origin:
    """Return the origin of items fetched *minutes* after START."""
    return Origin(FeedConfig(URL), feed_id(URL), URL, START + timedelta(minutes=minutes))


def item(number: int, **other: Any) -> Item:
    """Return an undated item with its own guid, link, title and text."""
    default = Item(f"g{number}", f"https://example.org/{number}", f"Title {number}", f"Text {number}.", "")
    return replace(default, **other)


def dated_item(number: int, minutes: float = 0, **other: Any) -> Item:
    """Return an item dated *minutes* after START."""
    return item(number, date=(START + timedelta(minutes=minutes)).isoformat(), **other)


def poll(parsed: ParsedFeed, feed: Feed = UNPOLLED, minutes: float = 0) -> tuple[list[Article], Feed]:
    """Return the articles of a poll *minutes* after START that brings *parsed*, and the feed's next state."""
    source = origin(minutes)
    articles, states = find_changes(source, parsed, feed)
    return articles, replace(feed, seen=states, last_ok=source.fetched, state="ok")


def poll_items(items: Sequence[Item], feed: Feed = UNPOLLED, minutes: float = 0) -> tuple[list[Article], Feed]:
    """Return the articles of a poll *minutes* after START that brings *items*, and the feed's next state."""
    return poll(ParsedFeed("Feed", "en", tuple(items)), feed, minutes)
