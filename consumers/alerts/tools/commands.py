"""The commands that the alerts service adds. What they need is imported when they run, so that the help starts fast."""

from datetime import timedelta
from pathlib import Path

import click

from monitor.cli.options import as_json, since_option


@click.command("explain", short_help="Explain why a watch matches an article, or why not.")
@click.argument("article")
@click.argument("watch", required=False)
@click.option("--query", help="A query to explain instead of a watch, in the language of docs/watches.md.")
@as_json
@click.pass_obj
def explain(path: Path, article: str, watch: str | None, query: str | None, json: bool) -> None:  # noqa: FBT001  (a command-line flag)
    """Explain why WATCH matches ARTICLE, or why it does not.

    Shows for each part whether it holds, with the words that match or the nearest words. ARTICLE is the id of an article in
    article.stories.v1, or a JSON file with such a message or with {"title": ..., "text": ...}. The exit code is 1 if the
    watch does not match.
    """
    if (watch is None) == (query is None):
        raise click.UsageError("give either the id of a watch or --query")
    from consumers.alerts.tools.explain import explain_article

    explain_article(path, article, watch, query, json=json)


@click.command("backtest", short_help="Show the alerts that watches would have raised.")
@click.option("--watch", help="Only this watch.")
@click.option("--query", help="A query to try, in the language of docs/watches.md: instead of the words of --watch, or alone.")
@since_option
@click.option(
    "--config",
    "edited_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="An edited config to try instead of the current one.",
)
@click.option(
    "--diff", is_flag=True, help="Show which alerts the edit adds and removes; without an edit, compare with the log."
)
@click.option("--limit", type=click.IntRange(min=0), default=20, show_default=True, help="The most alerts in the table.")
@as_json
@click.pass_obj
def backtest(
    path: Path,
    watch: str | None,
    query: str | None,
    since: timedelta,
    edited_file: Path | None,
    diff: bool,  # noqa: FBT001  (a command-line flag)
    limit: int,
    json: bool,  # noqa: FBT001  (a command-line flag)
) -> None:
    """Show the alerts that the watches would have raised from the articles that the log still holds.

    The backtest runs the alerts service itself; it joins no consumer group and publishes nothing. --diff compares the current
    config with --config FILE or --query; without either, it compares what was raised (alert.v1) with what the current config
    would raise.
    """
    if diff and query is not None and watch is None:
        raise click.UsageError("--diff with --query needs --watch: the watch whose words the query replaces")
    from consumers.alerts.tools.backtest.command import show_alerts, show_differences

    show = show_differences if diff else show_alerts
    show(path, edited_file, watch, query, since, limit, json=json)


@click.command("lint", short_help="Find likely mistakes in valid watches.")
@since_option
@as_json
@click.pass_obj
def lint(path: Path, since: timedelta, json: bool) -> None:  # noqa: FBT001  (a command-line flag)
    """Find likely mistakes in valid watches, and estimate how many alerts each watch raises.

    Reports names that are too short, terms that add nothing or are never found, and watches that overlap. The checks use the
    watches themselves and the articles that the log still holds. The exit code is 1 if there is a finding
    other than a note.
    """
    from consumers.alerts.tools.lint.command import lint_watches

    lint_watches(path, since, json=json)
