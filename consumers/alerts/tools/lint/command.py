"""`newsmonitor watch lint`: what in the watches may be meant otherwise, and how many alerts to expect."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import click

from consumers.alerts.matching.compile import Query, compile_watch, problems, query_hints, query_problem
from consumers.alerts.matching.lookups import lookups
from consumers.alerts.tools.backtest.run import backtest, warm_up
from consumers.alerts.tools.lint.alike import alike
from consumers.alerts.tools.lint.ambiguous import ambiguous
from consumers.alerts.tools.lint.contained import contained
from consumers.alerts.tools.lint.country import dead_countries
from consumers.alerts.tools.lint.finding import Finding, of_list, of_query
from consumers.alerts.tools.lint.log_checks import dead, floods, overlaps
from consumers.alerts.tools.lint.usage import Listener
from monitor.bus import Bus, Transient, backends
from monitor.cli.shared import as_json, echo_json, progress_bar, since_option, with_bus
from monitor.clock import utc
from monitor.config import Config, durations
from monitor.config.files import ConfigFiles, locate_problems, read_files
from monitor.config.load import parse_files
from monitor.config.problems import InvalidConfig
from monitor.format import pluralize, printable
from monitor.runtime import registry
from monitor.runtime.runner import address


@click.command("lint")
@since_option
@as_json
@click.pass_obj
def lint_command(path: Path, since: timedelta, json: bool) -> None:  # noqa: FBT001  (click gives flags so)
    """Tell what in the watches may be meant otherwise, and how many alerts each will raise.

    Short names that many have, terms that add nothing or were never met, watches that overlap; by the watches' own
    words, and by the articles that the log still holds. Exit code 1 where it found something.
    """
    files = read_files(path)
    config = parse_files(files, registry.extensions())
    if wrong := [problem for problem in locate_problems(files, registry.check(config)) if problem.watch is None]:
        raise InvalidConfig(wrong)
    queries, remarks = _compiled(config)
    remarks += _by_words(queries, config)
    same = {ids: remark for remark, ids in alike(queries)}
    remarks += same.values()
    heard = _listen(config, queries, since)
    if heard.articles:
        told = {
            (remark.finding.watch, remark.term) for remark in remarks if remark.term and remark.kind in {"contained", "dead"}
        }
        remarks += [*dead(heard, told), *overlaps(heard, frozenset(same)), *floods(heard)]
    _tell(path, files, remarks, json=json)
    _tell_volume(heard, since, json=json)
    if remarks:
        sys.exit(1)


def _compiled(config: Config) -> tuple[list[Query], list[Finding]]:
    """The watches that can be used, and what is wrong with the others."""
    found, queries, remarks = lookups(config), [], []
    for watch in config.watches:
        if bad := query_problem(watch, found):
            remarks.append(of_query("wrong", watch, bad))
        elif wrong := problems(watch, found):
            remarks += [of_list("wrong", watch, problem) for problem in wrong]
        else:
            queries.append(compile_watch(watch, found))
    return queries, remarks


def _by_words(queries: Iterable[Query], config: Config) -> Iterator[Finding]:
    """What the watches say by themselves."""
    countries = frozenset(feed.country.casefold() for feed in config.feeds if feed.country)
    for query in queries:
        yield from ambiguous(query)
        yield from contained(query)
        if config.feeds:
            yield from dead_countries(query, countries)
        if query.watch.query:
            yield from (of_query("lower-case", query.watch, hint) for hint in query_hints(query.watch))


def _listen(config: Config, queries: Sequence[Query], since: timedelta) -> Listener:
    """What the log says; nothing where there is none."""
    heard = Listener(queries, warm_up([config]))
    if backends.missing(address(config)):
        return heard

    async def replay(bus: Bus) -> None:
        now = utc()
        with progress_bar("replaying", now - since - heard.keep, now) as advance:
            async for each in backtest(bus, [config], now - since, now):
                advance(each.at)
                if each.counts and each.message:
                    heard.hear(each.message)
                heard.take(each.raised[0] if each.counts else ())

    try:
        with_bus(config, replay)
    except Transient as error:
        click.echo(f"the log cannot be read: {error}", err=True)
    return heard


def _tell(path: Path, files: ConfigFiles, remarks: Sequence[Finding], *, json: bool) -> None:
    told = zip(locate_problems(files, [remark.finding for remark in remarks]), remarks, strict=True)
    for problem, remark in sorted(told, key=lambda pair: (str(pair[0].file or ""), pair[0].line, pair[0].column)):
        if json:
            where = {"file": str(problem.file or path), "line": problem.line, "column": problem.column}
            echo_json({"kind": remark.kind, **where, "watch": problem.watch, "problem": problem.text})
        else:
            click.echo(f"{problem.location(path)}: {problem.text}")


def _tell_volume(heard: Listener, since: timedelta, *, json: bool) -> None:
    """How many alerts each watch raised, and what that makes in a day."""
    if not heard.articles:
        period = durations.format_duration(since)
        click.echo(f"the log holds no article from the last {period}, so only the watches themselves were checked", err=True)
        return
    days = heard.span / timedelta(days=1)
    if not json:
        click.echo(f"expected, by {pluralize(heard.articles, 'article')} of {durations.format_duration(heard.span)}:")
    for query in heard.queries:
        watch = query.watch.id
        count = heard.raised[watch]
        if json:
            echo_json(
                {"kind": "volume", "watch": watch, "alerts": count, "days": round(days, 3), "per_day": heard.per_day(watch)}
            )
        else:
            rate = f"{heard.per_day(watch):,.1f} alerts a day" if days >= 1 else "less than a day is too little to tell"
            click.echo(f"    {printable(watch)}: {rate} ({pluralize(count, 'alert')})")
