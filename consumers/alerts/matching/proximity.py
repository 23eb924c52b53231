"""Proximity search (NEAR): positions of several operands, each near the one before."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import TypeAlias

from consumers.alerts.matching.word_graph import TokenRange
from consumers.alerts.query.ast import NearOperator

Chain = tuple[TokenRange, ...]
"""A position for each operand, each near the one before."""
InSamePart = Callable[[TokenRange, TokenRange], bool]
"""Whether two positions are both in the title, or both in the text."""
_Link: TypeAlias = "tuple[TokenRange, _Link | None]"
"""The last position of a chain, and the chain before it. Chains share their beginnings, so a link is all that one adds."""


def first_chain(
    positions: Sequence[Sequence[TokenRange]], operators: Sequence[NearOperator], in_same_part: InSamePart
) -> Chain | None:
    """Return the first chain that *operators* allow, or None. positions[i] are those of the i-th operand, in order.

    Overlapping positions are not near each other. The time is proportional to the number of positions times the distances.
    """
    links: Sequence[_Link] = [(position, None) for position in positions[0]]
    for candidates, operator in zip(positions[1:], operators, strict=True):
        links = _extend(links, candidates, operator, in_same_part)
    return _chain(links[0]) if links else None


def _extend(
    links: Sequence[_Link], candidates: Sequence[TokenRange], operator: NearOperator, in_same_part: InSamePart
) -> list[_Link]:
    """Return chains that are longer by one candidate: for each candidate the first of *links* that *operator* allows."""
    ends = [position for position, _ in links]
    starts = [start for start, _ in ends]
    longest = max((end - start for start, end in ends), default=0)
    extended: list[_Link] = []
    for candidate in candidates:
        for index in range(bisect_left(starts, candidate[0] - operator.distance - longest), len(ends)):
            previous = ends[index]
            if previous[0] > (candidate[0] if operator.ordered else candidate[1] + operator.distance):
                break
            if _is_near(previous, candidate, operator) and in_same_part(previous, candidate):
                extended.append((candidate, links[index]))
                break
    return extended


def _chain(link: _Link) -> Chain:
    """Return the positions of the whole chain that ends with *link*."""
    positions = []
    before: _Link | None = link
    while before:
        position, before = before
        positions.append(position)
    return tuple(reversed(positions))


def _is_near(left: TokenRange, right: TokenRange, operator: NearOperator) -> bool:
    if right[0] >= left[1]:
        return right[0] - left[1] <= operator.distance
    return not operator.ordered and left[0] >= right[1] and left[0] - right[1] <= operator.distance
