"""`newsmonitor feeds add|remove|import|export`: edit the feeds in the config, comments and order kept."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import tomlkit

from monitor.cli.edit import append, editable, save
from monitor.config.load import read
from monitor.feeds.finding import opml
from monitor.feeds.finding.opml import NotOpml, Outline
from monitor.feeds.urls import URL_CHARS, feed_id
from monitor.format import printable
from monitor.http.address_policy import ForbiddenUrl, redacted, web_url

KEYS = ("url", "title", "name", "folder", "every", "lang", "country", "full_text")
"""The order in which a feed's keys are written."""


@click.command()
@click.argument("url")
@click.option("--name", help="The outlet's name, by which outlets are counted.")
@click.option("--title", help="What the feed is called in lists.")
@click.option("--folder", multiple=True, help="A folder that it stands in, outermost first; may be given several times.")
@click.option("--every", type=click.FloatRange(min=1), help="Seconds between two polls.")
@click.option("--lang", help="The feed's language, BCP 47.")
@click.option("--country", help="The outlet's country, ISO 3166-1 alpha-2.")
@click.option("--full-text", is_flag=True, help="Read each new article's page for its whole text.")
@click.pass_obj
def add(path: Path, /, **given: Any) -> None:
    """Add the feed at URL; `newsmonitor feeds test URL` shows what it gives."""
    document, url = editable(path), given["url"]
    if trouble := _trouble(url, {feed_id(line.url) for line in read(path).feeds}):
        click.echo(f"{trouble}: nothing was added", err=True)
        sys.exit(1)
    append(document, "feeds", {key: given.get(key) for key in KEYS})
    save(path, tomlkit.dumps(document))
    click.echo(f"feed {redacted(url)} added")


@click.command()
@click.argument("feed")
@click.pass_obj
def remove(path: Path, feed: str) -> None:
    """Remove the FEED of that URL, name, title or id."""
    document = editable(path)
    lines = document.get("feeds", ())
    found = [index for index, line in enumerate(lines) if feed in _called(line)]
    if len(found) != 1:
        why = f"{len(found)} feeds are called {feed!r}; name it by its URL" if found else f"there is no feed {feed!r} in {path}"
        click.echo(f"{printable(why)}; `newsmonitor feeds list` shows all", err=True)
        sys.exit(1)
    url = lines[found[0]]["url"]
    del lines[found[0]]
    save(path, tomlkit.dumps(document))
    click.echo(f"feed {redacted(url)} removed")


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only tell what would be added.")
@click.pass_obj
def import_command(path: Path, file: Path, dry_run: bool) -> None:  # noqa: FBT001  (click gives flags so)
    """Add the feeds of the OPML in FILE, as feed readers export it, with their titles and folders.

    Feeds that are there already are passed over; exit code 1 if a line of FILE could not be taken, or FILE is no OPML.
    """
    document = editable(path)
    try:
        outlines = opml.read(file.read_bytes())
    except (NotOpml, OSError) as error:
        click.echo(f"{file}: {error}", err=True)
        sys.exit(1)
    fresh, there, bad = _sorted(outlines, {feed_id(line.url) for line in read(path).feeds})
    for outline in fresh:
        click.echo(f"{'would add' if dry_run else 'added'} {printable(redacted(outline.url))}{_label(outline)}")
    if fresh and not dry_run:
        for outline in fresh:
            append(document, "feeds", {"url": outline.url, "title": outline.title, "folder": outline.folder})
        save(path, tomlkit.dumps(document))
    for trouble in bad:
        click.echo(f"{file}: {trouble}", err=True)
    click.echo(f"{len(fresh)} {'to add' if dry_run else 'added'}, {there} there already, {len(bad)} not taken", err=True)
    if bad or not outlines:
        sys.exit(1)


@click.command()
@click.pass_obj
def export(path: Path) -> None:
    """Write the feeds as OPML to standard output, for a feed reader; logins are left out."""
    lines = read(path).feeds
    outlines = [Outline(redacted(line.url), line.title or line.name or "", line.folder) for line in lines]
    click.echo(opml.write(outlines, "newsmonitor"), nl=False)
    if any(redacted(line.url) != line.url and "@" in line.url for line in lines):
        click.echo("some feeds have a name and password, which were left out", err=True)


def _sorted(outlines: Sequence[Outline], known: set[str]) -> tuple[list[Outline], int, list[str]]:
    """The outlines to add; how many are *known* (ids) or stand twice; and what is wrong with the others."""
    fresh, there, bad = [], 0, []
    for outline in outlines:
        if trouble := _trouble(outline.url, set()):
            bad.append(f"{trouble}{_label(outline)}")
        elif (ident := feed_id(outline.url)) in known:
            there += 1
        else:
            known.add(ident)
            fresh.append(outline)
    return fresh, there, bad


def _trouble(url: str, known: set[str]) -> str:
    """Why *url* cannot be a feed of the config, "" if it can."""
    try:
        web_url(url, credentials=True)
    except ForbiddenUrl as error:
        return f"{printable(url[:100]) if '@' not in url else 'a URL'}: {error}"
    if len(url) > URL_CHARS:
        return f"{printable(url[:100])}: a URL of more than {URL_CHARS} characters"
    return f"{printable(redacted(url))} is there already" if feed_id(url) in known else ""


def _label(outline: Outline) -> str:
    place = " / ".join((*outline.folder, outline.title))
    return f"  ({printable(place)})" if place else ""


def _called(line: dict[str, Any]) -> set[str]:
    """What a feed goes by."""
    url = str(line["url"])
    return {url, redacted(url), feed_id(url), str(line.get("name", url)), str(line.get("title", url))}
