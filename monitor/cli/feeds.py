"""`newsmonitor feeds list|test|discover`: the state of the feeds, a preview of one, and the feeds of a site."""

import asyncio
import sys
from dataclasses import MISSING, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from monitor.bus import Bus
from monitor.cli import subscriptions
from monitor.cli.options import as_json
from monitor.cli.shared import echo_json, feed_states, hub_subscriptions, read_bus, read_config
from monitor.clock import utc
from monitor.config import Config, FeedConfig
from monitor.escape import printable
from monitor.feeds import feed_state
from monitor.feeds.configured import id_of, shown_url
from monitor.feeds.fetching.fetch import FetchError
from monitor.feeds.finding.discover import DiscoveredFeed
from monitor.feeds.finding.discover import discover as discover_feeds
from monitor.feeds.finding.preview import Preview, preview_file, preview_url
from monitor.feeds.finding.probe import probe_client
from monitor.feeds.parsing.items import NotAFeed
from monitor.feeds.websub.description import describe
from monitor.format import pluralize
from monitor.messages import Article, Feed, Websub
from monitor.messages.codec import to_dict
from monitor.output import echo
from monitor.redaction import hide_in_text, hide_secrets

HIDDEN_FIELDS = frozenset({"id", "url", "seen", "etag", "modified", "body", "at", "rhythm"})
"""Fields of feed.v1 that are not listed: those that only the poller uses, and those that are listed from the config."""
EXCERPT_CHARS = 300
"""Code points of an article's text that `feeds test` prints."""


@click.group()
def feeds() -> None:
    """List, test, find, add and remove feeds. Running services apply an edit within two seconds."""


for command in (subscriptions.add, subscriptions.remove, subscriptions.import_command, subscriptions.export):
    feeds.add_command(command)


@feeds.command("list")
@as_json
@click.pass_obj
def list_command(path: Path, json: bool) -> None:  # noqa: FBT001  (click passes flags as arguments)
    """List the feeds and their state. Exit code 1 if one fails."""
    config = read_config(path)
    states, by_hub = read_bus(config, _read_feeds)
    now = utc()
    rows = [
        _row(feed_config, states.get(ident), by_hub.get(ident), now)
        for feed_config in config.feeds
        if (ident := id_of(feed_config))
    ]
    for row in rows:
        if json:
            echo_json("feed_status.v1", row)
        else:
            _echo_row(row)
    if not rows and not json:
        echo(f"no feeds in {path}; `newsmonitor feeds add URL` adds one", err=True)
    if any(row["state"] not in {"ok", "new"} for row in rows):
        sys.exit(1)


async def _read_feeds(bus: Bus) -> tuple[dict[str, Feed], dict[str, Websub]]:
    return await feed_states(bus), await hub_subscriptions(bus)


def _row(feed_config: FeedConfig, feed: Feed | None, subscription: Websub | None, now: datetime) -> dict[str, Any]:
    """Return a row of the list: the config of a feed, then its state. *feed* is None if the feed was never polled."""
    url, ident = shown_url(feed_config), id_of(feed_config)
    push = describe(subscription, now) if subscription else ""
    configured = {"feed": ident, "url": url, "name": feed_config.name, "folder": list(feed_config.folder), "push": push or None}
    if feed is None:
        unpolled = feed_state.initial_state(ident, "", feed_config.every or 0, utc())
        return {**configured, **_listed_fields(unpolled), "interval": feed_config.every, "title": feed_config.title}
    return {**configured, **_listed_fields(feed), "title": feed_config.title or feed.title}


def _listed_fields(feed: Feed) -> dict[str, Any]:
    """Return the fields of *feed* that are listed. Each has a value, although to_dict leaves out those with their default."""
    defaults = {each.name: each.default for each in fields(feed) if each.default is not MISSING}
    return {name: value for name, value in (defaults | to_dict(feed)).items() if name not in HIDDEN_FIELDS}


def _echo_row(row: dict[str, Any]) -> None:
    name = printable(row["name"] or row["title"] or row["feed"])
    folder = f"{' / '.join(map(printable, row['folder']))}: " if row["folder"] else ""
    echo(f"{row['state']:<8} {folder}{name}\n    {printable(row['url'])}")
    if row["state"] == "new":
        return
    interval = f"every {row['interval']:.0f} s, " if row["interval"] else ""
    echo(f"    {interval}last success {_format_time(row['last_ok'])}, last new article {_format_time(row['last_new'])}")
    if row["error"]:
        reason = f", {row['reason']}" if row["reason"] else ""
        failures = f"{pluralize(row['failures'], 'failure')} in a row{reason}: " if row["failures"] else ""
        echo(f"    {failures}{printable(row['error'])}")
    if row["push"]:
        echo(f"    {printable(row['push'])}")
    if moved := row["moved"]:
        echo(f"    redirects permanently to {printable(moved['url'])}, seen on {moved['days']} days")


