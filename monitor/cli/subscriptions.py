"""`newsmonitor feeds add|remove|import|export`: edit the list of feeds in the config."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from monitor.cli.edit import append_entry, open_document, save
from monitor.cli.shared import read_config
from monitor.config.web_urls import web_url_problem
from monitor.feeds.finding import opml
from monitor.feeds.finding.opml import NotOpml, Outline
from monitor.feeds.urls import URL_CHARS, feed_id
from monitor.format import printable
from monitor.http.address_policy import ForbiddenUrl, redacted, web_url

KEYS = ("url", "title", "name", "folder", "every", "lang", "country", "full_text")
"""The keys of a feed, in the order in which they are written."""


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
    document, url = open_document(path), options["url"]
    if error := _url_error(url, {feed_id(feed.url) for feed in read_config(path).feeds}):
        click.echo(f"{error}: nothing was added", err=True)
        sys.exit(1)
    append_entry(document, "feeds", {key: options.get(key) for key in KEYS})
    save(path, document)
    click.echo(f"feed {redacted(url)} added")


@click.command()
@click.argument("feed")
@click.pass_obj
def remove(path: Path, feed: str) -> None:
    """Remove FEED, given by URL, name, title or id, from the config."""
    document = open_document(path)
    tables = document.get("feeds", ())
    matches = [index for index, table in enumerate(tables) if feed in _identifiers(table)]
    if len(matches) != 1:
        count = len(matches)
        error = f"{count} feeds are called {feed!r}; give the URL" if count else f"there is no feed {feed!r} in {path}"
        click.echo(f"{printable(error)}; `newsmonitor feeds list` shows all", err=True)
        sys.exit(1)
    url = tables[matches[0]]["url"]
    del tables[matches[0]]
    save(path, document)
    click.echo(f"feed {redacted(url)} removed")


def _identifiers(table: dict[str, Any]) -> set[str]:
    """Return the texts that identify the feed of a config *table*: URLs, id, name and title."""
    url = str(table["url"])
    return {url, redacted(url), feed_id(url), str(table.get("name", url)), str(table.get("title", url))}


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only print what would be added.")
@click.pass_obj
def import_command(path: Path, file: Path, dry_run: bool) -> None:  # noqa: FBT001  (click passes flags as arguments)
    """Add the feeds of an OPML file, which feed readers export, with their titles and folders.

    Skips feeds that are already in the config. Exit code 1 if FILE is not OPML, or one of its feeds cannot be added.
    """
    document = open_document(path)
    try:
        outlines = opml.read(file.read_bytes())
    except (NotOpml, OSError) as error:
        click.echo(f"{file}: {error}", err=True)
        sys.exit(1)
    new, present, errors = _partition(outlines, {feed_id(feed.url) for feed in read_config(path).feeds})
    for outline in new:
        click.echo(f"{'would add' if dry_run else 'added'} {printable(redacted(outline.url))}{_label(outline)}")
    if new and not dry_run:
        for outline in new:
            append_entry(document, "feeds", {"url": outline.url, "title": outline.title, "folder": outline.folder})
        save(path, document)
    for message in errors:
        click.echo(f"{file}: {message}", err=True)
    click.echo(f"{len(new)} {'to add' if dry_run else 'added'}, {present} already present, {len(errors)} invalid", err=True)
    if errors or not outlines:
        sys.exit(1)


@click.command()
@click.pass_obj
def export(path: Path) -> None:
    """Print the feeds as OPML, for a feed reader. Names and passwords in URLs are left out."""
    feeds = read_config(path).feeds
    outlines = [Outline(redacted(feed.url), feed.title or feed.name or "", feed.folder) for feed in feeds]
    click.echo(opml.write(outlines, "newsmonitor"), nl=False)
    if any(redacted(feed.url) != feed.url and "@" in feed.url for feed in feeds):
        click.echo("names and passwords in the URLs of some feeds are left out", err=True)


def _partition(outlines: Sequence[Outline], known_ids: set[str]) -> tuple[list[Outline], int, list[str]]:
    """Return the new outlines, the number of those that are in *known_ids* or occur twice, and the errors of the others."""
    new, present, errors = [], 0, []
    for outline in outlines:
        if error := _url_error(outline.url, set()):
            errors.append(f"{error}{_label(outline)}")
        elif (ident := feed_id(outline.url)) in known_ids:
            present += 1
        else:
            known_ids.add(ident)
            new.append(outline)
    return new, present, errors


def _url_error(url: str, known_ids: set[str]) -> str:
    """Return an error message if *url* cannot be added as a feed, else ""."""
    try:
        web_url(url, credentials=True)
    except ForbiddenUrl as error:
        remedy = f"; {web_url_problem(url)}" if "://" not in url else ""
        return f"{printable(url[:100]) if '@' not in url else 'a URL'}: {error}{remedy}"
    if len(url) > URL_CHARS:
        return f"{printable(url[:100])}: the URL is longer than {URL_CHARS} characters"
    return f"{printable(redacted(url))} is already in the config" if feed_id(url) in known_ids else ""


def _label(outline: Outline) -> str:
    place = " / ".join((*outline.folder, outline.title))
    return f"  ({printable(place)})" if place else ""
