"""The command `newsmonitor watch lint`: runs the checks, and estimates how many alerts each watch will raise."""

import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from consumers.alerts.matching.compile import (
    CompiledWatch,
    compile_watch,
    list_problems,
    query_problem,
)
from consumers.alerts.matching.resolve import lookups_for
from consumers.alerts.tools.backtest.run import backtest, warm_up
from consumers.alerts.tools.lint.checks import check_watch
from consumers.alerts.tools.lint.finding import Finding, list_finding, query_finding
from consumers.alerts.tools.lint.log_checks import DAY, Usage, find_dead_terms, find_floods, find_overlaps
from consumers.alerts.tools.lint.overlap_checks import find_duplicates
from monitor.bus import Bus, Transient, backends
from monitor.cli.progress import progress_bar
from monitor.cli.shared import echo_json, with_bus
from monitor.clock import utc
from monitor.config import Config, durations
from monitor.config.files import ConfigFiles, locate_problems, read_files
from monitor.config.load import parse_files
from monitor.escape import printable
from monitor.format import pluralize
from monitor.output import echo
from monitor.runtime import registry
from monitor.runtime.connection import bus_address


def lint_watches(path: Path, since: timedelta, *, json: bool) -> None:
    """Print the findings of all checks, and the expected number of alerts.

    Exit with code 1 if there is a finding other than a note.
    """
    files = read_files(path)
    config = parse_files(files, registry.extensions())
    compiled_watches, findings = _compile(config)
    findings += [finding for compiled in compiled_watches for finding in check_watch(compiled, config)]
    duplicates = {watch_ids: finding for finding, watch_ids in find_duplicates(compiled_watches)}
    findings += duplicates.values()
    usage = _replay(config, compiled_watches, since)
    if usage.article_count:
        reported = {(each.problem.watch, each.term) for each in findings if each.term and each.kind in {"contained", "dead"}}
        findings += [*find_dead_terms(usage, reported), *find_overlaps(usage, frozenset(duplicates)), *find_floods(usage)]
    _print_findings(path, files, findings, json=json)
    _print_rates(usage, since, json=json)
    if any(finding.kind != "note" for finding in findings):
        sys.exit(1)


def _compile(config: Config) -> tuple[list[CompiledWatch], list[Finding]]:
    """Return the valid watches in compiled form, and the findings about the others."""
    lookups = lookups_for(config)
    compiled_watches: list[CompiledWatch] = []
    findings: list[Finding] = []
    for watch in config.watches:
        if error := query_problem(watch, lookups):
            findings.append(query_finding("wrong", watch, error))
        elif problems := list_problems(watch, lookups):
            findings += [list_finding("wrong", watch, problem) for problem in problems]
        else:
            compiled_watches.append(compile_watch(watch, lookups))
    return compiled_watches, findings


def _replay(config: Config, compiled_watches: Sequence[CompiledWatch], since: timedelta) -> Usage:
    """Return the counts over the articles of the log since *since* ago; zero counts if there is no log."""
    usage = Usage(compiled_watches, warm_up([config]))
    if backends.missing(bus_address(config)):
        return usage

    async def replay(bus: Bus) -> None:
        now = utc()
        with progress_bar("replaying", now - since - usage.keep, now) as advance:
            async for step in backtest(bus, [config], now - since, now):
                advance(step.log_time)
                if step.in_range:
                    if step.message:
                        usage.add_article(step.message)
                    usage.add_alerts(step.alerts[0])

    try:
        with_bus(config, replay)
    except Transient as error:
        echo(f"the log cannot be read: {error}", err=True)
    return usage


def _print_findings(path: Path, files: ConfigFiles, findings: Sequence[Finding], *, json: bool) -> None:
    located = zip(locate_problems(files, [finding.problem for finding in findings]), findings, strict=True)
    for problem, finding in sorted(located, key=lambda pair: (str(pair[0].file or ""), pair[0].line, pair[0].column)):
        if json:
            location = {"file": str(problem.file or path), "line": problem.line, "column": problem.column}
            echo_json("finding.v1", {"kind": finding.kind, **location, "watch": problem.watch, "problem": problem.text})
        else:
            echo(f"{problem.location(path)}: {problem.text}")


def _print_rates(usage: Usage, since: timedelta, *, json: bool) -> None:
    """Print the number of alerts of each watch, and the mean per day."""
    if not usage.article_count:
        period = durations.format_duration(since)
        echo(f"the log holds no article from the last {period}, so only the watches themselves were checked", err=True)
        return
    days = usage.span / DAY
    if not json:
        articles = pluralize(usage.article_count, "article")
        echo(f"expected, from {articles} of {durations.format_duration(usage.span)}:")
    for compiled in usage.compiled_watches:
        watch_id = compiled.watch.id
        count, per_day = usage.alerts[watch_id], usage.alerts_per_day(watch_id)
        if json:
            echo_json(
                "finding.v1", {"kind": "volume", "watch": watch_id, "alerts": count, "days": round(days, 3), "per_day": per_day}
            )
        else:
            rate = f"{per_day:,.1f} alerts a day" if days >= 1 else "less than a day of articles gives no daily rate"
            echo(f"    {printable(watch_id)}: {rate} ({pluralize(count, 'alert')})")
