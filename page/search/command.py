"""The command `newsmonitor search`."""

import sqlite3
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import click

from consumers.alerts.query.errors import InvalidQuery
from monitor.bus import Bus
from monitor.cli.shared import echo_message, read_bus, read_config
from monitor.clock import utc
from monitor.config import Config
from monitor.escape import printable
from monitor.messages import ArticleStories
from monitor.output import echo, echo_marked
from page.index import IndexFollower, open_index
from page.search.run import Found, SearchPage, compile_query, group_by_story, search_on
from page.views.results import make_result


def search_articles(path: Path, query: str, since: timedelta, limit: int, *, json: bool) -> None:
    """Print the articles that match *query*, those of one story together. Exit with code 1 if there are none."""
    config = read_config(path)
    try:
        node = compile_query(query, config)
    except InvalidQuery as error:
        raise click.ClickException(str(error)) from None

    async def find(bus: Bus) -> SearchPage:
        with open_index(config) as index:
            try:
                await IndexFollower(index).catch_up(bus, ArticleStories)
            except (OSError, sqlite3.Error) as error:
                raise click.ClickException(f"the index {index.path} cannot be used: {error}; try again") from error
            return search_on(index, node, since=(utc() - since).timestamp(), limit=limit)

    page: SearchPage = read_bus(config, find) or SearchPage((), None)
    found = page.found
    _print(found, json=json)
    if page.before is not None:
        echo(f"the latest {len(found)}; there may be more, which --limit shows", err=True)
    if not found:
        echo(_nothing(config, since), err=True)
        sys.exit(1)


def _print(found: Sequence[Found], *, json: bool) -> None:
    if json:
        for each in found:
            echo_message(each.message)
        return
    for articles in group_by_story(found):
        for number, each in enumerate(articles):
            _print_article(each, "" if number == 0 else "    ")


def _print_article(found: Found, indent: str) -> None:
    result, reasons = make_result(found), found.reasons[:3]
    title = result.title
    echo_marked(f"{indent}{result.at:%Y-%m-%d %H:%M}  {result.outlet}: {title.before}", title.words, title.after)
    for sentence in result.quotes[:1]:
        echo_marked(f"{indent}    {sentence.before}", sentence.words, sentence.after)
    if words := ", ".join(dict.fromkeys(repr(printable(reason.words or reason.term)) for reason in reasons)):
        echo(f"{indent}    because of {words}")
    if result.url:
        echo(f"{indent}    {result.url}")


def _nothing(config: Config, since: timedelta) -> str:
    days = since / timedelta(days=1)
    return f"no article of the last {days:g} days matches; the log keeps {config.streams.days:g} days"
