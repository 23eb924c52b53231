"""Holds reading a part of a feed against reading the whole: ``python -m tests.differential FOLDER...``."""

import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from monitor.feeds.parsing.items import NotAFeed, ParsedFeed
from monitor.feeds.parsing.parse import FeedDocument, Incomplete, condensed, parse

TRIES = 12
"""Sets of known items that are tried for each feed, beside none, all, and all but the first or the last."""


def reduced(whole: ParsedFeed, known: frozenset[str]) -> ParsedFeed:
    """What must be read of a feed that reads as *whole*, where the items with the raw hashes *known* are passed over."""
    items = tuple(item for item in whole.items if item.raw not in known)
    skipped = tuple((number, item.raw) for number, item in enumerate(whole.items) if item.raw in known)
    return replace(whole, items=items, skipped=skipped)


def in_short(body: FeedDocument) -> ParsedFeed | None:
    """What *body* reads as when it is condensed; None where that cannot be told."""
    try:
        return parse(condensed(body))
    except Incomplete:
        return None


def choices(whole: ParsedFeed, chance: random.Random) -> Iterator[frozenset[str]]:
    """Sets of raw hashes to know beforehand."""
    raws = [item.raw for item in whole.items if item.raw]
    yield from (frozenset(raws), frozenset(raws[1:]), frozenset(raws[:-1]))
    for _ in range(TRIES):
        share = chance.random()
        yield frozenset(raw for raw in raws if chance.random() < share)


def differs(body: bytes, chance: random.Random) -> str:
    """What became of *body*: "no feed", "read whole" where no part can be left out, "equal", or where the readings part."""
    try:
        whole = parse(FeedDocument(body))
    except NotAFeed:
        return "no feed"
    if not any(item.raw for item in whole.items):
        return "read whole" if whole.items else "empty"
    for known in choices(whole, chance):
        part, expected = parse(FeedDocument(body, known=known)), reduced(whole, known)
        if part not in (expected, whole):
            return f"DIFFERS where {len(known)} of {len(whole.items)} are known"
        if in_short(FeedDocument(body, known=known)) not in (part, None):
            return f"DIFFERS condensed where {len(known)} of {len(whole.items)} are known"
        if part == expected and [item.raw for item in part.items] != [item.raw for item in expected.items]:
            return "DIFFERS in the hashes"
    return "equal"


def files(folders: Iterable[str]) -> Iterator[Path]:
    """All files in *folders*, however deep."""
    for folder in folders:
        yield from sorted(path for path in Path(folder).rglob("*") if path.is_file())


def main(folders: list[str]) -> int:
    """Print a count of each outcome, and each feed that differs."""
    chance, outcomes = random.Random(1), Counter[str]()
    for path in files(folders):
        outcome = differs(path.read_bytes(), chance)
        outcomes[outcome.partition(" where ")[0]] += 1
        if outcome.startswith("DIFFERS"):
            print(f"{path}: {outcome}")
    for outcome, count in outcomes.most_common():
        print(f"{count:6} {outcome}")
    return any(outcome.startswith("DIFFERS") for outcome in outcomes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
