"""Leaves what is known out of a feed's body before it is sent to be parsed; a stand-in tells where it stood. Pure."""

import re
from collections.abc import Collection
from hashlib import blake2b

DIGITS = 16
"""Hexadecimal digits of an item's digest."""
_ITEM = re.compile(rb"<((?:[\w.-]+:)?(?:item|entry))[\s>]")
_STAND_IN = re.compile(rb"<[\w.:-]+>((?:[0-9a-f]{%d})+)/([0-9]{1,6})</[\w.:-]+>" % DIGITS)


def digest(item: bytes) -> str:
    """What tells the bytes of an item from those of another."""
    return blake2b(item, digest_size=DIGITS // 2).hexdigest()


def condense(body: bytes, known: Collection[str]) -> tuple[bytes, int]:
    """*body* without the items whose digest is *known*, and how many these are; where some stood in a row is a stand-in.

    Where items begin and end is only guessed, in one pass; whoever parses the rest with care sees whether that was right:
    the stand-ins, which are numbered, are items then, and all are there, in order.
    """
    found = _ITEM.search(body)
    if not found:
        return body, 0
    begin, end = b"<" + found[1], b"</" + found[1] + b">"
    pieces: list[bytes] = []
    rows: list[list[str]] = []
    kept, start = 0, found.start()
    while start >= 0 and (last := body.find(end, start)) >= 0:
        stop = last + len(end)
        name = digest(body[start:stop])
        if name in known:
            between = body[kept:start]
            if rows and (not between or between.isspace()):
                rows[-1].append(name)
            else:
                pieces.append(between)
                rows.append([name])
            kept = stop
        start = body.find(begin, stop)
    marks = (begin + f">{''.join(row)}/{number}".encode() + end for number, row in enumerate(rows))
    told = (part for pair in zip(pieces, marks, strict=True) for part in pair)
    return b"".join((*told, body[kept:])), sum(map(len, rows))


def stood_there(item: bytes, number: int) -> list[str]:
    """The digests of the items that *item*, as the stand-in with this *number*, stands for; none where it is no stand-in."""
    found = _STAND_IN.fullmatch(item)
    if not found or int(found[2]) != number:
        return []
    names = found[1].decode()
    return [names[at : at + DIGITS] for at in range(0, len(names), DIGITS)]
