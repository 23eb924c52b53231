"""A recorded day of news: its outlets, their articles, and the expected alerts."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal

import tomlkit

FEED_ITEMS = 30
"""The number of items in a feed, newest first."""
LEAD_TIME = timedelta(minutes=20)
"""Time from the start of the day to its first article. In it each feed is polled once while it is empty."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """A publisher with one feed in *format*."""

    id: str
    name: str
    format: Literal["rss", "atom", "rdf", "json"]
    lang: str


@dataclass(frozen=True, slots=True)
class PublishedArticle:
    """An article as an outlet publishes it at the time *at*.

    An edited version has an *id* of its own and the *guid* of the first version; otherwise both are the same.
    """

    id: str
    guid: str
    outlet: str
    at: datetime
    title: str
    text: str
    story: str


@dataclass(frozen=True, slots=True)
class Day:
    """A recorded day. *watches* are tables of monitor.toml; *expected* describes the alerts that must be raised."""

    title: str
    outlets: tuple[Outlet, ...]
    articles: tuple[PublishedArticle, ...]
    watches: tuple[Mapping[str, Any], ...]
    expected: tuple[Mapping[str, Any], ...]

    @property
    def start(self) -> datetime:
        """Return the time at which the day starts, LEAD_TIME before its first article."""
        return min(article.at for article in self.articles) - LEAD_TIME

    @property
    def end(self) -> datetime:
        """Return the time of its last article."""
        return max(article.at for article in self.articles)


def read_bundled_day(name: str) -> Day:
    """Return the day *name* that comes with the program."""
    return read_day(files("monitor.demo") / "days" / f"{name}.toml")


def read_day(file: Path | Traversable) -> Day:
    """Return the day in *file*."""
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    previous = {article["id"]: article.get("updates") for article in data["articles"]}
    articles = (
        PublishedArticle(
            table["id"],
            _first_version(table["id"], previous),
            table["outlet"],
            table["at"],
            table["title"],
            table["text"],
            table["story"],
        )
        for table in data["articles"]
    )
    return Day(
        data["title"],
        tuple(Outlet(table["id"], table["name"], table["format"], table["lang"]) for table in data["outlets"]),
        tuple(sorted(articles, key=lambda article: article.at)),
        tuple(data["watches"]),
        tuple(data["alerts"]),
    )


def _first_version(ident: str, previous: Mapping[str, str | None]) -> str:
    """Return the id of the first version of the article *ident*. *previous* has the id of each previous version."""
    while earlier := previous[ident]:
        ident = earlier
    return ident


def articles_in_feed(day: Day, outlet: str, now: datetime) -> list[PublishedArticle]:
    """Return the articles in the outlet's feed at *now*, newest first, each in its latest version."""
    latest = {article.guid: article for article in day.articles if article.outlet == outlet and article.at <= now}
    return sorted(latest.values(), key=lambda article: article.at, reverse=True)[:FEED_ITEMS]


def config_text(day: Day, base: str, every: float, bus: str) -> str:
    """Return a monitor.toml for the day. Its feeds are served at the URL *base*; *every* is the poll interval in seconds."""
    document = {
        "bus": bus,
        "fetch": {"every": every, "per_host": len(day.outlets), "spacing": 0, "allow_networks": ["127.0.0.0/8"]},
        "feeds": [{"url": f"{base}/{outlet.id}", "name": outlet.name, "lang": outlet.lang} for outlet in day.outlets],
        "watches": [dict(watch) for watch in day.watches],
    }
    return tomlkit.dumps(document)
