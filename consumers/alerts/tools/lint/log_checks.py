"""What follows from the last days: terms never met, watches that raise the same, too many alerts. Pure."""

from collections.abc import Collection, Iterator

from consumers.alerts.query.ast import TEXT_TERMS, Term
from consumers.alerts.tools.lint.finding import Finding, of_term, of_watch
from consumers.alerts.tools.lint.usage import Asked, Listener
from monitor.config.durations import format_duration
from monitor.format import pluralize

SHARED = 0.8
"""The part of both watches' alerts that must be for the same stories, to be told."""
LEAST = 2
"""The fewest alerts that say anything of two watches."""
FLOOD = 100.0
"""Alerts a day that nobody reads any more."""


def dead(heard: Listener, known: Collection[tuple[str, Term | None]]) -> Iterator[Finding]:
    """A remark for each term that was never met, while another of its watch was; but for those *known* by watch and term."""
    most: dict[str, Asked] = {}
    for one in heard.asked:
        best = most.setdefault(one.query.watch.id, one)
        if one.met > best.met:
            most[one.query.watch.id] = one
    among = f"none of the {pluralize(heard.articles, 'article')} of the last {format_duration(heard.span)}"
    for one in heard.asked:
        best, watch = most[one.query.watch.id], one.query.watch
        if best.met and not one.met and (watch.id, one.term) not in known:
            ask = "is it spelt so?" if one.term.index_terms[0].field in TEXT_TERMS else "can a feed give it?"
            said = f"{one.term.text!r} was in {among}, while {best.term.text!r} was in {best.met:,}: {ask}"
            yield of_term("dead", watch, one.term, said)


def overlaps(heard: Listener, known: frozenset[frozenset[str]]) -> Iterator[Finding]:
    """A remark for each two watches that alerted at nearly the same stories, but for those *known* to ask for the same."""
    watches = {query.watch.id: query.watch for query in heard.queries}
    for (one, other), count in heard.shared.items():
        both = heard.raised[one], heard.raised[other]
        if min(both) >= LEAST and count >= SHARED * max(both) and frozenset({one, other}) not in known:
            said = f"{count} of its {pluralize(both[1], 'alert')} were at stories that watch {one!r} told too, in {both[0]}"
            yield of_watch("overlap", watches[other], f"{said}: are both needed?")


def floods(heard: Listener) -> Iterator[Finding]:
    """A remark for each watch that raises more than anybody reads."""
    for query in heard.queries:
        if (rate := heard.per_day(query.watch.id)) > FLOOD:
            said = f"about {rate:,.0f} alerts a day are to be expected: narrow it down with all, none, NEAR or a topic"
            yield of_watch("flood", query.watch, said)
