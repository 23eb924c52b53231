"""Runs of words, and what two texts have of them in common."""

from collections import Counter

from monitor.text.tokens import tokens

SIZE = 4
"""Words in a run: as the article extraction benchmark (github.com/scrapinghub/article-extraction-benchmark) has it."""

Shingles = Counter[tuple[str, ...]]


def shingles(text: str) -> Shingles:
    """Every run of SIZE folded words in *text*, counted; a shorter text is one run."""
    folded = tokens(text)
    return Counter(folded[at : at + SIZE] for at in range(max(1, len(folded) - SIZE + 1))) if folded else Counter()


def share(part: Shingles, whole: Shingles) -> float:
    """How much of *part* is in *whole*, from 0 to 1; all of it where there is nothing in *part*."""
    return (part & whole).total() / part.total() if part else 1.0
