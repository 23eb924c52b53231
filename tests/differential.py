"""Compare incremental parsing of feeds with parsing them whole: ``python -m tests.differential FOLDER...``."""

import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from monitor.feeds.parsing.items import NotAFeed, ParsedFeed
from monitor.feeds.parsing.parse import AmbiguousReduction, FeedDocument, parse, reduce_document

RANDOM_SETS = 12
"""Random sets of known items tried for each feed, besides all, all but the first, and all but the last."""


def without_known(whole: ParsedFeed, known_hashes: frozenset[str]) -> ParsedFeed:
    """Return the feed *whole* as expected if the items with the raw hashes *known_hashes* are skipped."""
    items = tuple(item for item in whole.items if item.raw not in known_hashes)
    skipped = tuple((index, item.raw) for index, item in enumerate(whole.items) if item.raw in known_hashes)
    return replace(whole, items=items, skipped=skipped)


def parse_reduced(document: FeedDocument) -> ParsedFeed | None:
    """Return the feed in the reduced *document*, None if it is ambiguous."""
    try:
        return parse(reduce_document(document))
    except AmbiguousReduction:
        return None


def known_sets(whole: ParsedFeed, rng: random.Random) -> Iterator[frozenset[str]]:
    """Yield sets of raw hashes of known items."""
    raw_hashes = [item.raw for item in whole.items if item.raw]
    yield from (frozenset(raw_hashes), frozenset(raw_hashes[1:]), frozenset(raw_hashes[:-1]))
    for _ in range(RANDOM_SETS):
        share = rng.random()
        yield frozenset(raw_hash for raw_hash in raw_hashes if rng.random() < share)


def compare(body: bytes, rng: random.Random) -> str:
    """Compare parsing *body* incrementally with parsing it whole.

    Return "not a feed", "empty" (no items), "parsed whole" (no item can be skipped), "equal" or "DIFFERS ...".
    """
    try:
        whole = parse(FeedDocument(body))
    except NotAFeed:
        return "not a feed"
    if not any(item.raw for item in whole.items):
        return "parsed whole" if whole.items else "empty"
    for known_hashes in known_sets(whole, rng):
        part, expected = parse(FeedDocument(body, known_hashes=known_hashes)), without_known(whole, known_hashes)
        if part not in (expected, whole):
            return f"DIFFERS if {len(known_hashes)} of {len(whole.items)} are known"
        if parse_reduced(FeedDocument(body, known_hashes=known_hashes)) not in (part, None):
            return f"DIFFERS when reduced if {len(known_hashes)} of {len(whole.items)} are known"
        if part == expected and [item.raw for item in part.items] != [item.raw for item in expected.items]:
            return "DIFFERS in the hashes"
    return "equal"


def files(folders: Iterable[str]) -> Iterator[Path]:
    """Yield all files in *folders* and their subfolders."""
    for folder in folders:
        yield from sorted(path for path in Path(folder).rglob("*") if path.is_file())


def main(folders: list[str]) -> int:
    """Print how often each outcome occurs, and each feed that differs. Return 1 if one does."""
    rng, outcomes = random.Random(1), Counter[str]()
    for path in files(folders):
        outcome = compare(path.read_bytes(), rng)
        outcomes[outcome.partition(" if ")[0]] += 1
        if outcome.startswith("DIFFERS"):
            print(f"{path}: {outcome}")
    for outcome, count in outcomes.most_common():
        print(f"{count:6} {outcome}")
    return any(outcome.startswith("DIFFERS") for outcome in outcomes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
