"""From a feed's items to the articles that are new or changed, and to what is remembered of them. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from monitor.config import FeedConfig
from monitor.feeds import identity
from monitor.feeds.harvest import edits
from monitor.feeds.harvest.recognise import Ids, Recognition, Trace, remembered, trace
from monitor.feeds.identity import digest
from monitor.feeds.parsing import dates, plain
from monitor.feeds.parsing.items import Item, Parsed
from monitor.messages import Article, Edit, Enclosure, Feed, Seen

FRESH = timedelta(hours=1)
"""On a feed's first fetch, what is older than this was there before anybody subscribed."""
ARCHIVE = 10
"""The smallest feed that can be seen to bring its archive back."""
MEMORY = 500
"""Items that are remembered beyond those that stand in the feed."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
EARLIEST = int(dates.EARLIEST.timestamp())
_LENGTH = re.compile(r"[0-9]{1,15}")

Changed = tuple[Literal["title", "text"], ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where items come from: the config's line, the feed's id, the URL that answered, and when (the service's time)."""

    config: FeedConfig
    feed: str
    url: str
    fetched: datetime


@dataclass(frozen=True, slots=True)
class _Known:
    """An item of the document with its identity: *item* is None where it was known already, and not parsed again.

    *date* is its date in seconds since 1970 as given, *when* the same where it is possible.
    """

    id: str
    trace: Trace
    item: Item | None = None
    link: str | None = None
    date: int | None = None
    when: int | None = None
    churn: bool = False


@dataclass(frozen=True, slots=True)
class _Version:
    """What is new of an article: the number, what *changed*, and how far."""

    number: int
    changed: Changed
    edit: Edit | None


def harvest(origin: Origin, parsed: Parsed, before: Feed | None) -> tuple[list[Article], tuple[Seen, ...]]:
    """The articles of *parsed* that are new or changed since *before*, oldest first, and what is then seen of the feed.

    It is all one whether the items that *before* knows were parsed again or skipped.

    An article is backfill where it stood in the feed at the first good fetch, undated or over an hour old; and where an
    archive comes back: of at least ten items more than half are unseen, and each of those is dated, before the newest
    date among the seen ones. What piled up during an outage is dated after them, and is news.
    """
    first = before is None or before.last_ok is None
    past = {seen.id: seen for seen in before.seen} if before else {}
    standing = [seen for seen in past.values() if seen.sketch]
    items = list({known.id: known for known in reversed(_known(origin, parsed, past, standing))}.values())
    if _oldest_first(items):
        items.reverse()
    archive = not first and _is_archive(items, past)
    now = int(origin.fetched.timestamp())
    articles, seen = [], []
    for known in items:
        old = past.get(known.id)
        entry, version = _remember(known, old, now)
        if known.item and version:
            backfill = _stood_before(known, origin.fetched) if first else archive and old is None
            articles.append(_article(origin, parsed, known, known.item, version, backfill=backfill))
        seen.append(entry)
    seen.reverse()
    present = {known.id for known in items}
    older = [_slim(old) if old.sketch else old for old in past.values() if old.id not in present]
    return articles, (*seen, *older[:MEMORY])


def _known(origin: Origin, parsed: Parsed, past: Mapping[str, Seen], standing: Sequence[Seen]) -> list[_Known]:
    """The items of the document in its order, each with its identity; without those that say nothing."""
    order = list(_in_order(parsed, {seen.raw: seen for seen in standing if seen.raw}))
    links = [None if isinstance(each, Seen) else _link(each, origin.url) for each in order]
    traces = [
        remembered(each) if isinstance(each, Seen) else trace(each, link) for each, link in zip(order, links, strict=True)
    ]
    recognition = Recognition(traces, past, standing)
    latest = int((origin.fetched + dates.FUTURE).timestamp())
    found = []
    for each, link, told in zip(order, links, traces, strict=True):
        if isinstance(each, Seen):
            found.append(_Known(each.id, told, date=each.date, when=_possible(each.date, latest)))
        elif each.title or each.text:
            found.append(_identified(origin.feed, each, link, told, recognition, latest))
    return found


def _in_order(parsed: Parsed, by_raw: Mapping[str, Seen]) -> Iterator[Item | Seen]:
    """The items in the document's order; for one that was skipped, what was seen of it."""
    skipped, items = dict(parsed.skipped), iter(parsed.items)
    for place in range(len(parsed.items) + len(skipped)):
        if place not in skipped:
            yield next(items)
        elif skipped[place] in by_raw:
            yield by_raw[skipped[place]]


def _link(item: Item, url: str) -> str | None:
    if item.link:
        return identity.web_link(item.link, url)
    return identity.web_link(item.guid, "") if item.guid.startswith(("http://", "https://")) else None


