"""A recorded day: what each outlet's feed holds at each moment, what is watched, what must be raised. Pure."""

import html
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal

import orjson
import tomlkit

LISTED = 30
"""Items in a feed, newest first."""
LEAD = timedelta(minutes=20)
"""How long before the first article the day begins, so that no article stood in a feed before it was subscribed to."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """Who publishes, and in which format."""

    id: str
    name: str
    format: Literal["rss", "atom", "rdf", "json"]
    lang: str


@dataclass(frozen=True, slots=True)
class Told:
    """An article as an outlet publishes it; *guid* is that of the article which it is an edited version of, else its own."""

    id: str
    guid: str
    outlet: str
    at: datetime
    title: str
    text: str
    story: str


@dataclass(frozen=True, slots=True)
class Day:
    """A recorded day. *watches* and *expected* are as the file has them."""

    title: str
    outlets: tuple[Outlet, ...]
    articles: tuple[Told, ...]
    watches: tuple[Mapping[str, Any], ...]
    expected: tuple[Mapping[str, Any], ...]

    @property
    def start(self) -> datetime:
        """When it begins."""
        return min(article.at for article in self.articles) - LEAD

    @property
    def end(self) -> datetime:
        """When its last article is published."""
        return max(article.at for article in self.articles)


def shipped(name: str) -> Day:
    """The day called *name* that comes with the program."""
    return read(files("monitor.demo") / "days" / f"{name}.toml")


def read(file: Path | Traversable) -> Day:
    """The day in *file*."""
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    origin = {article["id"]: article.get("updates") for article in data["articles"]}
    articles = (
        Told(one["id"], _first(one["id"], origin), one["outlet"], one["at"], one["title"], one["text"], one["story"])
        for one in data["articles"]
    )
    return Day(
        data["title"],
        tuple(Outlet(one["id"], one["name"], one["format"], one["lang"]) for one in data["outlets"]),
        tuple(sorted(articles, key=lambda article: article.at)),
        tuple(data["watches"]),
        tuple(data["alerts"]),
    )


def _first(ident: str, origin: Mapping[str, str | None]) -> str:
    while earlier := origin[ident]:
        ident = earlier
    return ident


def standing(day: Day, outlet: str, now: datetime) -> list[Told]:
    """What stands in the outlet's feed at *now*, newest first: of each article the latest version."""
    latest = {article.guid: article for article in day.articles if article.outlet == outlet and article.at <= now}
    return sorted(latest.values(), key=lambda article: article.at, reverse=True)[:LISTED]


def config(day: Day, base: str, every: float, bus: str) -> str:
    """A monitor.toml that watches the day, its feeds being served under the URL *base*."""
    document = {
        "bus": bus,
        "fetch": {"every": every, "per_host": len(day.outlets), "spacing": 0, "allow_networks": ["127.0.0.0/8"]},
        "feeds": [{"url": f"{base}/{outlet.id}", "name": outlet.name, "lang": outlet.lang} for outlet in day.outlets],
        "watches": [dict(watch) for watch in day.watches],
    }
    return tomlkit.dumps(document)


def render(outlet: Outlet, articles: Sequence[Told], base: str) -> tuple[bytes, str]:
    """The outlet's feed, and its Content-Type; links lead to *base*."""
    write, kind = _FORMATS[outlet.format]
    return write(outlet, articles, base), f"{kind}; charset=utf-8"


def _json(outlet: Outlet, articles: Sequence[Told], base: str) -> bytes:
    items = [
        {
            "id": article.guid,
            "url": f"{base}/{outlet.id}/{article.guid}",
            "title": article.title,
            "content_text": article.text,
            "date_published": article.at.isoformat(),
        }
        for article in articles
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": outlet.name, "language": outlet.lang, "items": items}
    return orjson.dumps(feed)


def _rss(outlet: Outlet, articles: Sequence[Told], base: str) -> bytes:
    items = "".join(
        f'<item><guid isPermaLink="false">{article.guid}</guid><link>{base}/{outlet.id}/{article.guid}</link>'
        f"<title>{html.escape(article.title)}</title><description>{html.escape(_paragraphs(article.text))}</description>"
        f"<pubDate>{format_datetime(article.at)}</pubDate></item>"
        for article in articles
    )
    head = f"<title>{html.escape(outlet.name)}</title><link>{base}/{outlet.id}</link><language>{outlet.lang}</language>"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


def _atom(outlet: Outlet, articles: Sequence[Told], base: str) -> bytes:
    items = "".join(
        f'<entry><id>{article.guid}</id><link href="{base}/{outlet.id}/{article.guid}"/>'
        f"<title>{html.escape(article.title)}</title>"
        f'<content type="html">{html.escape(_paragraphs(article.text))}</content>'
        f"<published>{article.at.isoformat()}</published><updated>{article.at.isoformat()}</updated></entry>"
        for article in articles
    )
    head = f"<title>{html.escape(outlet.name)}</title><id>{base}/{outlet.id}</id>"
    return (
        f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.lang}">{head}{items}</feed>'.encode()
    )


def _rdf(outlet: Outlet, articles: Sequence[Told], base: str) -> bytes:
    items = "".join(
        f'<item rdf:about="{article.guid}"><link>{base}/{outlet.id}/{article.guid}</link>'
        f"<title>{html.escape(article.title)}</title>"
        f"<description>{html.escape(_paragraphs(article.text))}</description><dc:date>{article.at.isoformat()}</dc:date></item>"
        for article in articles
    )
    spaces = (
        'xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    )
    head = f'<channel rdf:about="{base}/{outlet.id}"><title>{html.escape(outlet.name)}</title><link>{base}</link></channel>'
    return f'<?xml version="1.0"?><rdf:RDF {spaces}>{head}{items}</rdf:RDF>'.encode()


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in text.split("\n\n"))


_FORMATS: Mapping[str, tuple[Callable[[Outlet, Sequence[Told], str], bytes], str]] = {
    "rss": (_rss, "application/rss+xml"),
    "atom": (_atom, "application/atom+xml"),
    "rdf": (_rdf, "application/rdf+xml"),
    "json": (_json, "application/feed+json"),
}
