"""All checks of a watch that need no articles."""

from collections.abc import Iterator

from consumers.alerts.matching.compile import CompiledWatch, list_hints, query_hints
from consumers.alerts.tools.lint.finding import Finding, list_finding, query_finding
from consumers.alerts.tools.lint.overlap_checks import find_contained
from consumers.alerts.tools.lint.spelling_checks import find_look_alikes, find_mixed_scripts, find_unknown_names, find_word_like
from consumers.alerts.tools.lint.term_checks import find_ambiguous, find_unknown_countries
from monitor.config import Config

CHECKS = (find_ambiguous, find_word_like, find_contained, find_mixed_scripts, find_look_alikes, find_unknown_names)
"""The checks that need no config."""


def check_watch(compiled: CompiledWatch, config: Config) -> Iterator[Finding]:
    """Yield the findings about one watch, which must be valid."""
    for check in CHECKS:
        yield from check(compiled)
    if config.feeds:
        countries = frozenset(feed.country.casefold() for feed in config.feeds if feed.country)
        yield from find_unknown_countries(compiled, countries)
    yield from (list_finding(kind, compiled.watch, hint) for kind, hint in list_hints(compiled.watch))
    if compiled.watch.query:
        yield from (query_finding(kind, compiled.watch, hint) for kind, hint in query_hints(compiled.watch))