def _identified(feed: str, item: Item, link: str | None, told: Trace, recognition: Recognition, latest: int) -> _Known:
    place = identity.canonical(link) if link else ""
    ids = Ids(
        guid=digest(feed, "guid", item.guid) if item.guid else "",
        both=digest(feed, "guid+link", item.guid, place) if item.guid else "",
        link=digest(feed, "link", place) if link else "",
        content=digest(feed, "content", item.title, item.text),
    )
    ident, churn = recognition.recognise(told, ids)
    moment = dates.read(item.date) if item.date else None
    date = int(moment.timestamp()) if moment else None
    return _Known(ident, told, item, link, date, _possible(date, latest), churn)


def _possible(date: int | None, latest: int) -> int | None:
    return date if date is not None and EARLIEST <= date <= latest else None


def _oldest_first(items: Sequence[_Known]) -> bool:
    """Whether *items*, which are in the reverse of the document's order, stand newest first by the dates at both ends."""
    dated = [known.when for known in items if known.when is not None]
    return len(dated) > 1 and dated[0] > dated[-1]


def _is_archive(items: Sequence[_Known], past: Mapping[str, Seen]) -> bool:
    unseen = [known for known in items if known.id not in past]
    if len(items) < ARCHIVE or len(unseen) * 2 <= len(items):
        return False
    newest = max((known.when for known in items if known.when is not None and known.id in past), default=None)
    return newest is not None and all(known.when is not None and known.when < newest for known in unseen)


def _stood_before(known: _Known, fetched: datetime) -> bool:
    return known.when is None or fetched.timestamp() - known.when > FRESH.total_seconds()


def _remember(known: _Known, old: Seen | None, now: int) -> tuple[Seen, _Version | None]:
    """What is remembered at *now* of *known*, of which *old* was remembered, and the version to publish of it, if any."""
    told, item = known.trace, known.item
    if item is None and old is not None:
        return (replace(old, churn=False) if old.churn else old), None
    if old is None:
        verdict = edits.Verdict(Seen(known.id, told.told, 1, at=now, moved=now, edits=1), publish=True)
    else:
        verdict = edits.judge(old, told.told, now)
    seen = replace(verdict.seen, guid=told.guid, link=told.link, date=known.date, churn=known.churn)
    if seen.held or item is None:
        # It is read again until it has settled.
        return replace(seen, raw=""), None
    seen = replace(seen, raw=item.raw, sketch=edits.sketch(item.title, item.text))
    if not verdict.publish:
        return seen, None
    return seen, _Version(seen.version, _changed(seen, old), edits.measure(old.sketch, seen.sketch) if old else None)


def _changed(seen: Seen, old: Seen | None) -> Changed:
    parts: tuple[tuple[Literal["title", "text"], slice], ...] = (("title", slice(8)), ("text", slice(8, None)))
    return tuple(name for name, part in parts if old and seen.hash[part] != old.hash[part])


def _slim(seen: Seen) -> Seen:
    """*seen* of an item that no longer stands in the feed."""
    return Seen(seen.id, seen.hash, seen.version)


def _article(origin: Origin, parsed: Parsed, known: _Known, item: Item, version: _Version, *, backfill: bool) -> Article:
    config = origin.config
    place = identity.host(known.link or origin.url)
    published, flag = dates.judge(item.date, origin.fetched)
    return Article(
        id=known.id,
        version=version.number,
        feed=origin.feed,
        source=item.source or parsed.title or place,
        outlet=config.name or place,
        url=known.link,
        title=item.title,
        text=item.text,
        authors=item.authors,
        categories=item.categories,
        lang=config.lang or _language(item.lang) or _language(parsed.lang),
        country=config.country,
        published=published,
        fetched=origin.fetched,
        backfill=backfill,
        changed=version.changed,
        flags=_flags(parsed, known, item, flag),
        edit=version.edit,
        image=identity.web_link(item.image, origin.url) if item.image else None,
        enclosures=tuple(_enclosures(item, origin.url)),
        html=item.html or None,
    )


def _flags(parsed: Parsed, known: _Known, item: Item, date: str | None) -> tuple[str, ...]:
    return (
        *(["truncated"] if item.truncated else []),
        *(["partial"] if parsed.partial else []),
        *([date] if date else []),
        *([] if item.guid else ["id_missing"]),
        *(["link_dropped"] if item.link and not known.link else []),
        *(["id_churn"] if known.churn else []),
    )


def _enclosures(item: Item, url: str) -> Iterator[Enclosure]:
    for media in item.enclosures:
        if link := identity.web_link(media.url, url):
            length = int(media.length) if _LENGTH.fullmatch(media.length) else None
            yield Enclosure(link, plain.line(media.type, 128) or None, length)


def _language(text: str) -> str | None:
    text = text.strip().replace("_", "-")
    return text if _LANGUAGE.fullmatch(text) and len(text) <= 35 else None  # noqa: PLR2004  (as the schema has it)
