"""Shingles (runs of words), and how much of one text is contained in another."""

from collections import Counter

from monitor.text.tokens import tokens

SHINGLE_WORDS = 4
"""Words in a shingle, as in the article extraction benchmark (github.com/scrapinghub/article-extraction-benchmark)."""

Shingles = Counter[tuple[str, ...]]


def shingles(text: str) -> Shingles:
    """Return the shingles of SHINGLE_WORDS folded words in *text* with their counts. A shorter text is one shingle."""
    words = tokens(text)
    last = max(0, len(words) - SHINGLE_WORDS)
    return Counter(words[start : start + SHINGLE_WORDS] for start in range(last + 1)) if words else Counter()


def share(part: Shingles, whole: Shingles) -> float:
    """Return how much of *part* is contained in *whole*, from 0 to 1; 1 if *part* is empty."""
    return (part & whole).total() / part.total() if part else 1.0
