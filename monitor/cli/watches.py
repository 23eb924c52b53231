"""`newsmonitor watch`: edit the watches in the config, comments and order kept."""

import sys
from pathlib import Path
from typing import Any

import click
import tomlkit

from monitor.cli.edit import append, editable, save
from monitor.cli.shared import Group, as_json, echo_json
from monitor.config.load import read
from monitor.messages.codec import to_dict


class WatchCommands(Group):
    """Those of `newsmonitor watch`."""

    brought = "watch"


@click.group(cls=WatchCommands)
def watch() -> None:
    """Add, remove, list and lint watches; a running monitor takes an edit over within two seconds."""


@watch.command("list")
@as_json
@click.pass_obj
def list_command(path: Path, json: bool) -> None:  # noqa: FBT001  (click gives flags so)
    """Every watch."""
    for each in read(path).watches:
        data = {name: value for name, value in to_dict(each).items() if value}
        if json:
            echo_json(data)
        else:
            terms = (f"{name}: {', '.join(value)}" for name, value in data.items() if isinstance(value, list))
            click.echo(f"{each.id}  [{each.severity}]  {'; '.join(terms)}")


@watch.command()
@click.argument("id")
@click.option(
    "--any",
    "any",
    multiple=True,
    help="A phrase or alias; one of them must be there. May be given several times, as all that follow.",
)
@click.option("--all", "all", multiple=True, help="A phrase that must be there.")
@click.option("--none", "none", multiple=True, help="A phrase that must not be there.")
@click.option("--person", multiple=True, help="A person, by any name or Wikidata id.")
@click.option("--org", multiple=True, help="An organisation.")
@click.option("--place", multiple=True, help="A place.")
@click.option("--event", multiple=True, help="An event.")
@click.option("--topic", multiple=True, help="An IPTC Media Topic, by name or code.")
@click.option("--feeds", multiple=True, help="Only this feed, by name or url.")
@click.option("--lang", multiple=True, help="Only this language, ISO 639-1.")
@click.option("--query", help="A query in the language of docs/watches.md, in place of --any, --all and --none.")
@click.option("--severity", type=click.Choice(["low", "normal", "high", "critical"]), help="How much it matters.")
@click.option("--to", multiple=True, help="A target that is told.")
@click.pass_obj
def add(path: Path, /, **given: Any) -> None:
    """Add the watch ID, as in: newsmonitor watch add kim --any "Kim Jong Un" --any 김정은 --severity high."""
    document = editable(path)
    append(document, "watches", given)
    save(path, tomlkit.dumps(document))
    click.echo(f"watch {given['id']!r} added")


@watch.command()
@click.argument("id")
@click.pass_obj
def remove(path: Path, id: str) -> None:  # noqa: A002  (what it is called in the config)
    """Remove the watch ID."""
    document = editable(path)
    watches = document.get("watches", ())
    found = [index for index, each in enumerate(watches) if each.get("id") == id]
    if not found:
        elsewhere = any(watch.id == id for watch in read(path).watches)
        hint = "it is in one of its watch_files; edit it there" if elsewhere else "`newsmonitor watch list` shows all"
        click.echo(f"there is no watch {id!r} in {path}; {hint}", err=True)
        sys.exit(1)
    del watches[found[0]]
    save(path, tomlkit.dumps(document))
    click.echo(f"watch {id!r} removed")
