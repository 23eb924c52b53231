"""Leaves what is known out of a feed's body before it is sent to be parsed; a stand-in tells where it stood. Pure."""

import re
from collections.abc import Mapping
from hashlib import blake2b

DIGITS = 16
"""Hexadecimal digits of an item's digest."""
RAW = DIGITS + 8
"""Those of its raw hash, which ends in the digest of what stands round it."""
_ITEM = re.compile(rb"<((?:[\w.-]+:)?(?:item|entry))[\s>]")
_STAND_IN = re.compile(rb"<[\w.:-]+>((?:[0-9a-f]{%d})+)/([0-9]{1,6})</[\w.:-]+>" % RAW)


def digest(item: bytes) -> str:
    """What tells the bytes of an item from those of another."""
    return blake2b(item, digest_size=DIGITS // 2).hexdigest()


def condense(body: bytes, known: Mapping[str, str]) -> tuple[bytes, list[str]]:
    """*body* without the items whose digest is *known*, and their raw hashes; where some stood in a row is a stand-in.

    Where items begin and end is only guessed, in one pass; whoever parses the rest with care sees whether that was right:
    the stand-ins, which are numbered, are items then, and all are there, in order.
    """
    found = _ITEM.search(body)
    if not found:
        return body, []
    begin, end = b"<" + found[1], b"</" + found[1] + b">"
    pieces: list[bytes] = []
    rows: list[list[str]] = []
    kept, start = 0, found.start()
    while start >= 0 and (last := body.find(end, start)) >= 0:
        stop = last + len(end)
        if raw := known.get(digest(body[start:stop])):
            between = body[kept:start]
            if rows and (not between or between.isspace()):
                rows[-1].append(raw)
            else:
                pieces.append(between)
                rows.append([raw])
            kept = stop
        start = body.find(begin, stop)
    marks = (begin + f">{''.join(row)}/{number}".encode() + end for number, row in enumerate(rows))
    told = (part for pair in zip(pieces, marks, strict=True) for part in pair)
    return b"".join((*told, body[kept:])), [raw for row in rows for raw in row]


def stood_there(item: bytes, number: int, context: str) -> list[str]:
    """The raw hashes that *item*, as the stand-in with this *number*, stands for; none where it is no stand-in.

    Nor where the digest of what stands round it, *context*, is not theirs: they are to be read again then.
    """
    found = _STAND_IN.fullmatch(item)
    if not found or int(found[2]) != number:
        return []
    names = found[1].decode()
    raws = [names[at : at + RAW] for at in range(0, len(names), RAW)]
    return raws if all(raw.endswith(context) for raw in raws) else []
