"""The origins of an alert's version. Pure, and computed once for all watches that an article matches."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

from monitor.messages import Alert, ArticleStories, Report
from monitor.origins import Tally, Telling, fold, standing_of, telling_of, telling_of_report

Result = TypeVar("Result")
MAX_FOLDS = 256
"""The most folds that are remembered. The alerts for one story mostly have the same earlier origins."""


def with_origins(alert: Alert, previous: Alert | None, message: ArticleStories, held_reports: Sequence[Report]) -> Alert:
    """Return *alert*, the version after *previous* that *message* makes, with its origins and how it stands by them."""
    earlier: Sequence[Report] = previous.articles if previous else held_reports
    tally, articles = Tally(), tuple(each.id for each in earlier)
    if previous and previous.standing:
        tally, earlier = Tally(previous.origins, previous.origin_count or 0), ()
    # Of a version without origins, and of held articles, the attributions are known.
    tellings = (*map(telling_of_report, earlier), _telling_of(message))
    tally = _fold(tally, tellings, previous.outlets if previous else (), articles)
    return replace(alert, origins=tally.origins, origin_count=tally.count, standing=standing_of(tally.origins))


def once_for_each(function: Callable[[ArticleStories], Result]) -> Callable[[ArticleStories], Result]:
    """Return *function* with the result for the latest message remembered. Messages are compared by identity."""
    latest: tuple[ArticleStories, Result] | None = None

    def result_for(message: ArticleStories) -> Result:
        nonlocal latest
        known = latest
        if known is None or known[0] is not message:
            known = latest = message, function(message)
        return known[1]

    return result_for


_telling_of = once_for_each(telling_of)


@lru_cache(maxsize=MAX_FOLDS)
def _fold(tally: Tally, tellings: tuple[Telling, ...], outlets: tuple[str, ...], articles: tuple[str, ...]) -> Tally:
    return fold(tally, tellings, outlets, articles)
