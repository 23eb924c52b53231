"""From a feed's items to the articles that are new or changed, and to what is remembered of them. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Literal

from monitor.config import FeedConfig
from monitor.feeds import urls
from monitor.feeds.articles import edits
from monitor.feeds.articles.identify import Identification, Read, read
from monitor.feeds.parsing import dates, html_text
from monitor.feeds.parsing.items import Item, ParsedFeed
from monitor.messages import Article, Edit, Enclosure, Feed, ItemState

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
    """An item that was parsed, with its identity.

    *date* is as given, in seconds since 1970; *published* is the same as judged, or *flag* says what is wrong with it.
    """

    id: str
    read: Read
    churn: bool
    date: int | None
    published: datetime | None
    flag: dates.Flag | None


@dataclass(frozen=True, slots=True)
class _Version:
    """What is new of an article: the number, what *changed*, and how far."""

    number: int
    changed: Changed
    edit: Edit | None


def find_changes(origin: Origin, parsed: ParsedFeed, before: Feed | None) -> tuple[list[Article], tuple[ItemState, ...]]:
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
    latest = int((origin.fetched + dates.FUTURE).timestamp())
    if _oldest_first(items, latest):
        items.reverse()
    archive = not first and _is_archive(items, past, latest)
    now = int(origin.fetched.timestamp())
    articles, seen = [], []
    for known in items:
        old = past.pop(known.id, None)
        if isinstance(known, ItemState):
            seen.append(replace(known, churn=False) if known.churn else known)
            continue
        entry, version = _remember(known, old, now)
        if version:
            backfill = _stood_before(known, origin.fetched, latest) if first else archive and old is None
            articles.append(_article(origin, parsed, known, version, backfill=backfill))
        seen.append(entry)
    seen.reverse()
    # What is left of the past stands in the feed no longer.
    past |= {old.id: _slim(old) for old in standing if old.id in past}
    return articles, (*seen, *islice(past.values(), MEMORY))


def _known(
    origin: Origin, parsed: ParsedFeed, past: Mapping[str, ItemState], standing: Sequence[ItemState]
) -> list[_Known | ItemState]:
    """The items of the document in its order, each with its identity; without those that say nothing.

    What was skipped needs no more than was seen of it.
    """
    order: list[Item | ItemState | None] = list(parsed.items)
    by_raw = {seen.raw: seen for seen in standing if seen.raw}
    for place, raw in parsed.skipped:
        order.insert(place, by_raw.get(raw))
    told = [read(each, origin.url) if isinstance(each, Item) else each for each in order if each]
    recognition = Identification(origin.feed, told, past, standing)
    return [
        _identified(each, recognition, origin.fetched) if isinstance(each, Read) else each
        for each in told
        if isinstance(each, ItemState) or each.item.title or each.item.text
    ]


def _identified(one: Read, recognition: Identification, fetched: datetime) -> _Known:
    ident, churn = recognition.recognise(one)
    published, flag = dates.judge(one.item.date, fetched)
    given = dates.read(one.item.date) if flag == "date_bad" else published
    return _Known(ident, one, churn, int(given.timestamp()) if given else None, published, flag)


def _when(known: _Known | ItemState, latest: int) -> int | None:
    """The date of *known*, where it is possible."""
    return known.date if known.date is not None and EARLIEST <= known.date <= latest else None


def _oldest_first(items: Sequence[_Known | ItemState], latest: int) -> bool:
    """Whether *items*, which are in the reverse of the document's order, stand newest first by the dates at both ends."""
    ends = (next((when for known in order if (when := _when(known, latest)) is not None), 0) for order in (items, items[::-1]))
    first, last = ends
    return first > last


def _is_archive(items: Sequence[_Known | ItemState], past: Mapping[str, ItemState], latest: int) -> bool:
    unseen = [known for known in items if known.id not in past]
    if len(items) < ARCHIVE or len(unseen) * 2 <= len(items):
        return False
    newest = max((when for known in items if known.id in past and (when := _when(known, latest)) is not None), default=None)
    return newest is not None and all((when := _when(known, latest)) is not None and when < newest for known in unseen)


def _stood_before(known: _Known, fetched: datetime, latest: int) -> bool:
    when = _when(known, latest)
    return when is None or fetched.timestamp() - when > FRESH.total_seconds()


def _remember(known: _Known, old: ItemState | None, now: int) -> tuple[ItemState, _Version | None]:
    """What is remembered at *now* of *known*, of which *old* was remembered, and the version to publish of it, if any."""
    told, item = known.read, known.read.item
    if old is None:
        verdict = edits.EditDecision(ItemState(known.id, told.hash, 1, at=now, moved=now, edits=1), publish=True)
    else:
        verdict = edits.decide_edit(old, told.hash, now)
    raw, sketch = item.raw, verdict.seen.sketch
    if verdict.seen.held:
        # It is read again until it has settled.
        raw = ""
    elif verdict.publish or not sketch:
        sketch = edits.sketch(item.title, item.text)
    seen = replace(verdict.seen, raw=raw, guid=told.guid, link=told.link, date=known.date, sketch=sketch, churn=known.churn)
    if not verdict.publish:
        return seen, None
    return seen, _Version(seen.version, _changed(seen, old), edits.measure(old.sketch, sketch) if old else None)


def _changed(seen: ItemState, old: ItemState | None) -> Changed:
    parts: tuple[tuple[Literal["title", "text"], slice], ...] = (("title", slice(8)), ("text", slice(8, None)))
    return tuple(name for name, part in parts if old and seen.hash[part] != old.hash[part])


def _slim(seen: ItemState) -> ItemState:
    """*seen* of an item that no longer stands in the feed."""
    return ItemState(seen.id, seen.hash, seen.version)


def _article(origin: Origin, parsed: ParsedFeed, known: _Known, version: _Version, *, backfill: bool) -> Article:
    config, item, url = origin.config, known.read.item, known.read.url
    place = urls.host(url or origin.url)
    return Article(
        id=known.id,
        version=version.number,
        feed=origin.feed,
        source=item.source or parsed.title or place,
        outlet=config.name or place,
        url=url,
        title=item.title,
        text=item.text,
        authors=item.authors,
        categories=item.categories,
        lang=config.lang or _language(item.lang) or _language(parsed.lang),
        country=config.country,
        published=known.published,
        fetched=origin.fetched,
        backfill=backfill,
        changed=version.changed,
        flags=_flags(parsed, known),
        edit=version.edit,
        image=urls.web_link(item.image, origin.url) if item.image else None,
        enclosures=tuple(_enclosures(item, origin.url)),
        html=item.html or None,
    )


def _flags(parsed: ParsedFeed, known: _Known) -> tuple[str, ...]:
    item = known.read.item
    return (
        *(["truncated"] if item.truncated else []),
        *(["partial"] if parsed.partial else []),
        *([known.flag] if known.flag else []),
        *([] if item.guid else ["id_missing"]),
        *(["link_dropped"] if item.link and not known.read.url else []),
        *(["id_churn"] if known.churn else []),
    )


def _enclosures(item: Item, url: str) -> Iterator[Enclosure]:
    for media in item.enclosures:
        if link := urls.web_link(media.url, url):
            length = int(media.length) if _LENGTH.fullmatch(media.length) else None
            yield Enclosure(link, html_text.line(media.type, 128) or None, length)


def _language(text: str) -> str | None:
    text = text.strip().replace("_", "-")
    return text if _LANGUAGE.fullmatch(text) and len(text) <= 35 else None  # noqa: PLR2004  (as the schema has it)
