"""`newsmonitor feeds add|remove|import|export`: edit the list of feeds in the config."""

import sys
from pathlib import Path
from typing import Any

import click

from monitor.cli.edit import append_entry, open_config, remove_entry, save
from monitor.cli.shared import read_config
from monitor.config import FeedConfig
from monitor.escape import printable
from monitor.feeds.configured import id_of, shown_url
from monitor.feeds.finding import opml
from monitor.feeds.finding.additions import KEYS, export_opml, known_urls, label, sort_outlines, url_error
from monitor.feeds.finding.opml import NotOpml
from monitor.feeds.urls import feed_id
from monitor.format import pluralize
from monitor.output import echo, echo_data
from monitor.redaction import hide_in_text, hide_secrets


@click.command()
@click.argument("url")
@click.option("--name", help="The name of the outlet. Alerts count outlets by name.")
@click.option("--title", help="The title of the feed in lists.")
@click.option("--folder", multiple=True, help="A folder of the feed, outermost first. May be given several times.")
@click.option("--every", type=click.FloatRange(min=1), help="Seconds between two polls.")
@click.option("--lang", help="The language of the feed, BCP 47.")
@click.option("--country", help="The country of the outlet, ISO 3166-1 alpha-2.")
@click.option("--full-text", is_flag=True, help="Read the web page of each new article for its full text.")
@click.pass_obj
def add(path: Path, /, **options: Any) -> None:
    """Add the feed at URL to the config.

    `newsmonitor feeds test URL` shows its articles first.
    """
    opened, url = open_config(path), options["url"]
    if error := url_error(url, known_urls(read_config(path).feeds)):
        echo(f"{error}: nothing was added", err=True)
        sys.exit(1)
    append_entry(opened.document, "feeds", {key: options.get(key) for key in KEYS})
    save(opened)
    echo(f"feed {shown_url(FeedConfig(url))} added")


@click.command()
@click.argument("feed")
@click.pass_obj
def remove(path: Path, feed: str) -> None:
    """Remove FEED, given by URL, name, title or id, from the config."""
    opened = open_config(path)
    tables = opened.document.get("feeds", ())
    matches = [index for index, table in enumerate(tables) if feed in _identifiers(table)]
    if len(matches) != 1:
        count = len(matches)
        name = hide_secrets(feed) if "://" in feed else hide_in_text(feed)
        error = f"{count} feeds are called {name!r}; give the URL" if count else f"there is no feed {name!r} in {path}"
        echo(f"{printable(error)}; `newsmonitor feeds list` shows all", err=True)
        sys.exit(1)
    table = tables[matches[0]]
    shown = shown_url(_feed_config(table))
    remove_entry(opened.document, "feeds", matches[0])
    save(opened)
    echo(f"feed {shown} removed")


def _feed_config(table: dict[str, Any]) -> FeedConfig:
    return FeedConfig(str(table["url"]), private=bool(table.get("private")))


def _identifiers(table: dict[str, Any]) -> set[str]:
    """Return the texts that identify the feed of a config *table*: URLs, id, name and title."""
    feed = _feed_config(table)
    names = (str(table.get(key, feed.url)) for key in ("name", "title"))
    return {feed.url, shown_url(feed), feed_id(feed.url), id_of(feed), *names}


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only print what would be added.")
@click.pass_obj
def import_command(path: Path, file: Path, dry_run: bool) -> None:  # noqa: FBT001  (click passes flags as arguments)
    """Add the feeds of an OPML file, which feed readers export, with their titles and folders.

    Skips feeds that are already in the config. Exit code 1 if FILE is not OPML, or one of its feeds cannot be added.
    """
    opened = open_config(path)
    try:
        outlines = opml.read(file.read_bytes())
    except (NotOpml, OSError) as error:
        echo(f"{file}: {error}", err=True)
        sys.exit(1)
    added = sort_outlines(outlines, known_urls(read_config(path).feeds))
    for outline in added.new:
        echo(f"{'would add' if dry_run else 'added'} {printable(shown_url(FeedConfig(outline.url)))}{label(outline)}")
    if added.new and not dry_run:
        for outline in added.new:
            append_entry(opened.document, "feeds", {"url": outline.url, "title": outline.title, "folder": outline.folder})
        save(opened)
    for message in added.errors:
        echo(f"{file}: {message}", err=True)
    count = f"{len(added.new)} {'to add' if dry_run else 'added'}"
    echo(f"{count}, {added.present} already present, {len(added.errors)} invalid", err=True)
    if added.errors or not outlines:
        sys.exit(1)


@click.command()
@click.option("--secrets", is_flag=True, help="Print URLs with their passwords and tokens.")
@click.pass_obj
def export(path: Path, secrets: bool) -> None:  # noqa: FBT001  (click passes flags as arguments)
    """Print the feeds as OPML, for a feed reader. Passwords and tokens in URLs are replaced by ***, unless --secrets."""
    text, hidden = export_opml(read_config(path).feeds, secrets=secrets)
    echo_data(text, nl=False)
    if hidden:
        echo(f"passwords and tokens are left out of {pluralize(hidden, 'URL')}; --secrets prints them whole", err=True)