def _format_time(time: str | None) -> str:
    return time[:19].replace("T", " ") if time else "never"


@feeds.command()
@click.argument("place", metavar="FILE-or-URL")
@click.option(
    "--full-text", is_flag=True, help="Also read the web pages of the newest articles, as full_text = true in the config does."
)
@as_json
@click.pass_obj
def test(path: Path, place: str, full_text: bool, json: bool) -> None:  # noqa: FBT001  (click passes flags as arguments)
    """Show the articles that the monitor would publish from the feed at a URL or in a file.

    Publishes nothing, and works without a config file. With --json each line is an article as in article.raw.v1. Exit code 1
    if the feed cannot be read.
    """
    config = _config_or_default(path)
    try:
        preview = _preview(place, config, full_text=full_text)
    except (FetchError, NotAFeed, OSError) as error:
        echo(f"{_printable_place(place)}: {_explain(place, error)}", err=True)
        sys.exit(1)
    if not json:
        echo(f"{printable(preview.title) or 'no title'}: {len(preview.articles)} articles, newest last")
    for note in preview.notes:
        echo(f"note: {note}", err=json)
    for article in preview.articles:
        if json:
            echo_json("article.raw.v1", to_dict(article))
        else:
            _echo_article(article)


def _preview(place: str, config: Config, *, full_text: bool) -> Preview:
    if "://" in place:
        return asyncio.run(preview_url(place, config, full_text=full_text))
    with Path(place).open("rb") as file:
        data = file.read(config.fetch.max_bytes + 1)
    return asyncio.run(preview_file(Path(place).name, data, config, full_text=full_text))


def _echo_article(article: Article) -> None:
    published = f"{article.published:%Y-%m-%d %H:%M}" if article.published else "no date         "
    echo(f"\n{published}  {printable(article.title) or '(no title)'}")
    text = " ".join(article.text.split())
    excerpt = text if len(text) <= EXCERPT_CHARS else f"{text[:EXCERPT_CHARS]}... ({len(article.text)} characters)"
    for line in (article.url or "", excerpt):
        if line:
            echo(f"    {printable(line)}")
    flags = [*article.flags, *(["backfill: in the feed before its first poll, raises no alert"] if article.backfill else [])]
    if flags:
        echo(f"    [{', '.join(flags)}]")


@feeds.command()
@click.argument("url")
@as_json
@click.pass_obj
def discover(path: Path, url: str, json: bool) -> None:  # noqa: FBT001  (click passes flags as arguments)
    """Find the feeds of the site at URL. Exit code 1 if there are none.

    Looks for feeds that the page declares, then for links to feeds, then at common paths. Prints only feeds that can be read.
    """
    url = url if "://" in url else f"https://{url}"

    async def search() -> list[DiscoveredFeed]:
        async with probe_client(_config_or_default(path).fetch) as client:
            return await discover_feeds(client, url)

    try:
        discovered = asyncio.run(search())
    except FetchError as error:
        echo(f"{_printable_place(url)}: {error}", err=True)
        sys.exit(1)
    for feed in discovered:
        if json:
            echo_json("discovered_feed.v1", to_dict(feed))
        else:
            echo(f"{printable(feed.url)}\n    {printable(feed.title) or 'no title'}, {feed.items} items ({feed.how})")
    if not discovered:
        echo(f"{_printable_place(url)}: no feed found; the site's own pages may name one", err=True)
        sys.exit(1)
    if not json:
        echo("`newsmonitor feeds add URL` adds one", err=True)


def _config_or_default(path: Path) -> Config:
    """Return the config, whose limits apply here too, or the default config if there is no file. Raises InvalidConfig."""
    return read_config(path) if path.exists() else Config()


def _printable_place(place: str) -> str:
    """Return the name of a file or a URL for output on a terminal, without the secrets of the URL."""
    return printable(hide_secrets(place) if "://" in place else hide_in_text(place))


def _explain(place: str, error: Exception) -> str:
    if isinstance(error, NotAFeed):
        remedy = f"; try `newsmonitor feeds discover {_printable_place(place)}`" if "://" in place else ""
        return f"not a readable feed: {error}{remedy}"
    if isinstance(error, FileNotFoundError):
        return "no such file; a URL starts with https://"
    return str(error)
