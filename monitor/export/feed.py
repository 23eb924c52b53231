"""Alerts as a feed for feed readers: an entry for each alert, in its newest version.

The texts are those of the terminal (monitor/format.py). They are plain text, in which nothing of an article is interpreted.
"""

import re
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from monitor.escape import printable
from monitor.feeds.urls import web_link
from monitor.format import describe_change, describe_sources, leading_report
from monitor.messages import Alert, AlertTopic

NAME = "newsmonitor"
MEDIA_TOPICS = "http://cv.iptc.org/newscodes/mediatopic/"
"""The vocabulary of the topics, IPTC's Media Topics. The address of a topic is this and its number."""
_NAMESPACE = uuid.UUID("6f3c5b0e-7f0a-5d51-9a3e-3b8f0c2d94a1")
"""The namespace of all ids of feeds and entries. Another one would show every entry to its readers once more."""
_PARTS = re.compile(r"(https?://)(?:([^/?#]*)@)?([^/?#]+)([^#]*)(?:#(.*))?", re.DOTALL)
"""The scheme of a web link, the user, the host, the path with the query, and the fragment."""
_FORBIDDEN = re.compile(r"[\[\]#@]|%(?![0-9A-Fa-f]{2})")
"""What a part of a URL may not contain as it is. A path may have an @."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class Entry:
    """An alert in a feed. *author* is the outlet, *link* the page of its article, *published* when the alert was raised."""

    id: str
    title: str
    text: str
    link: str | None
    author: str | None
    language: str | None
    published: datetime
    updated: datetime
    watch: str
    topics: tuple[AlertTopic, ...]
    alert: Alert


@dataclass(frozen=True, slots=True)
class FeedHead:
    """What a feed says of itself. *url* is where readers get it, if that is known."""

    id: str
    title: str
    updated: datetime
    url: str | None = None


@dataclass(frozen=True, slots=True)
class AlertFeed:
    """A feed of alerts, the newest first."""

    head: FeedHead
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class FeedFormat:
    """How a feed is written: *start* returns what stands before its entries, and *entry* an entry.

    *between* stands between two entries; *end* and, of a feed without entries, *empty_end* after them.
    """

    start: Callable[[FeedHead], str]
    entry: Callable[[Entry], str]
    between: str
    end: str
    empty_end: str


def write_feed(form: FeedFormat, feed: AlertFeed) -> str:
    """Return *feed* as a document."""
    return "".join(feed_parts(form, feed.head, map(form.entry, feed.entries)))


def feed_parts(form: FeedFormat, head: FeedHead, entries: Iterable[str]) -> Iterator[str]:
    """Yield the document of the feed with *head*, whose *entries* are written already, in parts."""
    yield form.start(head)
    between, end = "", form.empty_end
    for entry in entries:
        yield between + entry
        between, end = form.between, form.end
    yield end


def make_feed(
    alerts: Iterable[Alert], watches: Collection[str], severities: Collection[str], now: datetime, url: str | None = None
) -> AlertFeed:
    """Return the feed of *alerts*, which are those of *watches* with *severities*, or all if these are empty.

    Of several versions of an alert the last one counts. *now* is the time of a feed without entries, and *url* is where readers
    get the feed.
    """
    newest = {alert.id: alert for alert in alerts}
    latest = sorted(newest.values(), key=lambda alert: (alert.updated, alert.id), reverse=True)
    updated = latest[0].updated if latest else now
    return AlertFeed(make_head(watches, severities, updated, url), tuple(map(make_entry, latest)))


def make_head(watches: Collection[str], severities: Collection[str], updated: datetime, url: str | None) -> FeedHead:
    """Return the head of a feed, which was *updated*. Its id depends on what the feed is of, not on where it is."""
    names = (sorted(set(watches)), sorted(set(severities)))
    of_watches = f" of {', '.join(map(printable, names[0]))}" if watches else ""
    of_severities = f", severity {' or '.join(names[1])}" if severities else ""
    title = f"{NAME}: alerts{of_watches}{of_severities}"
    return FeedHead(_urn("feed", repr(names)), title, updated.astimezone(UTC), page_link(url))


def make_entry(alert: Alert) -> Entry:
    """Return the entry of *alert*."""
    report = leading_report(alert)
    title = printable(report.title if report else alert.title)
    language = alert.language if alert.language and _LANGUAGE.fullmatch(alert.language) and alert.language != "und" else None
    return Entry(
        id=_urn("alert", alert.id),
        title=title or printable(alert.id),
        text=_describe(alert, title),
        link=page_link(report.url if report else alert.url),
        author=printable(report.outlet) if report and report.outlet.strip() else None,
        language=language,
        published=alert.raised.astimezone(UTC),
        updated=alert.updated.astimezone(UTC),
        watch=printable(alert.watch),
        topics=tuple(AlertTopic(printable(topic.code), printable(topic.name)) for topic in alert.topics),
        alert=alert,
    )


def page_link(url: str | None) -> str | None:
    """Return *url* as RFC 3986 has it, which allows fewer characters than browsers; None unless it is an http or https URL."""
    link = web_link(url or "", "")
    if not link:
        return None
    parts = _PARTS.fullmatch(link)
    if parts is None:
        return None
    scheme, user, host, path, fragment = parts.groups()
    login = "" if user is None else f"{_quote(user)}@"
    end = "" if fragment is None else f"#{_quote(fragment, keep='@')}"
    return f"{scheme}{login}{host}{_quote(path, keep='@')}{end}"


def _quote(part: str, keep: str = "") -> str:
    """Return *part* of a URL with what is forbidden in it, apart from *keep*, as escapes."""
    return _FORBIDDEN.sub(lambda found: found[0] if found[0] in keep else f"%{ord(found[0]):02X}", part)


def _describe(alert: Alert, title: str) -> str:
    """Return what is new, the title of the story if that is another one, and who says it. Each is a sentence and a line."""
    change, story = describe_change(alert), printable(alert.title)
    news = [change] if change != title else []
    earlier = [f"story: {story}"] if story not in {change, title} else []
    lines = [line for line in (*news, *earlier, *describe_sources(alert)) if line]
    # Some readers show line breaks as spaces.
    return "\n".join(line if line.endswith((".", "!", "?", "…")) else f"{line}." for line in lines) or f"{title}."


def _urn(kind: str, name: str) -> str:
    return uuid.uuid5(_NAMESPACE, f"{kind}:{name}").urn
