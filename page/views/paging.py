"""A long list on pages, with a field that finds its rows by their words. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

PAGE_ROWS = 100
MAX_QUERY = 200
MAX_DIGITS = 7

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Paged(Generic[T]):
    """The *rows* of one page: from the row *first* on, counted from 1, of *found* that have the words of *query*, of *total*.

    *previous* and *following* are the URLs of the pages beside it; None if there is none.
    """

    rows: tuple[T, ...]
    query: str
    first: int
    found: int
    total: int
    previous: str | None
    following: str | None

    @property
    def is_whole(self) -> bool:
        """Whether the page shows all that there is."""
        return len(self.rows) == self.total


def page_of(rows: Sequence[T], text_of: Callable[[T], str], path: str, asked: Mapping[str, str]) -> Paged[T]:
    """Return the page of *rows* that is *asked* for.

    `q` has the words that rows have in the text *text_of*, and `from` is the first row. *path* is where the list stands.
    """
    query = asked.get("q", "").strip()[:MAX_QUERY]
    words = query.casefold().split()
    found = [row for row in rows if all(word in text_of(row).casefold() for word in words)] if words else rows
    number = asked.get("from", "")
    start = int(number) if number.isascii() and number.isdigit() and len(number) <= MAX_DIGITS else 1
    first = min(max(start, 1), max(len(found), 1))
    shown = tuple(found[first - 1 : first - 1 + PAGE_ROWS])

    def url(begin: int) -> str:
        return f"{path}?{urlencode(({'q': query} if query else {}) | {'from': begin})}"

    previous = url(max(first - PAGE_ROWS, 1)) if first > 1 else None
    following = url(first + PAGE_ROWS) if first - 1 + PAGE_ROWS < len(found) else None
    return Paged(shown, query, first, len(found), len(rows), previous, following)
