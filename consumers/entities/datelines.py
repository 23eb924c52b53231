"""Names in a dateline, which models read badly: "NORFOLK, Va. - ...", "SEOUL, Sept 8 (Meridian) - ...". Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from consumers.entities.mentions import Mention

MAX_DATELINE = 90
"""The most code points of a dateline."""
_DATELINE = re.compile(
    r"\s*(?P<place>[^\W\d_a-z][^\n\d_()a-z]{1,30}?)(?:,[^\n()]{1,40}?)?\s?(?:\((?P<agency>[^()\n]{2,40})\))?\s?[-–—]{1,2}\s"
)


def read_dateline(mentions: Sequence[Mention], text: str) -> list[Mention]:
    """Return *mentions* in *text*, with the name at its start as a place and the one in brackets as an organisation.

    That is so if *text* starts with a dateline. An abbreviated region in it is no name of its own (Va.).
    """
    found = _DATELINE.match(text, 0, MAX_DATELINE)
    if not found or not found["place"].isupper():
        return list(mentions)
    return list(_with_types(mentions, text, found))


def _with_types(mentions: Sequence[Mention], text: str, dateline: re.Match[str]) -> Iterator[Mention]:
    agency = (dateline["agency"] or "").strip()
    for mention in mentions:
        is_own = mention.entry is None and mention.refused is None
        if is_own and agency and mention.name == agency:
            yield replace(mention, type="org")
        elif not is_own or mention.field != "text" or mention.end > dateline.end():
            yield mention
        elif mention.start < dateline.end("place"):
            yield replace(mention, type="place")
        elif text[mention.end : mention.end + 1] != ".":
            yield mention
