"""A fold of a story with many sources does little, since the services fold between other tasks."""

import cProfile
import pstats
from collections.abc import Callable
from dataclasses import replace

import pytest

from monitor.messages import OriginKind, Span
from monitor.origins import Tally, fold, telling_of
from tests.make import article_stories, claim

ARTICLES, SOURCES = 12, 40
Name = Callable[[int, int], str]


def folds(kind: OriginKind, who: Name, through: Name | None) -> list[int]:
    """Return the number of calls of functions in the fold of each article of a story."""
    tally, outlets, calls = Tally(), list[str](), list[int]()
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
        profile = cProfile.Profile()
        tally = profile.runcall(fold, tally, [telling], outlets)
        calls.append(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]
    return calls


@pytest.mark.parametrize(
    ("kind", "who", "through", "most"),
    [
        ("anonymous", lambda article, source: f"officials of town {article} x{source}", None, 40_000),
        (
            "anonymous",
            lambda article, source: "officials " + " ".join(f"w{article}{source}{n}" for n in range(60)),
            None,
            350_000,
        ),
        ("named", lambda article, source: f"Ana{article} Ruiz{source} Lind{source % 7}", None, 45_000),
        (
            "named",
            lambda article, source: f"Ana{article} Ruiz{source}",
            lambda article, source: f"Courier {article} {source}",
            100_000,
        ),
        ("role", lambda article, source: f"minister of harbour {article} x{source}", None, 300_000),
    ],
)
def test_a_fold_of_many_sources_calls_few_functions(kind: OriginKind, who: Name, through: Name | None, most: int) -> None:
    folds("named", lambda _, source: f"Bo Lind {source}", None)
    assert max(folds(kind, who, through)) < most


@pytest.mark.parametrize("text", ["Ana Ruiz, who said so. ", "a. B", "Mr. J. K. "])
def test_what_is_commentary_is_read_once_for_an_article_with_many_claims(text: str) -> None:
    length = 2_400
    claims = tuple(
        replace(
            claim("said", "named", f"Ana{source} Ruiz{source}"),
            cue=Span("text", length * source, length * source + 4),
            words_at=Span("text", length * source + 4, length * source + length),
        )
        for source in range(SOURCES)
    )
    article = article_stories("A title", (text * length * SOURCES)[: length * SOURCES], claims=claims)
    telling_of(article)
    profile = cProfile.Profile()
    profile.runcall(telling_of, article)
    assert pstats.Stats(profile).total_calls < 60_000  # type: ignore[attr-defined]
