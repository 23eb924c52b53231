"""Initials: J. K. Rowling, J.K. Rowling and JK Rowling are one name."""

from collections.abc import Iterator, Sequence


def join_initials(words: Sequence[str]) -> tuple[str, ...]:
    """Return the folded *words* of a name with the letters of its initials as one word: ("jk", "rowling")."""
    return tuple(_joined(words))


def _joined(words: Sequence[str]) -> Iterator[str]:
    initials = ""
    for word in words:
        if len(word) == 1 and word.isalpha() and word.lower() != word.upper():
            initials += word
            continue
        if initials:
            yield initials
        initials = ""
        yield word
    if initials:
        yield initials
