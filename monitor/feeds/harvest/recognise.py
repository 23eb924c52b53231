"""Which article an item is, from what is remembered of its feed: ids that stay where a publisher's own do not. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.feeds.identity import canonical, digest
from monitor.feeds.parsing.items import Item
from monitor.messages import Seen

_NOTHING = digest("", size=4)


@dataclass(frozen=True, slots=True)
class Trace:
    """What tells an item: hashes of its guid, its link and its title and text; "" where it has no guid or link."""

    guid: str
    link: str
    told: str


def trace(item: Item, link: str | None) -> Trace:
    """The trace of *item*, whose link is *link*."""
    told = digest(item.title, size=4) + digest(item.text, size=4)
    return Trace(digest(item.guid, size=6) if item.guid else "", digest(canonical(link), size=6) if link else "", told)


def remembered(seen: Seen) -> Trace:
    """The trace that was kept in *seen*."""
    return Trace(seen.guid, seen.link, seen.hash)


@dataclass(frozen=True, slots=True)
class Ids:
    """The ids that an item may have: by its guid, by guid and link, by its link, by its content; "" where it has none."""

    guid: str
    both: str
    link: str
    content: str


class Recognition:
    """The items of one document together, against *past*, all that is remembered by id, and what of it was *standing*."""

    def __init__(self, traces: Sequence[Trace], past: Mapping[str, Seen], standing: Sequence[Seen]) -> None:
        self.past = past
        self.by_pair = {(seen.guid, seen.link): seen for seen in standing}
        self.by_link = _unique((seen.link or seen.hash, seen) for seen in standing)
        self.links = Counter(one.link or one.told for one in traces)
        self.pairs = Counter((one.guid, one.link) for one in traces)
        self.guids = Counter(guid for guid, _ in self.pairs)
        self.churning = sum(seen.churn for seen in standing) * 2 > len(standing)

    def recognise(self, one: Trace, ids: Ids) -> tuple[str, bool]:
        """The article's id, and whether its guid has changed under it.

        What has the guid and link of an item that stood in the feed is that item. Else the guid tells it, with the link beside
        it where several items share the guid; else the link; else the content. But a guid that has changed, or passed to
        another item, while the link and the title or the text stayed, tells nothing: nor does that of a new item in a feed
        where most have changed.
        """
        if (one.guid or one.link) and (known := self.by_pair.get((one.guid, one.link))):
            return known.id, False
        ident = self.by_own(one, ids)
        if not one.guid:
            return ident, False
        moved = self.under_another_guid(one)
        if moved and (ident not in self.past or self.is_anothers(ident, one)):
            return moved.id, True
        if ident == ids.guid and self.is_anothers(ident, one) and self.stands_elsewhere(self.past[ident], one):
            return ids.both, True
        return ident, self.churning

    def by_own(self, one: Trace, ids: Ids) -> str:
        """The id by what the publisher gives."""
        if not one.guid:
            return ids.link or ids.content
        if self.churning and ids.link:
            return ids.link
        return ids.both if ids.both in self.past or self.guids[one.guid] > 1 else ids.guid

    def under_another_guid(self, one: Trace) -> Seen | None:
        """What stood in the feed with the link (where there is none, the content) of *one*, and with its title or its text."""
        key = one.link or one.told
        old = self.by_link.get(key)
        if old is None or old.link != one.link or old.guid == one.guid:
            return None
        if self.links[key] > 1 or self.pairs[one.guid, one.link] > 1:
            return None
        return old if _alike(old.hash, one.told) else None

    def is_anothers(self, ident: str, one: Trace) -> bool:
        """Whether *ident* belongs to an item with another link."""
        return ident in self.past and self.past[ident].link not in {"", one.link}

    def stands_elsewhere(self, seen: Seen, one: Trace) -> bool:
        """Whether the item in *seen* is in the document under another guid than that of *one*."""
        return any(link == seen.link and guid != one.guid for guid, link in self.pairs)


def _unique(pairs: Iterable[tuple[str, Seen]]) -> dict[str, Seen]:
    found: dict[str, Seen] = {}
    twice = set()
    for key, seen in pairs:
        if key in found:
            twice.add(key)
        found[key] = seen
    return {key: seen for key, seen in found.items() if key not in twice}


def _alike(told: str, other: str) -> bool:
    """Whether two contents have a title or a text in common, other than an empty one."""
    return any(told[part] == other[part] != _NOTHING for part in (slice(8), slice(8, None)))
