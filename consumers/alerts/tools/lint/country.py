"""Countries that no feed is of. Pure."""

from collections.abc import Iterator

from consumers.alerts.matching.compile import CompiledWatch
from consumers.alerts.tools.lint.finding import Finding, of_term, positive


def dead_countries(query: CompiledWatch, countries: frozenset[str]) -> Iterator[Finding]:
    """A remark for each country of which there is no feed; *countries* are the feeds', in lower case."""
    for term in positive(query.ast):
        if term.clause == "country" and term.text.casefold() not in countries:
            said = f"no feed has the country {term.text!r}, so this never holds: set country in its [[feeds]], or remove it"
            yield of_term("dead", query.watch, term, said)
