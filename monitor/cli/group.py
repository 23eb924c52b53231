"""Command groups whose commands are imported when they are needed, so that each command starts fast."""

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any, NamedTuple, cast

import click
from click.shell_completion import CompletionItem

SUMMARY_CHARS = 60
"""The longest summary beside a completion."""


class CommandRow(NamedTuple):
    """A command of a group: the place of its click command, as ``module:attribute``, and its line in the help."""

    place: str
    summary: str


class LazyGroup(click.Group):
    """A group of the commands in *rows*, by name, and of those that packages add to the entry-point group *extended_by*."""

    def __init__(self, *arguments: Any, rows: Mapping[str, CommandRow] | None = None, extended_by: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.rows = rows or {}
        self._extended_by = extended_by

    def list_commands(self, ctx: click.Context) -> list[str]:
        """See click.Group."""
        return sorted({*super().list_commands(ctx), *self.rows, *_added(self._extended_by)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """See click.Group. Raises click.ClickException if the command of a package cannot be imported."""
        if row := self.rows.get(cmd_name):
            module, _, attribute = row.place.partition(":")
            return cast("click.Command", getattr(import_module(module), attribute))
        if command := super().get_command(ctx, cmd_name):
            return command
        entry = _added(self._extended_by).get(cmd_name)
        return _load(entry) if entry else None

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """See click.Group. Only the commands that packages add are imported, so that the shell answers fast."""
        names = [name for name in self.list_commands(ctx) if name.startswith(incomplete)]
        found = [CompletionItem(name, help=self._summary(ctx, name, SUMMARY_CHARS)) for name in names]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """See click.Group. Only the commands that packages add are imported."""
        names = self.list_commands(ctx)
        limit = formatter.width - 6 - max(map(len, names), default=0)
        with formatter.section("Commands"):
            formatter.write_dl([(name, self._summary(ctx, name, limit)) for name in names])

    def _summary(self, ctx: click.Context, name: str, limit: int) -> str:
        if row := self.rows.get(name):
            return row.summary
        try:
            command = self.get_command(ctx, name)
        except click.ClickException as error:
            return error.message
        return command.get_short_help_str(limit) if command else ""


def _added(group: str) -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=group)}


def _load(entry: EntryPoint) -> click.Command:
    try:
        command = entry.load()
    except Exception as error:
        package = f" of the package {entry.dist.name}" if entry.dist else ""
        text = f"the command {entry.name!r}{package} cannot be imported: {type(error).__name__}: {error}"
        raise click.ClickException(f"{text}; update or uninstall it") from error
    return cast("click.Command", command)
