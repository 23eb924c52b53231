"""Which feeds can be added to a config, one by one or from a list, and the list of those that it has."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.config import FeedConfig
from monitor.config.web_urls import web_url_problem
from monitor.escape import printable
from monitor.feeds.configured import shown_url
from monitor.feeds.finding import opml
from monitor.feeds.finding.opml import Outline
from monitor.feeds.urls import URL_CHARS, feed_id
from monitor.http.address_policy import ForbiddenUrl, web_url
from monitor.redaction import HIDDEN, hide_secrets
from monitor.runtime.config_edit import append_entry, open_config, save
from monitor.runtime.config_lock import one_edit

KEYS = ("url", "title", "name", "folder", "every", "lang", "country", "full_text")
"""The keys of a feed, in the order in which they are written."""


@dataclass(frozen=True, slots=True)
class Additions:
    """What a list of feeds adds to a config: the *new* feeds, how many are in it already, and why others cannot be added."""

    new: tuple[Outline, ...]
    present: int
    errors: tuple[str, ...]


def known_urls(feeds: Sequence[FeedConfig]) -> dict[str, str]:
    """Return the URLs of *feeds* as they are shown, by id."""
    return {feed_id(feed.url): shown_url(feed) for feed in feeds}


def url_error(url: str, known: Mapping[str, str]) -> str:
    """Return an error message if *url* cannot be added as a feed, else "". *known* are the URLs of feeds, as shown, by id."""
    try:
        web_url(url, credentials=True)
    except ForbiddenUrl as error:
        remedy = f"; {web_url_problem(url)}" if "://" not in url else ""
        return f"{_shown(url)}: {error}{remedy}"
    if len(url) > URL_CHARS:
        return f"{_shown(url)}: the URL is longer than {URL_CHARS} characters"
    shown = known.get(feed_id(url))
    return f"{printable(shown)} is already in the config" if shown else ""


def sort_outlines(outlines: Sequence[Outline], known_ids: Collection[str]) -> Additions:
    """Return what *outlines* add to a config that has the feeds *known_ids*. A feed that occurs twice is present already."""
    known, new, errors = set(known_ids), [], []
    for outline in outlines:
        if error := url_error(outline.url, {}):
            errors.append(f"{error}{label(outline)}")
        elif (ident := feed_id(outline.url)) not in known:
            known.add(ident)
            new.append(outline)
    return Additions(tuple(new), len(outlines) - len(new) - len(errors), tuple(errors))


def add_feeds(path: Path, entries: Sequence[Mapping[str, Any]]) -> None:
    """Add *entries*, which have KEYS of a feed, to the config *path*. Raises InvalidConfig and CannotWrite."""
    with one_edit(path):
        opened = open_config(path)
        for entry in entries:
            append_entry(opened.document, "feeds", entry)
        save(opened)


def label(outline: Outline) -> str:
    """Return the folder and the title of *outline* for a line of output; "" if it has neither."""
    place = " / ".join((*outline.folder, outline.title))
    return f"  ({printable(place)})" if place else ""


def export_opml(feeds: Sequence[FeedConfig], *, secrets: bool) -> tuple[str, int]:
    """Return *feeds* as OPML, and in how many URLs a secret is left out: none with *secrets*."""
    urls = [feed.url if secrets else shown_url(feed) for feed in feeds]
    outlines = [Outline(url, feed.title or feed.name or "", feed.folder) for feed, url in zip(feeds, urls, strict=True)]
    hidden = sum(url != feed.url and (HIDDEN in url or "@" in feed.url) for feed, url in zip(feeds, urls, strict=True))
    return opml.write(outlines, "newsmonitor"), hidden


def _shown(text: str) -> str:
    """Return *text*, which may be no URL, as far as it is no secret."""
    return printable(hide_secrets(text)[:100])
