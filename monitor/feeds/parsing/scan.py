"""Scan XML once, cheaply, before it is parsed: find its items, and cut or refuse what would be too costly to parse."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from xml.parsers import expat

from monitor.feeds.parsing import dates
from monitor.feeds.parsing.incremental import digest, replaced_hashes
from monitor.feeds.parsing.items import MAX_ITEMS, NotAFeed
from monitor.feeds.parsing.xml_limits import MAX_DEPTH, expat_parser

MAX_ELEMENTS = 1_000_000
"""The most elements that are scanned, at about a microsecond each."""
MAX_ENTITY_CHARS = 64
"""The longest entity that a feed may declare. HTML's entities have one or two characters."""
MAX_ENTITIES = 1000
MAX_TAG_BYTES = 64 * 1024
_ITEM_PARENTS = frozenset({"rss", "rdf", "channel", "feed"})
"""Elements that do not affect how the items in them are read. An unclosed title, for instance, does."""
_BROKEN_OFF = {
    expat.errors.codes[reason]
    for reason in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}
"""Error codes of expat for a document that breaks off."""
_TAG = re.compile(rb"""<(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_LONG_TAG = re.compile(rb"<[^<>]{%d}" % MAX_TAG_BYTES)
_ENTITY_DECLARATION = re.compile(rb"<!ENTITY\s", re.IGNORECASE)
_ITEM_START = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]")
_FEED_NAMESPACE = re.compile(r"rss|atom|netscape", re.IGNORECASE)
"""Matches the namespaces of feeds. To feedparser, an element named item in another namespace is not an item."""
_DATE = re.compile(rb"<(?:pubDate|published|issued|updated|modified|dc:date)\b[^>]*>\s*(?:<!\[CDATA\[)?([^<\]]{4,60})")


@dataclass(frozen=True, slots=True)
class ScannedDocument:
    """A document that is safe to parse.

    *items* are the start and end of each item in *data*, in bytes; empty if the structure is unknown. *raw_hashes* are
    hashes of these bytes, each followed by one of the tags that affect how the item is read. *placeholders* are the
    indices of the items that incremental.py has replaced. *partial* is true if the document breaks off. *truncated* is
    the number of items left out.
    """

    data: bytes
    items: tuple[tuple[int, int], ...] = ()
    raw_hashes: tuple[str, ...] = ()
    placeholders: tuple[int, ...] = ()
    partial: bool = False
    truncated: int = 0


class _TooManyElements(Exception):
    """MAX_ELEMENTS were scanned."""


class _NestedItems(Exception):
    """Items contain items, so that it is ambiguous which item an end tag ends."""


@dataclass(slots=True)
class _ItemScanner:
    """The handlers of expat, and their results.

    *open_elements* are those outside items: name and position of the start tag. *items* are the positions of complete
    items, *parents* the elements around each, *inner_names* the names of elements inside items.
    """

    data: bytes
    parser: expat.XMLParserType
    has_placeholders: bool
    open_elements: list[tuple[str, int]] = field(default_factory=list)
    items: list[tuple[int, int]] = field(default_factory=list)
    parents: list[tuple[tuple[str, int], ...]] = field(default_factory=list)
    elements: int = 0
    entities: int = 0
    item: str | None = None
    item_start: int = 0
    inner_names: set[str] = field(default_factory=set)

    def start_element(self, name: str, _: object) -> None:
        position = self.parser.CurrentByteIndex
        if _is_item(name):
            self.item, self.item_start = name, position
            # Inside an item only its end matters; without this handler the scan is twice as fast.
            self.parser.StartElementHandler = None
        else:
            self.open_elements.append((name, position))
            if len(self.open_elements) > MAX_DEPTH:
                raise NotAFeed(f"elements more than {MAX_DEPTH} deep")

    def end_element(self, name: str) -> None:
        self.elements += 1
        if name == self.item:
            self.item = None
            self.items.append((self.item_start, self.data.find(b">", self.parser.CurrentByteIndex) + 1))
            parents = tuple(self.open_elements)
            # Most items have the same parents. A tuple for each would take much memory.
            self.parents.append(self.parents[-1] if self.parents and self.parents[-1] == parents else parents)
            self.parser.StartElementHandler = self.start_element
        elif self.item is None:
            if not self.open_elements or self.open_elements.pop()[0] != name:
                raise _NestedItems
        elif name not in self.inner_names:
            self.inner_names.add(name)
            if _is_item(name) and (":" not in _qualified_name(name) or _FEED_NAMESPACE.search(name)):
                raise _NestedItems
        if self.elements > MAX_ELEMENTS:
            raise _TooManyElements

    def declare_entity(self, _: str, parameter: object, value: str | None, *external: str | None) -> None:
        self.entities += 1
        too_many = self.entities > MAX_ENTITIES
        if too_many or parameter or value is None or any(external) or len(value) > MAX_ENTITY_CHARS or "&" in value:
            raise NotAFeed("it declares entities that could expand without bound or reach outside")


def scan(data: bytes, *, has_placeholders: bool = False) -> ScannedDocument:
    """Return the part of *data* (UTF-8) to parse: its newest MAX_ITEMS items, and only complete ones if it breaks off.

    *has_placeholders* says that some items may be placeholders. A document that is ill-formed in another way is
    returned without the positions of its items, after the checks that need no structure.
    Raises NotAFeed if it declares dangerous entities or exceeds a limit.
    """
    with expat_parser() as parser:
        scanner = _ItemScanner(data, parser, has_placeholders)
        parser.StartElementHandler, parser.EndElementHandler = scanner.start_element, scanner.end_element
        parser.EntityDeclHandler = scanner.declare_entity
        return _scan(scanner)


def _scan(scanner: _ItemScanner) -> ScannedDocument:
    try:
        scanner.parser.Parse(scanner.data, True)  # noqa: FBT003  (expat takes it by position only)
    except _NestedItems:
        return _scan_ill_formed(scanner.data)
    except _TooManyElements:
        if not scanner.items:
            raise NotAFeed(f"more than {MAX_ELEMENTS} elements") from None
        unread = len(_ITEM_START.findall(scanner.data, scanner.items[-1][1]))
        return _keep_newest(replace(_close_after_last_item(scanner), truncated=unread))
    except expat.ExpatError as error:
        if error.code in _BROKEN_OFF and scanner.items:
            return _keep_newest(replace(_close_after_last_item(scanner), partial=True))
        return _scan_ill_formed(scanner.data)
    return _keep_newest(_locate_items(scanner, scanner.data))


def without_items(document: ScannedDocument, dropped: Collection[int]) -> ScannedDocument:
    """Return *document* without the items at the indices *dropped*; everything around them is kept."""
    pieces, items, copied, length = [], [], 0, 0
    for index, (start, stop) in enumerate(document.items):
        pieces.append(document.data[copied:start])
        length += start - copied
        if index not in dropped:
            pieces.append(document.data[start:stop])
            items.append((length, length + stop - start))
            length += stop - start
        copied = stop
    data = b"".join((*pieces, document.data[copied:]))
    raw_hashes = tuple(raw_hash for index, raw_hash in enumerate(document.raw_hashes) if index not in dropped)
    return replace(document, data=data, items=tuple(items), raw_hashes=raw_hashes, placeholders=())


def _keep_newest(document: ScannedDocument) -> ScannedDocument:
    """Return *document* with at most MAX_ITEMS items, from the end that has the newer date."""
    excess = len(document.items) - MAX_ITEMS
    if excess <= 0:
        return document
    first, last = (_timestamp(document.data[slice(*span)]) for span in (document.items[0], document.items[-1]))
    dropped = range(excess) if first and last and last > first else range(MAX_ITEMS, len(document.items))
    return replace(without_items(document, dropped), truncated=document.truncated + excess)


def _timestamp(item: bytes) -> float | None:
    match = _DATE.search(item)
    moment = dates.parse(match[1].decode(errors="replace").strip()) if match else None
    return moment.timestamp() if moment else None


def _locate_items(scanner: _ItemScanner, data: bytes) -> ScannedDocument:
    """Return *data*, a prefix of the scanned document, with the positions and hashes of its items."""
    if scanner.entities:
        # Without the declaration, feedparser might parse the rest leniently.
        return ScannedDocument(data)
    items: list[tuple[int, int]] = []
    raw_hashes: list[str] = []
    placeholders: list[int] = []
    parents, context, next_placeholder = None, "", 0
    for (start, stop), item_parents in zip(scanner.items, scanner.parents, strict=True):
        if item_parents != parents:
            if not all(_qualified_name(name).rpartition(":")[2].lower() in _ITEM_PARENTS for name, _ in item_parents):
                return ScannedDocument(data)
            parents, context = item_parents, _digest_tags(scanner.data, item_parents)
        item = scanner.data[start:stop]
        replaced = replaced_hashes(item, next_placeholder, context) if scanner.has_placeholders else []
        if replaced:
            next_placeholder += 1
            placeholders += range(len(items), len(items) + len(replaced))
        # The first replaced item takes the placeholder's bytes, the others none.
        items += [(start, stop), *[(stop, stop)] * (len(replaced) - 1)]
        raw_hashes += replaced or [digest(item) + context]
    return ScannedDocument(data, tuple(items), tuple(raw_hashes), tuple(placeholders))


def _digest_tags(data: bytes, elements: tuple[tuple[str, int], ...]) -> str:
    tags = (_TAG.match(data, position) for _, position in elements)
    return blake2b(b"".join(tag[0] for tag in tags if tag), digest_size=4).hexdigest()


def _close_after_last_item(scanner: _ItemScanner) -> ScannedDocument:
    """Return the document up to its last complete item, with the elements open there closed."""
    names = [_qualified_name(name) for name, _ in reversed(scanner.parents[-1])]
    end_tags = b"".join(f"</{name}>".encode() for name in names)
    return _locate_items(scanner, scanner.data[: scanner.items[-1][1]] + end_tags)


def _qualified_name(name: str) -> str:
    """Return *name* as written in the document; expat gives namespace, local name and prefix."""
    parts = name.split(" ")
    return f"{parts[2]}:{parts[1]}" if len(parts) > 2 else parts[-1]  # noqa: PLR2004  (all three are present)


def _is_item(name: str) -> bool:
    return _qualified_name(name).rpartition(":")[2] in {"item", "entry"}


def _scan_ill_formed(data: bytes) -> ScannedDocument:
    """Return what may be parsed of a document whose structure is unknown. Raises NotAFeed."""
    if _ENTITY_DECLARATION.search(data):
        raise NotAFeed("it is ill-formed and declares entities")
    if _LONG_TAG.search(data):
        raise NotAFeed(f"a tag of more than {MAX_TAG_BYTES} bytes")
    starts = [match.start() for match in _ITEM_START.finditer(data)]
    kept = data[: starts[MAX_ITEMS]] if len(starts) > MAX_ITEMS else data
    if kept.count(b"<") > MAX_ELEMENTS:
        raise NotAFeed(f"more than {MAX_ELEMENTS} elements")
    return ScannedDocument(kept, truncated=max(0, len(starts) - MAX_ITEMS))
