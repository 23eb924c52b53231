"""The articles with which the poller reports the health of a feed."""

from typing import Protocol

HEALTH = "health:"
"""Prefix of the flag of such an article."""


class Flagged(Protocol):
    """An article, or the part of one that has its flags."""

    @property
    def flags(self) -> tuple[str, ...]:
        """See Article."""


def health_of(article: Flagged) -> str | None:
    """Return the health event that *article* reports on its feed, such as ``failing``; None for an article of the feed."""
    return next((flag.removeprefix(HEALTH) for flag in article.flags if flag.startswith(HEALTH)), None)
