"""The man pages, made from the commands: newsmonitor(1), and a page for each command with its subcommands.

They are kept in man/, and are in the wheel under share/man. `make man` writes them anew.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path

import click

from monitor.cli.group import LazyGroup
from monitor.cli.main import main

PACKAGES = ("monitor", "consumers", "page")
"""Where newsmonitor's own commands are. Those of other installed packages have no page here."""
SUMMARY_CHARS = 200


def manual() -> Mapping[str, str]:
    """Return the man pages in the format of man(7), by the name of their files."""
    ctx = click.Context(main, info_name="newsmonitor", **main.context_settings)
    commands = {name: command for name, command in _subcommands(ctx) if _module(command).startswith(PACKAGES)}
    pages = {"newsmonitor": _page(ctx, commands)}
    for name, command in commands.items():
        inner = click.Context(command, parent=ctx, info_name=name)
        pages[f"newsmonitor-{name}"] = _page(inner, dict(_subcommands(inner)))
    return {f"{name}.1": text for name, text in pages.items()}


def write(folder: Path) -> None:
    """Write the pages to *folder*, and remove those of commands that are gone."""
    pages = manual()
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.1"):
        if old.name not in pages:
            old.unlink()
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")


def _page(ctx: click.Context, subcommands: Mapping[str, click.Command]) -> str:
    name = ctx.command_path.replace(" ", "-")
    lines = [
        f'.TH "{escape(name.upper())}" "1" "" "newsmonitor {version("newsmonitor")}" "User Commands"',
        ".SH NAME",
        f"{escape(name)} \\- {escape(_summary(ctx, ctx.command))}",
        ".SH SYNOPSIS",
        _usage(ctx),
        ".SH DESCRIPTION",
        *paragraphs(ctx.command.help or ""),
        *_options(ctx, ".SH OPTIONS"),
    ]
    if ctx.parent is None:
        lines += [
            ".SH COMMANDS",
            *_table((f"newsmonitor-{name}(1)", _summary(ctx, each)) for name, each in subcommands.items()),
        ]
    else:
        lines += [line for name, each in subcommands.items() for line in _subcommand(ctx, name, each)]
        lines += [".SH SEE ALSO", "newsmonitor(1)"]
    return "\n".join(lines) + "\n"


def _subcommand(parent: click.Context, name: str, command: click.Command) -> Iterator[str]:
    ctx = click.Context(command, parent=parent, info_name=name)
    yield f".SH {escape(ctx.command_path.removeprefix('newsmonitor ')).upper()}"
    yield _usage(ctx)
    yield ".PP"
    yield from paragraphs(command.help or "")
    yield from _options(ctx, ".SS Options")
    for inner, each in _subcommands(ctx):
        yield from _subcommand(ctx, inner, each)


def _subcommands(ctx: click.Context) -> Iterator[tuple[str, click.Command]]:
    group = ctx.command
    if not isinstance(group, click.Group):
        return
    for name in group.list_commands(ctx):
        if (command := group.get_command(ctx, name)) and not command.hidden:
            yield name, command


def _module(command: click.Command) -> str:
    return getattr(command.callback, "__module__", "")


def _summary(ctx: click.Context, command: click.Command) -> str:
    """Return what a command does in one line, as the help of its group says it."""
    group = ctx.parent.command if ctx.parent and ctx.command is command else ctx.command
    row = group.rows.get(command.name or "") if isinstance(group, LazyGroup) else None
    return (row.summary if row else command.get_short_help_str(SUMMARY_CHARS)).rstrip(".")


def _usage(ctx: click.Context) -> str:
    pieces = " ".join(ctx.command.collect_usage_pieces(ctx))
    return f"\\fB{escape(ctx.command_path)}\\fR {escape(pieces)}"


def _options(ctx: click.Context, heading: str) -> Iterator[str]:
    records = [record for each in ctx.command.get_params(ctx) if (record := each.get_help_record(ctx)) and record[1]]
    if records:
        yield heading
        yield from _table(records)


def _table(rows: Iterator[tuple[str, str]] | list[tuple[str, str]]) -> Iterator[str]:
    for term, text in rows:
        yield ".TP"
        yield f"\\fB{escape(term)}\\fR"
        yield from paragraphs(text, between=".IP")


def paragraphs(text: str, between: str = ".PP") -> Iterator[str]:
    """Yield the paragraphs of a help text, with a request *between* two of them.

    One that begins with a backspace keeps its lines, as in click.
    """
    for number, paragraph in enumerate(re.split(r"\n\s*\n", text.strip().replace("\f", ""))):
        if number:
            yield between
        if paragraph.lstrip().startswith("\b"):
            yield from (".nf", *map(_line, paragraph.strip("\b\n ").splitlines()), ".fi")
        else:
            yield _line(" ".join(paragraph.split()))


def _line(text: str) -> str:
    """Return *text* as a line whose code is bold."""
    return re.sub(r"`([^`]+)`", r"\\fB\1\\fR", escape(text))


def escape(text: str) -> str:
    """Return *text* with what man(7) takes for its own. A line that begins with a dot or an apostrophe would be a request."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped


if __name__ == "__main__":
    write(Path(sys.argv[1]))
