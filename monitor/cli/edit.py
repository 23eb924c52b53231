"""Save an edit of monitor.toml on the command line: report what cannot be written, and hint at files that others can read."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from monitor.cli.shared import read_config
from monitor.config.privacy import lax_files
from monitor.output import echo
from monitor.runtime import config_edit
from monitor.runtime.config_edit import OpenConfig, append_entry, remove_entry
from monitor.runtime.config_lock import one_edit

__all__ = ["append_entry", "editing", "open_config", "remove_entry", "save"]


def open_config(path: Path) -> OpenConfig:
    """Open the config *path* for editing. Until the command ends, no other command and no page edits it."""
    click.get_current_context().with_resource(one_edit(path))
    return config_edit.open_config(path)


def save(opened: OpenConfig) -> None:
    """Save the config that is *opened*. Raises InvalidConfig and click.ClickException; see config_edit.save."""
    with editing(opened.main):
        config_edit.save(opened)


@contextmanager
def editing(path: Path) -> Iterator[None]:
    """Report that the config *path* cannot be written, and after an edit who else can read it. Raises click.ClickException."""
    try:
        yield
    except config_edit.CannotWrite as error:
        raise click.ClickException(str(error)) from error
    for hint in lax_files(read_config(path), path):
        echo(f"hint: {hint.text}", err=True)
