"""Incremental parsing: take the known items out of a feed before it is sent to the parsing process. Pure functions.

A placeholder is left for each run of adjacent known items. It is an item whose text is their raw hashes, "/" and its own
number. scan.py checks that each placeholder is an item where it stands.
"""

import re
from collections.abc import Mapping
from hashlib import blake2b

DIGEST_DIGITS = 16
"""Hexadecimal digits of the digest of an item's bytes."""
RAW_HASH_DIGITS = DIGEST_DIGITS + 8
"""Hexadecimal digits of a raw hash: the digest of an item, then that of the tags around it."""
_ITEM_START = re.compile(rb"<((?:[\w.-]+:)?(?:item|entry))[\s>]")
_PLACEHOLDER = re.compile(rb"<[\w.:-]+>((?:[0-9a-f]{%d})+)/([0-9]{1,6})</[\w.:-]+>" % RAW_HASH_DIGITS)


def digest(item: bytes) -> str:
    """Return a hash of the bytes of an item."""
    return blake2b(item, digest_size=DIGEST_DIGITS // 2).hexdigest()


def replace_known_items(document: bytes, by_digest: Mapping[str, str]) -> tuple[bytes, list[str]]:
    """Return *document* with placeholders for its known items, and the raw hashes of those items.

    *by_digest* maps the digest of each known item to its raw hash. One pass guesses where items begin and end, and only
    compares bytes. The parser verifies the guess: it must find every placeholder as an item, in the order of their numbers.
    """
    first = _ITEM_START.search(document)
    if not first:
        return document, []
    start_tag, end_tag = b"<" + first[1], b"</" + first[1] + b">"
    gaps: list[bytes] = []
    runs: list[list[str]] = []
    copied, start = 0, first.start()
    while start >= 0 and (end := document.find(end_tag, start)) >= 0:
        stop = end + len(end_tag)
        if raw_hash := by_digest.get(digest(document[start:stop])):
            gap = document[copied:start]
            if runs and (not gap or gap.isspace()):
                runs[-1].append(raw_hash)
            else:
                gaps.append(gap)
                runs.append([raw_hash])
            copied = stop
        start = document.find(start_tag, stop)
    placeholders = (start_tag + f">{''.join(run)}/{number}".encode() + end_tag for number, run in enumerate(runs))
    pieces = (piece for pair in zip(gaps, placeholders, strict=True) for piece in pair)
    return b"".join((*pieces, document[copied:])), [raw_hash for run in runs for raw_hash in run]


def replaced_hashes(item: bytes, number: int, context: str) -> list[str]:
    """Return the raw hashes of the items that *item* replaces, [] if it is not the placeholder with this *number*.

    Also [] if *context*, the digest of the tags around it, differs from theirs: then they must be parsed again.
    """
    match = _PLACEHOLDER.fullmatch(item)
    if not match or int(match[2]) != number:
        return []
    joined = match[1].decode()
    raw_hashes = [joined[index : index + RAW_HASH_DIGITS] for index in range(0, len(joined), RAW_HASH_DIGITS)]
    return raw_hashes if all(raw_hash.endswith(context) for raw_hash in raw_hashes) else []
