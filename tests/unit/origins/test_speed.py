"""Each fold of a story with many sources is short, since the services fold between other tasks."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from monitor.messages import OriginKind, Span
from monitor.origins import Tally, fold, telling_of
from tests.make import article_stories, claim

MAX_SECONDS = 0.05
ARTICLES, SOURCES = 12, 40
Name = Callable[[int, int], str]


def folds(kind: OriginKind, who: Name, through: Name | None) -> list[float]:
    """Return the CPU seconds of the fold of each article of a story."""
    tally, outlets, seconds = Tally(), list[str](), list[float]()
    for article in range(ARTICLES):
        claims = tuple(
            replace(
                claim("denied" if source % 2 else "said", kind, who(article, source)),
                cue=Span("text", 9 * source, 9 * source + 4),
                through=through(article, source) if through else None,
            )
            for source in range(SOURCES)
        )
        outlets.append(f"outlet{article}")
        telling = telling_of(article_stories("A title", claims=claims, outlet=outlets[-1], source=outlets[-1]))
        start = time.process_time()
        tally = fold(tally, [telling], outlets)
        seconds.append(time.process_time() - start)
    return seconds


@pytest.mark.parametrize(
    ("kind", "who", "through"),
    [
        ("anonymous", lambda article, source: f"officials of town {article} x{source}", None),
        ("anonymous", lambda article, source: "officials " + " ".join(f"w{article}{source}{n}" for n in range(60)), None),
        ("named", lambda article, source: f"Ana{article} Ruiz{source} Lind{source % 7}", None),
        ("named", lambda article, source: f"Ana{article} Ruiz{source}", lambda article, source: f"Courier {article} {source}"),
        ("role", lambda article, source: f"minister of harbour {article} x{source}", None),
    ],
)
def test_a_fold_of_many_sources_is_short(kind: OriginKind, who: Name, through: Name | None) -> None:
    folds("named", lambda _, source: f"Bo Lind {source}", None)
    # The least of two, since other programs use the caches of the processor too.
    assert max(map(min, folds(kind, who, through), folds(kind, who, through))) < MAX_SECONDS
