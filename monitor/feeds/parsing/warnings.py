"""What is worth knowing of how a feed was read, in words."""

from collections.abc import Iterator

from monitor.feeds.parsing.items import ParsedFeed
from monitor.feeds.parsing.scan import ITEMS


def parse_warnings(parsed: ParsedFeed) -> Iterator[str]:
    """All that is worth knowing."""
    if parsed.partial:
        yield "the document breaks off; what is whole before that is taken"
    if why := left_out(parsed):
        yield why


def left_out(parsed: ParsedFeed) -> str | None:
    """Which items were left out and what can be done, None where none were."""
    if not parsed.truncated:
        return None
    if len(parsed.items) + len(parsed.skipped) >= ITEMS:
        return f"{ITEMS} items are read, and older ones are left out: {parsed.truncated}; look for a feed of its latest items"
    return f"items that cannot be read, and are left out: {parsed.truncated}; only its publisher can mend them"
