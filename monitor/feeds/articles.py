"""From a feed's items to the articles that are new or changed, and to what is remembered of them. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from monitor.config import FeedConfig
from monitor.feeds import dates, identity
from monitor.feeds.items import Item, Parsed
from monitor.messages import Article, Feed, Seen

FRESH = timedelta(hours=1)
"""On a feed's first fetch, what is older than this was there before anybody subscribed."""
ARCHIVE = 10
"""The smallest feed that can be seen to bring its archive back."""
MEMORY = 500
"""Items that are remembered beyond those that stand in the feed."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")

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
    """An item with its identity and its date."""

    item: Item
    id: str
    hash: str
    link: str | None
    published: datetime | None
    flags: tuple[str, ...]


def harvest(origin: Origin, parsed: Parsed, before: Feed | None) -> tuple[list[Article], tuple[Seen, ...]]:
    """The articles of *parsed* that are new or changed since *before*, oldest first, and what is then seen of the feed.

    An article is backfill where it stood in the feed at the first good fetch, undated or over an hour old; and where an
    archive comes back: of at least ten items more than half are unseen, and each of those is dated, before the newest
    date among the seen ones. What piled up during an outage is dated after them, and is news.
    """
    first = before is None or before.last_ok is None
    past = {} if before is None else {seen.id: seen for seen in before.seen}
    items = list({known.id: known for known in reversed(list(_known(origin, parsed)))}.values())
    if _oldest_first(items):
        items.reverse()
    archive = not first and _is_archive(items, past)
    articles, seen = [], []
    for known in items:
        version, changed = _version(known, past.get(known.id))
        if version:
            backfill = _stood_before(known, origin.fetched) if first else archive and known.id not in past
            articles.append(_article(origin, parsed, known, version, changed, backfill=backfill))
        seen.append(Seen(known.id, known.hash, version or past[known.id].version))
    seen.reverse()
    present = {known.id for known in items}
    older = [old for old in past.values() if old.id not in present]
    return articles, (*seen, *older[:MEMORY])


def _known(origin: Origin, parsed: Parsed) -> Iterator[_Known]:
    links = [identity.web_link(item.link, origin.url) if item.link else _permalink(item) for item in parsed.items]
    pairs = {(item.guid, identity.canonical(link or "")) for item, link in zip(parsed.items, links, strict=True)}
    sharing = Counter(guid for guid, _ in pairs)
    for item, link in zip(parsed.items, links, strict=True):
        if not (item.title or item.text):
            continue
        published, flag = dates.judge(item.date, origin.fetched)
        flags = (
            *(["truncated"] if item.truncated else []),
            *(["partial"] if parsed.partial else []),
            *([flag] if flag else []),
            *([] if item.guid else ["id_missing"]),
            *(["link_dropped"] if item.link and not link else []),
        )
        number = identity.article_id(origin.feed, item, link, shared_guid=sharing[item.guid] > 1)
        told = identity.digest(item.title, size=4) + identity.digest(item.text, size=4)
        yield _Known(item, number, told, link, published, flags)


def _permalink(item: Item) -> str | None:
    return identity.web_link(item.guid, "") if item.guid.startswith(("http://", "https://")) else None


def _oldest_first(items: Sequence[_Known]) -> bool:
    """Whether *items*, which are in the reverse of the document's order, stand newest first by the dates at both ends."""
    dated = [known.published for known in items if known.published]
    return len(dated) > 1 and dated[0] > dated[-1]


def _is_archive(items: Sequence[_Known], past: Mapping[str, Seen]) -> bool:
    unseen = [known for known in items if known.id not in past]
    if len(items) < ARCHIVE or len(unseen) * 2 <= len(items):
        return False
    newest = max((known.published for known in items if known.published and known.id in past), default=None)
    return newest is not None and all(known.published is not None and known.published < newest for known in unseen)


def _stood_before(known: _Known, fetched: datetime) -> bool:
    return known.published is None or fetched - known.published > FRESH


def _version(known: _Known, past: Seen | None) -> tuple[int, Changed]:
    """The version to publish, 0 for none, and what has changed since *past*."""
    if past is None:
        return 1, ()
    changed: Changed = ()
    if known.hash[:8] != past.hash[:8]:
        changed = ("title",)
    if known.hash[8:] != past.hash[8:]:
        changed = (*changed, "text")
    return (past.version + 1 if changed else 0), changed


def _article(origin: Origin, parsed: Parsed, known: _Known, version: int, changed: Changed, *, backfill: bool) -> Article:
    item, config = known.item, origin.config
    place = identity.host(known.link or origin.url)
    return Article(
        id=known.id,
        version=version,
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
        published=known.published,
        fetched=origin.fetched,
        backfill=backfill,
        changed=changed,
        flags=known.flags,
    )


def _language(text: str) -> str | None:
    text = text.strip().replace("_", "-")
    return text if _LANGUAGE.fullmatch(text) and len(text) <= 35 else None  # noqa: PLR2004  (as the schema has it)
