"""Words near each other: which places of one part stand close to a place of the next."""

from bisect import bisect_left
from collections.abc import Callable, Sequence

from consumers.alerts.matching.document import Place
from consumers.alerts.query.ast import Link

Chain = tuple[Place, ...]
"""A place for each part, each close to the one before."""


def near(parts: Sequence[Sequence[Place]], links: Sequence[Link], same_field: Callable[[Place, Place], bool]) -> Chain | None:
    """The first chain of places, one of each of *parts* (in order), that *links* allow; None where there is none.

    Places that overlap are not near each other. Takes time in proportion to the places, times how far is near.
    """
    chains: list[Chain] = [(place,) for place in parts[0]]
    for part, link in zip(parts[1:], links, strict=True):
        chains = _longer(chains, part, link, same_field)
    return chains[0] if chains else None


def _longer(
    chains: Sequence[Chain], part: Sequence[Place], link: Link, same_field: Callable[[Place, Place], bool]
) -> list[Chain]:
    """For each place of *part* a chain that ends there, if one of *chains* can go on with it."""
    ends = [chain[-1] for chain in chains]
    starts = [start for start, _ in ends]
    longest = max((end - start for start, end in ends), default=0)
    found = []
    for place in part:
        for index in range(bisect_left(starts, place[0] - link.gap - longest), len(ends)):
            before = ends[index]
            if before[0] > (place[0] if link.ordered else place[1] + link.gap):
                break
            if _close(before, place, link) and same_field(before, place):
                found.append((*chains[index], place))
                break
    return found


def _close(before: Place, place: Place, link: Link) -> bool:
    if place[0] >= before[1]:
        return place[0] - before[1] <= link.gap
    return not link.ordered and before[0] >= place[1] and before[0] - place[1] <= link.gap
