"""Save an edit of monitor.toml on the command line: report what cannot be written, and hint at files that others can read."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import tomlkit

from monitor.cli.shared import read_config
from monitor.config.privacy import lax_files
from monitor.output import echo
from monitor.runtime import config_edit
from monitor.runtime.config_edit import append_entry, remove_entry
from monitor.runtime.config_lock import one_edit

__all__ = ["append_entry", "editing", "open_document", "remove_entry", "save"]


def open_document(path: Path) -> tomlkit.TOMLDocument:
    """Return the config *path* for editing. Until the command ends, no other command and no page edits it."""
    click.get_current_context().with_resource(one_edit(path))
    return config_edit.open_document(path)


def save(path: Path, document: tomlkit.TOMLDocument) -> None:
    """Replace the file *path*. Raises InvalidConfig and click.ClickException; see config_edit.save."""
    with editing(path):
        config_edit.save(path, document)


@contextmanager
def editing(path: Path) -> Iterator[None]:
    """Report that the config *path* cannot be written, and after an edit who else can read it. Raises click.ClickException."""
    try:
        yield
    except config_edit.CannotWrite as error:
        raise click.ClickException(str(error)) from error
    for hint in lax_files(read_config(path), path):
        echo(f"hint: {hint.text}", err=True)
