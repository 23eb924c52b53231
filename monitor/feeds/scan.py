"""One cheap pass over XML before the parser sees it: what would cost too much is cut or refused."""

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from monitor.feeds.items import NotAFeed

ITEMS = 2000
"""Items that are read of one feed, the first in the document: twenty times what a busy newsroom's feed holds."""
DEPTH = 200
ATTRIBUTES = 256
"""Attributes of one element: feedparser takes a time that grows with their square."""
ELEMENTS = 500_000
ENTITY_CHARS = 64
"""The longest entity that a feed may declare; those of HTML are one character."""
ENTITIES = 1000
TAG_BYTES = 64 * 1024
_BROKEN_OFF = {
    expat.errors.codes[reason]
    for reason in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}
_LONG_TAG = re.compile(rb"<[^<>]{%d}" % TAG_BYTES)
_ENTITY = re.compile(rb"<!ENTITY\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Scanned:
    """What to parse: the body, or its beginning with what was open closed again. *partial*: it broke off by itself."""

    body: bytes
    partial: bool = False


class _Enough(Exception):
    """There are as many items as are read."""


@dataclass(slots=True)
class _Pass:
    """Where the pass stands. *mark* is the end of the last whole item, with the names that are open there."""

    body: bytes
    parser: expat.XMLParserType
    open: list[str] = field(default_factory=list)
    elements: int = 0
    items: int = 0
    entities: int = 0
    item: int | None = None
    mark: tuple[int, tuple[str, ...]] | None = None

    def start(self, name: str, attributes: list[str]) -> None:
        self.elements += 1
        if len(attributes) > 2 * ATTRIBUTES:
            raise NotAFeed(f"an element with more than {ATTRIBUTES} attributes")
        if len(self.open) >= DEPTH:
            raise NotAFeed(f"elements more than {DEPTH} deep")
        if self.elements > ELEMENTS:
            raise NotAFeed(f"more than {ELEMENTS} elements")
        if self.item is None and name.rpartition(":")[2] in {"item", "entry"}:
            if self.items >= ITEMS and self.mark:
                raise _Enough
            self.items += 1
            self.item = len(self.open)
        self.open.append(name)

    def end(self, _: str) -> None:
        self.open.pop()
        if self.item == len(self.open):
            self.item = None
            self.mark = (self.body.find(b">", self.parser.CurrentByteIndex) + 1, tuple(self.open))

    def entity(self, _: str, __: object, value: str | None, *outside: str | None) -> None:
        self.entities += 1
        if self.entities > ENTITIES or value is None or any(outside) or len(value) > ENTITY_CHARS or "&" in value:
            raise NotAFeed("it declares entities that could expand without bound or reach outside")


def scan(body: bytes) -> Scanned:
    """*body* as it may be parsed: with ITEMS items at most; where it broke off, up to the end of its last whole item.

    A body that is ill-formed otherwise comes back as it is, within the bounds that need no structure.
    Raises NotAFeed where it is dangerous.
    """
    run = _Pass(body, expat.ParserCreate())
    parser = run.parser
    parser.ordered_attributes = True
    parser.StartElementHandler, parser.EndElementHandler, parser.EntityDeclHandler = run.start, run.end, run.entity
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    try:
        parser.Parse(body, True)  # noqa: FBT003  (expat takes it by position alone)
    except _Enough:
        return Scanned(_closed(run))
    except expat.ExpatError as error:
        if error.code in _BROKEN_OFF and run.mark and 0 not in body[:4]:
            return Scanned(_closed(run), partial=True)
    except (LookupError, ValueError) as error:
        # expat reads no encoding of several bytes a character but UTF-8 and UTF-16; feedparser does.
        if isinstance(error, NotAFeed):
            raise
    else:
        return Scanned(body)
    _check_loosely(body)
    return Scanned(body)


def _closed(run: _Pass) -> bytes:
    """The body up to the mark, with what was open there closed."""
    end, names = run.mark or (len(run.body), ())
    return run.body[:end] + b"".join(f"</{name}>".encode() for name in reversed(names))


def _check_loosely(body: bytes) -> None:
    if _ENTITY.search(body.replace(b"\0", b"")):
        raise NotAFeed("it is ill-formed and declares entities")
    if _LONG_TAG.search(body):
        raise NotAFeed(f"a tag of more than {TAG_BYTES} bytes")
    if body.count(b"<") > 2 * ELEMENTS:
        raise NotAFeed(f"more than {ELEMENTS} elements")
