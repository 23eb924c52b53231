"""`newsmonitor export`: write the alerts or the articles of the log to a file, for other programs."""

import sys
from collections.abc import AsyncIterable, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import get_args

import click

from monitor.bus import Bus
from monitor.cli.alerts import no_such_watch
from monitor.cli.options import since_option
from monitor.cli.shared import decode_all, format_message, missing_bus, read_bus, read_config
from monitor.clock import utc
from monitor.config import Config
from monitor.export.atom import ATOM
from monitor.export.feed import FeedFormat, feed_parts, make_entry, make_head, page_link
from monitor.export.json_feed import JSON_FEED
from monitor.export.newest import newest_texts
from monitor.export.ninjs import write_ninjs
from monitor.export.replacing import replacing
from monitor.export.table import table_header, table_row
from monitor.messages import Alert, ArticleStories, Severity, health_of
from monitor.output import echo, echo_data
from monitor.terminal.board import AlertFilter

Write = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Selection:
    """The alerts to write. *url* is where readers will get a feed of them, if that is known."""

    since: timedelta
    shown: AlertFilter
    url: str | None = None


Format = Callable[[AsyncIterable[Alert], Selection, Write], Awaitable[None]]


async def _write_json_lines(alerts: AsyncIterable[Alert], _: Selection, write: Write) -> None:
    async for alert in alerts:
        write(f"{format_message(alert)}\n")


async def _write_table(alerts: AsyncIterable[Alert], _: Selection, write: Write) -> None:
    write(table_header())
    async for alert in alerts:
        write(table_row(alert))


def _feed(form: FeedFormat) -> Format:
    """Return the format that writes the newest version of each alert, the newest first, as *form* does."""

    async def write_newest(alerts: AsyncIterable[Alert], selection: Selection, write: Write) -> None:
        shown = selection.shown
        with newest_texts() as texts:
            async for alert in alerts:
                texts.put(alert.id, alert.updated, form.entry(make_entry(alert)))
            head = make_head(shown.watches, shown.severities, texts.latest() or utc(), selection.url)
            for part in feed_parts(form, head, texts):
                write(part)

    return write_newest


FORMATS: Mapping[str, Format] = {
    "jsonl": _write_json_lines,
    "csv": _write_table,
    "atom": _feed(ATOM),
    "jsonfeed": _feed(JSON_FEED),
}
"""The functions that write alerts, by the name of the format."""
ARTICLE_FORMATS: Mapping[str, Callable[[ArticleStories], str]] = {"ninjs": write_ninjs}
"""The functions that return an article as text, by the name of the format."""
FEEDS = ("atom", "jsonfeed")
"""The formats of feeds, which may name where they are."""


def _check_url(_: click.Context, __: click.Parameter, url: str | None) -> str | None:
    if url is not None and page_link(url) is None:
        raise click.BadParameter("it is no URL of the web: write one such as https://example.org/alerts.atom")
    return url


@click.command()
@since_option
@click.option("--watch", "watches", multiple=True, help="Only the alerts of this watch. May be given several times.")
@click.option(
    "--severity",
    "severities",
    multiple=True,
    type=click.Choice(get_args(Severity)),
    help="Only the alerts of this severity. May be given several times.",
)
@click.option(
    "--format",
    "form",
    default="jsonl",
    show_default=True,
    type=click.Choice([*FORMATS, *ARTICLE_FORMATS]),
    help="What to write.",
)
@click.option("--url", callback=_check_url, help="Where readers will get the feed, which it then names (atom and jsonfeed).")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file, not to standard output.")
@click.pass_obj
def export(
    path: Path,
    since: timedelta,
    watches: tuple[str, ...],
    severities: tuple[Severity, ...],
    form: str,
    url: str | None,
    output: Path | None,
) -> None:
    """Write the alerts or the articles of the last days to a file or to standard output.

    jsonl: all versions, as `newsmonitor alerts --json` prints them. csv: a table with one row for each version. atom and
    jsonfeed: a feed for feed readers with an entry for each alert, in its newest version, the newest first. ninjs: all
    articles, with their entities, topics and sources, in ninjs 3.1, one in each line.

    The file is replaced in one step, when all is written. docs/subscribe.md describes the formats.
    """

    async def write_alerts(bus: Bus) -> bool:
        with _opened(output) as write:
            if form in FORMATS:
                await FORMATS[form](_selected(bus, config, selection), selection, write)
            else:
                await _write_articles(bus, since, ARTICLE_FORMATS[form], write)
        return True

    if form in ARTICLE_FORMATS and (watches or severities):
        raise click.UsageError(f"--watch and --severity choose alerts, and {form} has articles: leave them out")
    if url and form not in FEEDS:
        raise click.BadParameter(f"it goes with --format {' or '.join(FEEDS)}", param_hint="--url")
    config, shown = read_config(path), AlertFilter(frozenset(watches), frozenset(severities))
    selection = Selection(since, shown, url)
    if output and (message := missing_bus(config)):
        # An empty file would take the place of what was written before the log was moved away.
        echo(f"{message}; {output} was not written", err=True)
        sys.exit(1)
    if not read_bus(config, write_alerts):
        # Ctrl-C ended it. What was printed is only a part.
        sys.exit(1)


async def _write_articles(bus: Bus, since: timedelta, text_of: Callable[[ArticleStories], str], write: Write) -> None:
    """Write all versions of the articles, oldest first, without those by which newsmonitor reports on feeds."""
    async for message in decode_all(ArticleStories, bus.replay(ArticleStories.STREAM.name, utc() - since)):
        if health_of(message.article) is None:
            write(text_of(message))


async def _selected(bus: Bus, config: Config, selection: Selection) -> AsyncIterable[Alert]:
    """Yield all versions of the alerts of *selection*, oldest first. Raises click.BadParameter if there is no such watch."""
    # The alerts of a watch that was removed are still in the log.
    unknown = set(selection.shown.watches) - {watch.id for watch in config.watches}
    async for alert in decode_all(Alert, bus.replay(Alert.STREAM.name, utc() - selection.since)):
        unknown.discard(alert.watch)
        if selection.shown.admits(alert):
            yield alert
    if unknown:
        raise no_such_watch(unknown, config)


@contextmanager
def _opened(output: Path | None) -> Iterator[Write]:
    """Yield what writes text to *output*, or to standard output if that is None."""
    if output is None:
        yield lambda text: echo_data(text, nl=False)
        return
    try:
        with replacing(output) as file:
            yield file.write
    except OSError as error:
        remedy = "choose another file with --output, or make room or give newsmonitor the right to write there"
        raise click.ClickException(
            f"cannot write {output}: {error.strerror or error}; {remedy}: nothing was changed"
        ) from error
