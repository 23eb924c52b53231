"""`newsmonitor watch`: list and edit the watches in the config."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from monitor.cli.edit import append_entry, editing, open_config, save
from monitor.cli.group import LazyGroup
from monitor.cli.options import as_json
from monitor.cli.shared import echo_json, read_config
from monitor.escape import printable
from monitor.feeds.configured import shown_url
from monitor.messages.codec import to_dict
from monitor.output import echo
from monitor.redaction import hide_in_text
from monitor.runtime.config_lock import one_edit
from monitor.runtime.watch_edit import REMOVED, RENAMED, NoSuchWatch, remove_watch, rename_watch


@click.group(cls=LazyGroup, extended_by="newsmonitor.watch_commands")
def watch() -> None:
    """List, add, remove, rename and lint watches. Running services apply an edit within two seconds."""


@watch.command("list")
@as_json
@click.pass_obj
def list_command(path: Path, json: bool) -> None:  # noqa: FBT001  (click passes flags as arguments)
    """List the watches."""
    config = read_config(path)
    private = {feed.url: shown_url(feed) for feed in config.feeds if feed.private}
    for each in config.watches:
        data = {name: without_secrets(value, private) for name, value in to_dict(each).items() if value}
        if json:
            echo_json("watch.v1", data)
        else:
            conditions = (f"{name}: {_in_words(value)}" for name, value in data.items() if name not in {"id", "severity"})
            echo(f"{printable(each.id)}  [{each.severity}]  {printable('; '.join(conditions))}")


def without_secrets(value: Any, private: Mapping[str, str]) -> Any:
    """Return the value of a key of a watch, which may name a feed by its URL, without the secrets of URLs.

    *private* has what is shown of each private URL.
    """
    if isinstance(value, list):
        return [without_secrets(each, private) for each in value]
    if not isinstance(value, str):
        return value
    for url, shown in private.items():
        value = value.replace(url, shown)
    return hide_in_text(value)


def _in_words(value: Any) -> str:
    """Return the value of a key of a watch for a list of watches."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{key} {_in_words(each)}" for key, each in value.items() if each not in (None, ()))
    return "yes" if value is True else str(value)


@watch.command()
@click.argument("id")
@click.option("--any", "any", multiple=True, help="One of these phrases must occur.")
@click.option("--all", "all", multiple=True, help="This phrase must occur.")
@click.option("--none", "none", multiple=True, help="This phrase must not occur.")
@click.option("--person", multiple=True, help="A person, by any name or Wikidata id.")
@click.option("--org", multiple=True, help="An organisation, by any name or Wikidata id.")
@click.option("--place", multiple=True, help="A place, by any name or Wikidata id.")
@click.option("--event", multiple=True, help="An event, by any name or Wikidata id.")
@click.option("--about", multiple=True, help="What an article must be about, by any name or Wikidata id.")
@click.option("--topic", multiple=True, help="An IPTC Media Topic, by name or code.")
@click.option("--feeds", multiple=True, help="Match only articles of this feed, by name, URL or id.")
@click.option("--lang", multiple=True, help="Match only articles in this language, ISO 639-1.")
@click.option("--query", help="A query, see docs/watches.md. Replaces --any, --all and --none.")
@click.option("--severity", type=click.Choice(["low", "normal", "high", "critical"]), help="The severity of its alerts.")
@click.option("--to", multiple=True, help="A target that receives its alerts.")
@click.pass_obj
def add(path: Path, /, **options: Any) -> None:
    """Add the watch ID to the config.

    All options but --query and --severity may be given several times.

    Example: newsmonitor watch add kim --any "Kim Jong Un" --any 김정은 --severity high
    """
    opened = open_config(path)
    # click passes the options in the order in which they were given.
    keys = [str(parameter.name) for parameter in click.get_current_context().command.params]
    append_entry(opened.document, "watches", {key: options[key] for key in keys})
    save(opened)
    echo(f"watch {options['id']!r} added")


@watch.command()
@click.argument("id")
@click.pass_obj
def remove(path: Path, id: str) -> None:  # noqa: A002  (its name in the config)
    """Remove the watch ID from the config, or from the watch file in which it stands."""
    with _known(path, id), one_edit(path), editing(path):
        remove_watch(path, id)
    echo(f"watch {id!r} removed: {REMOVED}")


@watch.command()
@click.argument("id")
@click.argument("new")
@click.pass_obj
def rename(path: Path, id: str, new: str) -> None:  # noqa: A002  (its name in the config)
    """Give the watch ID the id NEW."""
    with _known(path, id), one_edit(path), editing(path):
        rename_watch(path, id, new)
    echo(f"watch {id!r} is now {new!r}: {RENAMED}")


@contextmanager
def _known(path: Path, id_: str) -> Iterator[None]:
    """Exit with code 1 if the watch *id_* is not known."""
    try:
        yield
    except NoSuchWatch:
        echo(f"there is no watch {hide_in_text(printable(id_))!r} in {path}; `newsmonitor watch list` shows all", err=True)
        sys.exit(1)
