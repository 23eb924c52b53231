"""What XML may cost: how deep its elements may go, and how many attributes one may have."""

import contextlib
from collections.abc import Iterator
from xml.parsers import expat

from monitor.feeds.parsing.items import NotAFeed

DEPTH = 200
ATTRIBUTES = 256
"""Attributes of one element: feedparser takes a time that grows with their square."""


@contextlib.contextmanager
def expat_parser() -> Iterator[expat.XMLParserType]:
    """A parser that reads UTF-8 and namespaces, and fetches nothing."""
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
    parser.namespace_prefixes = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    try:
        yield parser
    finally:
        # The handlers refer to the body, and through them the parser to itself: body after body would stay in memory.
        for handler in ("StartElementHandler", "EndElementHandler", "EntityDeclHandler", "StartNamespaceDeclHandler"):
            setattr(parser, handler, None)


def check(body: bytes) -> None:
    """Raise NotAFeed where the elements of *body*, as far as it is well-formed, would cost too much to parse."""
    depth = spaces = 0

    def start(_: str, attributes: list[str]) -> None:
        nonlocal depth, spaces
        depth += 1
        if depth > DEPTH:
            raise NotAFeed(f"elements more than {DEPTH} deep")
        if len(attributes) // 2 + spaces > ATTRIBUTES:
            raise NotAFeed(f"an element with more than {ATTRIBUTES} attributes")
        spaces = 0

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    def space(_: str | None, __: str | None) -> None:
        nonlocal spaces
        spaces += 1

    with expat_parser() as parser, contextlib.suppress(expat.ExpatError):
        parser.ordered_attributes = True
        parser.StartElementHandler, parser.EndElementHandler, parser.StartNamespaceDeclHandler = start, end, space
        parser.Parse(body, True)  # noqa: FBT003
