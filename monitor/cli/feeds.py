"""`newsmonitor feeds`: how feeds fare, what one gives, and where a site has them."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import click

from monitor.bus import Bus
from monitor.cli import subscriptions
from monitor.cli.shared import as_json, echo_json, look
from monitor.clock import utc
from monitor.config import Config, FeedConfig
from monitor.config.load import read
from monitor.feeds import feed_state
from monitor.feeds.fetching.fetch import FetchError
from monitor.feeds.finding.discover import DiscoveredFeed
from monitor.feeds.finding.discover import discover as find
from monitor.feeds.finding.preview import preview_file, preview_url
from monitor.feeds.finding.probe import probe_client
from monitor.feeds.parsing.items import NotAFeed
from monitor.feeds.urls import feed_id
from monitor.format import printable
from monitor.http.address_policy import redacted
from monitor.messages import Article, Feed
from monitor.messages.codec import decode, to_dict

INNER = frozenset({"id", "url", "seen", "etag", "modified", "body", "at", "rhythm"})
"""What a feed's record holds for the poller alone, or stands in the list already."""
BRIEF = 300
"""Characters of a text that are shown."""


@click.group()
def feeds() -> None:
    """List, try, find, add and move feeds; a running monitor takes an edit over within a second."""


for command in (subscriptions.add, subscriptions.remove, subscriptions.import_command, subscriptions.export):
    feeds.add_command(command)


@feeds.command("list")
@as_json
@click.pass_obj
def list_command(path: Path, json: bool) -> None:  # noqa: FBT001  (click gives flags so)
    """Every feed and how it fares; exit code 1 if one fails."""
    config = read(path)
    known = look(config, _known)
    rows = [_row(line, known.get(feed_id(line.url))) for line in config.feeds]
    for row in rows:
        if json:
            echo_json(row)
        else:
            _show_row(row)
    if not rows and not json:
        click.echo(f"no feeds in {path}; `newsmonitor feeds add URL` adds one", err=True)
    if any(row["state"] not in {"ok", "new"} for row in rows):
        sys.exit(1)


async def _known(bus: Bus) -> dict[str, Feed]:
    return {feed.id: feed for feed in [decode(Feed, feed_state) async for feed_state in bus.replay(Feed.STREAM.name, None)]}


def _row(line: FeedConfig, feed: Feed | None) -> dict[str, Any]:
    """A line of the list: what the config says, then what the poller knows (nothing of a feed not asked yet)."""
    said = {"feed": feed_id(line.url), "url": redacted(line.url), "name": line.name, "folder": list(line.folder)}
    if feed is None:
        blank = feed_state.blank(feed_id(line.url), "", line.every or 0, utc())
        return {**said, **_outer(blank), "interval": line.every, "title": line.title}
    return {**said, **_outer(feed), "title": line.title or feed.title}


def _outer(feed: Feed) -> dict[str, Any]:
    return {name: value for name, value in to_dict(feed).items() if name not in INNER}


def _show_row(row: dict[str, Any]) -> None:
    name = printable(row["name"] or row["title"] or row["feed"])
    place = f"{' / '.join(map(printable, row['folder']))}: " if row["folder"] else ""
    click.echo(f"{row['state']:<8} {place}{name}\n    {printable(row['url'])}")
    if row["state"] == "new":
        return
    every = f"every {row['interval']:.0f} s, " if row["interval"] else ""
    click.echo(f"    {every}last good {_when(row['last_ok'])}, last new {_when(row['last_new'])}")
    if row["error"]:
        count = f"{row['failures']} in a row, {row['reason']}: " if row["failures"] else ""
        click.echo(f"    {count}{printable(row['error'])}")
    if moved := row["moved"]:
        click.echo(f"    leads to {printable(moved['url'])} for good, it said on {moved['days']} days")


def _when(moment: str | None) -> str:
    return moment[:19].replace("T", " ") if moment else "never"


@feeds.command()
@click.argument("place", metavar="FILE-or-URL")
@click.option("--full-text", is_flag=True, help="Read the pages of the latest few articles too, as full_text = true does.")
@as_json
@click.pass_obj
def test(path: Path, place: str, full_text: bool, json: bool) -> None:  # noqa: FBT001  (click gives flags so)
    """Show what the monitor would publish of a feed, or of a file that holds one; exit code 1 if it cannot be read.

    Nothing is published, and there need be no config. With --json each article is a line, as article.raw.v1 has it.
    """
    config = _config(path)
    try:
        if "://" in place:
            found = asyncio.run(preview_url(place, config, full_text=full_text))
        else:
            with Path(place).open("rb") as file:
                data = file.read(config.fetch.max_bytes + 1)
            found = asyncio.run(preview_file(Path(place).name, data, config, full_text=full_text))
    except (FetchError, NotAFeed, OSError) as error:
        click.echo(f"{_shown(place)}: {_why(place, error)}", err=True)
        sys.exit(1)
    if not json:
        click.echo(f"{printable(found.title) or 'no title'}: {len(found.articles)} articles, newest last")
    for note in found.notes:
        click.echo(f"note: {note}", err=json)
    for article in found.articles:
        if json:
            echo_json(to_dict(article))
        else:
            _show_article(article)


def _show_article(article: Article) -> None:
    when = f"{article.published:%Y-%m-%d %H:%M}" if article.published else "no date         "
    click.echo(f"\n{when}  {printable(article.title) or '(no title)'}")
    brief = " ".join(article.text.split())
    for text in (article.url or "", brief if len(brief) <= BRIEF else f"{brief[:BRIEF]}... ({len(article.text)} characters)"):
        if text:
            click.echo(f"    {printable(text)}")
    said = [*article.flags, *(["backfill: it stood there before, and raises no alert"] if article.backfill else [])]
    if said:
        click.echo(f"    [{', '.join(said)}]")


@feeds.command()
@click.argument("url")
@as_json
@click.pass_obj
def discover(path: Path, url: str, json: bool) -> None:  # noqa: FBT001  (click gives flags so)
    """Find the feeds of the site at URL; exit code 1 if there are none.

    Those that the page names come first, else those it links to, else those at the usual places; each was looked at.
    """
    url = url if "://" in url else f"https://{url}"

    async def search() -> list[DiscoveredFeed]:
        async with probe_client(_config(path).fetch) as glass:
            return await find(glass, url)

    try:
        found = asyncio.run(search())
    except FetchError as error:
        click.echo(f"{_shown(url)}: {error}", err=True)
        sys.exit(1)
    for each in found:
        if json:
            echo_json(to_dict(each))
        else:
            click.echo(f"{printable(each.url)}\n    {printable(each.title) or 'no title'}, {each.items} items ({each.how})")
    if not found:
        click.echo(f"{_shown(url)}: no feed was found; the site's own pages may tell of one", err=True)
        sys.exit(1)
    if not json:
        click.echo("`newsmonitor feeds add URL` adds one", err=True)


def _config(path: Path) -> Config:
    """The config where there is one: its limits and what it says of a feed hold here too. Raises Refused."""
    return read(path) if path.exists() else Config()


def _shown(place: str) -> str:
    try:
        return printable(redacted(place)) if "://" in place else printable(place)
    except ValueError:
        return "the URL"


def _why(place: str, error: Exception) -> str:
    if isinstance(error, NotAFeed):
        return f"not a feed that can be read: {error}" + (f"; `newsmonitor feeds discover {_shown(place)}`" * ("://" in place))
    if isinstance(error, FileNotFoundError):
        return "there is no such file; a URL begins with https://"
    return str(error)
