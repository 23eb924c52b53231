"""Limits on XML that is costly to parse: the depth of elements and the number of attributes and namespaces."""

import contextlib
from collections.abc import Iterator
from xml.parsers import expat

from monitor.feeds.parsing.items import NotAFeed

MAX_DEPTH = 200
"""Levels of nested elements."""
MAX_ATTRIBUTES = 256
"""Attributes of one element: feedparser's time grows with the square of their number."""
MAX_NAMESPACES = 256
"""Namespaces, each with a prefix, of a document: feedparser searches all of them at each element."""


@contextlib.contextmanager
def expat_parser() -> Iterator[expat.XMLParserType]:
    """Yield a namespace-aware parser of UTF-8 that loads no external entities."""
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
    parser.namespace_prefixes = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    try:
        yield parser
    finally:
        # The handlers refer to the document and, through it, to the parser: a reference cycle that would keep each
        # document in memory until the garbage collector runs.
        for handler in ("StartElementHandler", "EndElementHandler", "EntityDeclHandler", "StartNamespaceDeclHandler"):
            setattr(parser, handler, None)


def check_limits(document: bytes) -> None:
    """Raise NotAFeed if an element of *document*, up to its first syntax error, exceeds a limit."""
    depth = namespaces = 0
    declared: set[tuple[str | None, str | None]] = set()

    def start_element(_: str, attributes: list[str]) -> None:
        nonlocal depth, namespaces
        depth += 1
        if depth > MAX_DEPTH:
            raise NotAFeed(f"elements more than {MAX_DEPTH} deep")
        if len(attributes) // 2 + namespaces > MAX_ATTRIBUTES:
            raise NotAFeed(f"an element with more than {MAX_ATTRIBUTES} attributes")
        namespaces = 0

    def end_element(_: str) -> None:
        nonlocal depth
        depth -= 1

    def start_namespace(prefix: str | None, uri: str | None) -> None:
        nonlocal namespaces
        namespaces += 1
        declared.add((prefix, uri))
        if len(declared) > MAX_NAMESPACES:
            raise NotAFeed(f"more than {MAX_NAMESPACES} namespaces")

    with expat_parser() as parser, contextlib.suppress(expat.ExpatError):
        parser.ordered_attributes = True
        parser.StartElementHandler, parser.EndElementHandler = start_element, end_element
        parser.StartNamespaceDeclHandler = start_namespace
        parser.Parse(document, True)  # noqa: FBT003  (expat takes it by position only)
