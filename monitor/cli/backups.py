"""`newsmonitor backup` and `newsmonitor restore`: the log as a file, and back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from monitor.bus import backends
from monitor.bus.backups import Copied, Progress
from monitor.cli.options import as_json
from monitor.cli.shared import echo_json, read_config
from monitor.clock import utc
from monitor.escape import printable
from monitor.format import pluralize
from monitor.output import echo
from monitor.runtime.connection import bus_address

file_argument = click.argument("file", type=click.Path(path_type=Path))


@click.command()
@file_argument
@as_json
@click.pass_obj
def backup(path: Path, file: Path, json: bool) -> None:  # noqa: FBT001  (click passes flags as arguments)
    """Copy the log to FILE, which must not exist, while the services run.

    The copy contains all streams and positions as they are at one moment, and is checked. Only its owner can read it. The
    config and the page's index are not in it.
    """
    with _progress(f"Copying to {file.name}") as progress:
        copied = backends.backup(bus_address(read_config(path)), file, progress)
    if json:
        echo_json("backup.v1", _data(file, copied))
    else:
        echo(f"{printable(str(file))} has {_contents(copied)}. `newsmonitor restore` puts it in the place of the log.")


@click.command()
@file_argument
@as_json
@click.pass_obj
def restore(path: Path, file: Path, json: bool) -> None:  # noqa: FBT001  (click passes flags as arguments)
    """Put the backup FILE in the place of the log.

    All processes of newsmonitor must be stopped. FILE is checked, and stays as it is. The former log is kept beside the new
    one.
    """
    with _progress(f"Copying {file.name}") as progress:
        copied = backends.restore(bus_address(read_config(path)), file, progress, utc())
    if json:
        echo_json("restore.v1", {**_data(file, copied), "aside": str(copied.aside) if copied.aside else None})
        return
    kept = f" The former log is {printable(str(copied.aside))}; remove it when you no longer need it." if copied.aside else ""
    echo(f"The log has {_contents(copied)}, from {printable(str(file))}.{kept}")


def _data(file: Path, copied: Copied) -> dict[str, object]:
    return {"file": str(file), "records": copied.records, "bytes": copied.size, "newest": copied.newest}


def _contents(copied: Copied) -> str:
    newest = f", the newest of {copied.newest:%Y-%m-%d %H:%M:%S} UTC" if copied.newest else ""
    return f"{pluralize(copied.records, 'record')} in {copied.size / 1_000_000:,.1f} MB{newest}"


@contextmanager
def _progress(description: str) -> Iterator[Progress]:
    """Show how much is done on standard error, if it is a terminal."""
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(escape(printable(description)), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
