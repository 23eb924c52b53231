"""One cheap pass over XML before the parser sees it: where the items are, and what would cost too much is cut or refused."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from xml.parsers import expat

from monitor.feeds.parsing import dates
from monitor.feeds.parsing.incremental import digest, stood_there
from monitor.feeds.parsing.items import NotAFeed
from monitor.feeds.parsing.xml_limits import expat_parser

ITEMS = 2000
"""Items that are read of one feed, the newest: twenty times what a busy newsroom's feed holds."""
ELEMENTS = 1_000_000
"""Elements that are looked at: the pass takes about a microsecond for each."""
ENTITY_CHARS = 64
"""The longest entity that a feed may declare; those of HTML are one character."""
ENTITIES = 1000
TAG_BYTES = 64 * 1024
_HOLDERS = frozenset({"rss", "rdf", "channel", "feed"})
"""What items may stand in: in a title that is never closed, say, they bear on what it is."""
_BROKEN_OFF = {
    expat.errors.codes[reason]
    for reason in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}
_TAG = re.compile(rb"""<(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_LONG_TAG = re.compile(rb"<[^<>]{%d}" % TAG_BYTES)
_ENTITY = re.compile(rb"<!ENTITY\s", re.IGNORECASE)
_ITEM = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]")
_FEEDS = re.compile(r"rss|atom|netscape", re.IGNORECASE)
"""What the namespaces of feeds have in their names: an item of another vocabulary is no item to a parser."""
_DATE = re.compile(rb"<(?:pubDate|published|issued|updated|modified|dc:date)\b[^>]*>\s*(?:<!\[CDATA\[)?([^<\]]{4,60})")


@dataclass(frozen=True, slots=True)
class Scanned:
    """What to parse: *body*, whose items stand from and to the bytes in *items*, in order; none where that cannot be told.

    *raws* are hashes of these bytes, each followed by one of what bears on their reading. *stand_ins* are the numbers of the
    items that stand in for others (condense.py). *partial*: the body broke off. *truncated*: how many items were left out.
    """

    body: bytes
    items: tuple[tuple[int, int], ...] = ()
    raws: tuple[str, ...] = ()
    stand_ins: tuple[int, ...] = ()
    partial: bool = False
    truncated: int = 0


class _Enough(Exception):
    """As many elements were seen as are looked at."""


class _Nested(Exception):
    """Items stand within items: where each ends is not told by its name."""


@dataclass(slots=True)
class _Pass:
    """Where the pass stands: what is open outside items (name, and where its tag begins); whole items' bytes and parents.

    *inner* are the names of what was met within items.
    """

    body: bytes
    parser: expat.XMLParserType
    condensed: bool
    open: list[tuple[str, int]] = field(default_factory=list)
    items: list[tuple[int, int]] = field(default_factory=list)
    parents: list[tuple[tuple[str, int], ...]] = field(default_factory=list)
    elements: int = 0
    entities: int = 0
    item: str | None = None
    begun: int = 0
    inner: set[str] = field(default_factory=set)

    def start(self, name: str, _: object) -> None:
        at = self.parser.CurrentByteIndex
        if _is_item(name):
            self.item, self.begun = name, at
            # Within an item nothing but its end is looked for, which makes the pass twice as fast.
            self.parser.StartElementHandler = None
        else:
            self.open.append((name, at))

    def end(self, name: str) -> None:
        self.elements += 1
        if name == self.item:
            self.item = None
            self.items.append((self.begun, self.body.find(b">", self.parser.CurrentByteIndex) + 1))
            self.parents.append(tuple(self.open))
            self.parser.StartElementHandler = self.start
        elif self.item is None:
            if not self.open or self.open.pop()[0] != name:
                raise _Nested
        elif name not in self.inner:
            self.inner.add(name)
            if _is_item(name) and (":" not in _qualified(name) or _FEEDS.search(name)):
                raise _Nested
        if self.elements > ELEMENTS:
            raise _Enough

    def entity(self, _: str, parameter: object, value: str | None, *outside: str | None) -> None:
        self.entities += 1
        if self.entities > ENTITIES or parameter or value is None or any(outside) or len(value) > ENTITY_CHARS or "&" in value:
            raise NotAFeed("it declares entities that could expand without bound or reach outside")


def scan(body: bytes, *, condensed: bool = False) -> Scanned:
    """*body* (UTF-8) as it may be parsed: with the newest ITEMS items at most; where it broke off, up to its last whole item.

    *condensed*: some of its items may be stand-ins.

    A body that is ill-formed otherwise comes back without its items' places, within the bounds that need no structure.
    Raises NotAFeed where it declares dangerous entities, or has no bounds.
    """
    with expat_parser() as parser:
        run = _Pass(body, parser, condensed)
        parser.StartElementHandler, parser.EndElementHandler, parser.EntityDeclHandler = run.start, run.end, run.entity
        return _scanned(run)


def _scanned(run: _Pass) -> Scanned:
    try:
        run.parser.Parse(run.body, True)  # noqa: FBT003  (expat takes it by position alone)
    except _Nested:
        return _loosely(run.body)
    except _Enough:
        if run.items:
            return _newest(replace(_closed(run), truncated=len(_ITEM.findall(run.body, run.items[-1][1]))))
        raise NotAFeed(f"more than {ELEMENTS} elements") from None
    except expat.ExpatError as error:
        if error.code in _BROKEN_OFF and run.items:
            return _newest(replace(_closed(run), partial=True))
        return _loosely(run.body)
    return _newest(_placed(run, run.body))


def without(scanned: Scanned, dropped: Collection[int]) -> Scanned:
    """*scanned* without the items whose numbers are *dropped*, and all that stands round them kept."""
    pieces, places, end, length = [], [], 0, 0
    for number, (start, stop) in enumerate(scanned.items):
        pieces.append(scanned.body[end:start])
        length += start - end
        if number not in dropped:
            pieces.append(scanned.body[start:stop])
            places.append((length, length + stop - start))
            length += stop - start
        end = stop
    raws = tuple(raw for number, raw in enumerate(scanned.raws) if number not in dropped)
    return replace(scanned, body=b"".join((*pieces, scanned.body[end:])), items=tuple(places), raws=raws, stand_ins=())


def _newest(scanned: Scanned) -> Scanned:
    """*scanned* with ITEMS items at most, from the end at which the newer dates stand."""
    excess = len(scanned.items) - ITEMS
    if excess <= 0:
        return scanned
    first, last = (_date(scanned.body[slice(*place)]) for place in (scanned.items[0], scanned.items[-1]))
    dropped = range(excess) if first and last and last > first else range(ITEMS, len(scanned.items))
    return replace(without(scanned, dropped), truncated=scanned.truncated + excess)


def _date(item: bytes) -> float | None:
    found = _DATE.search(item)
    moment = dates.read(found[1].decode(errors="replace").strip()) if found else None
    return moment.timestamp() if moment else None


def _placed(run: _Pass, body: bytes) -> Scanned:
    """*body*, as much of the pass's as is to be read, with its items' places and hashes."""
    if run.entities:
        # What is left out could change how strictly the rest is read.
        return Scanned(body)
    items: list[tuple[int, int]] = []
    raws: list[str] = []
    stand_ins: list[int] = []
    rows, parents, context = 0, None, ""
    for (start, stop), over in zip(run.items, run.parents, strict=True):
        if over != parents:
            if not all(_qualified(name).rpartition(":")[2].lower() in _HOLDERS for name, _ in over):
                return Scanned(body)
            tags = (_TAG.match(run.body, at) for _, at in over)
            parents, context = over, blake2b(b"".join(tag[0] for tag in tags if tag), digest_size=4).hexdigest()
        item = run.body[start:stop]
        known = stood_there(item, rows, context) if run.condensed else []
        if known:
            rows += 1
            stand_ins += range(len(items), len(items) + len(known))
        items += [(start, stop), *[(stop, stop)] * (len(known) - 1)]
        raws += known or [digest(item) + context]
    return Scanned(body, tuple(items), tuple(raws), tuple(stand_ins))


def _closed(run: _Pass) -> Scanned:
    """The body up to the last whole item, with what was open there closed."""
    names = [_qualified(name) for name, _ in reversed(run.parents[-1])]
    return _placed(run, run.body[: run.items[-1][1]] + b"".join(f"</{name}>".encode() for name in names))


def _qualified(name: str) -> str:
    """*name* as it is written, from expat's URI, local name and prefix."""
    parts = name.split(" ")
    return f"{parts[2]}:{parts[1]}" if len(parts) > 2 else parts[-1]  # noqa: PLR2004  (all three are there)


def _is_item(name: str) -> bool:
    return _qualified(name).rpartition(":")[2] in {"item", "entry"}


def _loosely(body: bytes) -> Scanned:
    """What may be read of a body whose structure is not known. Raises NotAFeed."""
    if _ENTITY.search(body):
        raise NotAFeed("it is ill-formed and declares entities")
    if _LONG_TAG.search(body):
        raise NotAFeed(f"a tag of more than {TAG_BYTES} bytes")
    begun = [found.start() for found in _ITEM.finditer(body)]
    kept = body[: begun[ITEMS]] if len(begun) > ITEMS else body
    if kept.count(b"<") > ELEMENTS:
        raise NotAFeed(f"more than {ELEMENTS} elements")
    return Scanned(kept, truncated=max(0, len(begun) - ITEMS))
