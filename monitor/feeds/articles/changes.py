"""Find the new and changed articles of a feed, and compute the next item states. Pure functions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Literal

from monitor.feeds.articles import edits
from monitor.feeds.articles.build import ChangedParts, IdentifiedItem, Origin, Version, build_article
from monitor.feeds.articles.identify import has_keys, identify
from monitor.feeds.articles.keys import KeyedItem, key_item
from monitor.feeds.parsing import dates
from monitor.feeds.parsing.items import Item, ParsedFeed
from monitor.messages import Article, Feed, ItemState

FRESH = timedelta(hours=1)
"""Age above which items are backfill at the first fetch of a feed: they were published before the subscription."""
MIN_ARCHIVE_ITEMS = 10
"""Number of items from which a republished archive is detected."""
MAX_FORMER_ITEMS = 500
"""The most item states kept of items that are no longer in the feed."""
MAX_KEYED_ITEMS = 50
"""The most of these, the latest, of which guid, link and date are kept, by which they are known if they come back."""
EARLIEST = int(dates.EARLIEST.timestamp())
"""Earlier dates, in seconds since 1970, are invalid."""


def find_changes(
    origin: Origin, parsed: ParsedFeed, previous: Feed | None, *, is_excerpt: bool = False
) -> tuple[list[Article], tuple[ItemState, ...]]:
    """Return the articles of *parsed* that are new or changed since *previous*, oldest first, and the new item states.

    The result is the same whether the items known to *previous* were parsed again or skipped.

    At the first good fetch, an article is backfill if it is undated or over an hour old. Later it is backfill if the
    feed republishes an archive: of at least ten items, more than half are new, and all of these are older than the newest
    known item. If a publisher moves to other guids and links, a new article older than all known ones is backfill.
    Articles that accumulate during an outage are newer than the known ones, so they are not backfill.

    A document without items says nothing about the items: the states stay as they are. An excerpt, such as a hub sends, says
    nothing about the known items that it lacks: they count as if they were in it.
    """
    is_first = previous is None or previous.last_ok is None
    former = {state.id: state for state in previous.seen} if previous else {}
    in_feed = [state for state in former.values() if state.sketch]
    identified, is_moved = _identify_all(origin, parsed, former, in_feed, is_excerpt=is_excerpt)
    if not identified and previous:
        return [], previous.seen
    # If several items have the same id, the first one counts. The list is in reverse document order.
    items = list({item.id: item for item in reversed(identified)}.values())
    latest = int((origin.fetched + dates.MAX_AHEAD).timestamp())
    if _is_newest_first(items, latest):
        items.reverse()
    is_archive = not is_first and _is_archive(items, former, latest)
    oldest = min(_known_dates(items, former, latest), default=None) if is_moved else None
    now = int(origin.fetched.timestamp())
    articles, states = [], []
    for item in items:
        old_state = former.pop(item.id, None)
        if isinstance(item, ItemState):
            states.append(replace(item, churn=False) if item.churn else item)
            continue
        state, version = _next_state(item, old_state, now)
        if version:
            is_old = is_archive or _is_before(item, oldest, latest)
            backfill = _is_old(item, origin.fetched, latest) if is_first else is_old and old_state is None
            articles.append(build_article(origin, parsed, item, version, backfill=backfill))
        states.append(state)
    states.reverse()
    # The states left in *former* are of items that are no longer in the feed.
    return articles, (*states, *_former_states(former.values()))


def _former_states(former: Iterable[ItemState]) -> list[ItemState]:
    """Return the states to keep of the items that are no longer in the feed. Those that have just left it come first."""
    states = list(islice(former, MAX_FORMER_ITEMS))
    for index, state in enumerate(states):
        if index < MAX_KEYED_ITEMS:
            if state.sketch:
                states[index] = ItemState(
                    state.id, state.hash, state.version, guid=state.guid, link=state.link, date=state.date
                )
        elif has_keys(state):
            states[index] = ItemState(state.id, state.hash, state.version)
        else:
            break
    return states


def _identify_all(
    origin: Origin, parsed: ParsedFeed, former: Mapping[str, ItemState], in_feed: Sequence[ItemState], *, is_excerpt: bool
) -> tuple[list[IdentifiedItem | ItemState], bool]:
    """Return the items of the document with their article ids, in order, and whether their guids and links have moved.

    Items with neither title nor text are omitted. An item that was skipped is represented by its state.
    """
    entries: list[Item | ItemState | None] = list(parsed.items)
    by_raw_hash = {state.raw: state for state in in_feed if state.raw}
    for index, raw_hash in parsed.skipped:
        entries.insert(index, by_raw_hash.get(raw_hash))
    countries = origin.countries(parsed.lang)
    items = [
        key_item(entry, origin.url, origin.fetched, countries) if isinstance(entry, Item) else entry
        for entry in entries
        if isinstance(entry, ItemState) or (entry and (entry.title or entry.text))
    ]
    if is_excerpt:
        items += _missing(items, in_feed)
    latest = list(islice(former.values(), len(in_feed) + MAX_KEYED_ITEMS))
    identities, is_moved = identify(origin.feed, items, former, latest)
    return [
        IdentifiedItem(identities[index].id, item, identities[index].churn) if isinstance(item, KeyedItem) else item
        for index, item in enumerate(items)
    ], is_moved


def _missing(items: Sequence[KeyedItem | ItemState], in_feed: Sequence[ItemState]) -> list[ItemState]:
    """Return the states *in_feed* that are not among *items*, without those of which an item may be another version."""
    ids = {item.id for item in items if isinstance(item, ItemState)}
    parsed = [item for item in items if isinstance(item, KeyedItem)]
    guids, links = {item.guid for item in parsed} - {""}, {item.link for item in parsed if not item.guid} - {""}
    return [each for each in in_feed if each.id not in ids and each.guid not in guids and each.link not in links]


def _valid_date(item: IdentifiedItem | ItemState, latest: int) -> int | None:
    """Return the date of *item* in seconds since 1970, None if it is missing or impossible."""
    return item.date if item.date is not None and EARLIEST <= item.date <= latest else None


def _is_newest_first(items: Sequence[IdentifiedItem | ItemState], latest: int) -> bool:
    """Return whether the first date in *items* is later than the last one."""
    ends = (
        next((date for item in order if (date := _valid_date(item, latest)) is not None), 0) for order in (items, items[::-1])
    )
    first, last = ends
    return first > last


def _known_dates(items: Sequence[IdentifiedItem | ItemState], former: Mapping[str, ItemState], latest: int) -> Iterator[int]:
    """Yield the dates of the items of the document that are known."""
    return (date for item in items if item.id in former and (date := _valid_date(item, latest)) is not None)


def _is_archive(items: Sequence[IdentifiedItem | ItemState], former: Mapping[str, ItemState], latest: int) -> bool:
    new = [item for item in items if item.id not in former]
    if len(items) < MIN_ARCHIVE_ITEMS or len(new) * 2 <= len(items):
        return False
    newest = max(_known_dates(items, former, latest), default=None)
    return all(_is_before(item, newest, latest) for item in new)


def _is_before(item: IdentifiedItem | ItemState, limit: int | None, latest: int) -> bool:
    return limit is not None and (date := _valid_date(item, latest)) is not None and date < limit


def _is_old(item: IdentifiedItem, fetched: datetime, latest: int) -> bool:
    date = _valid_date(item, latest)
    return date is None or fetched.timestamp() - date > FRESH.total_seconds()


def _next_state(identified: IdentifiedItem, previous: ItemState | None, now: int) -> tuple[ItemState, Version | None]:
    """Return the state of an item at *now*, and the version to publish, if any."""
    keyed, item = identified.keyed, identified.keyed.item
    if previous is None:
        first_state = ItemState(identified.id, keyed.hash, 1, at=now, moved=now, edits=1)
        decision = edits.EditDecision(first_state, publish=True)
    else:
        decision = edits.decide_edit(previous, keyed.hash, now)
    raw_hash, sketch = item.raw, decision.state.sketch
    if decision.state.held:
        # Without a raw hash the item is parsed again until it has settled.
        raw_hash = ""
    elif decision.publish or not sketch:
        sketch = edits.make_sketch(item.title, item.text)
    state = replace(
        decision.state,
        raw=raw_hash,
        guid=keyed.guid,
        link=keyed.link,
        date=identified.date,
        sketch=sketch,
        churn=identified.churn,
    )
    if not decision.publish:
        return state, None
    if previous is None:
        return state, Version(state.version, (), None)
    edit = edits.estimate_edit(previous.sketch, sketch)
    return state, Version(state.version, _changed_parts(previous.hash, state.hash), edit)


def _changed_parts(old_hash: str, new_hash: str) -> ChangedParts:
    parts: tuple[tuple[Literal["title", "text"], slice], ...] = (("title", slice(8)), ("text", slice(8, None)))
    return tuple(name for name, part in parts if old_hash[part] != new_hash[part])
