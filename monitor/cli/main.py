"""The command `newsmonitor`: its subcommands, global options and exit codes."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Literal

import click

from monitor.cli.group import CommandRow, LazyGroup
from monitor.escape import printable
from monitor.output import echo

COMMANDS = {
    "alerts": CommandRow("monitor.cli.alerts:alerts", "Print past and new alerts."),
    "backup": CommandRow("monitor.cli.backups:backup", "Copy the log to a file, while the services run."),
    "check": CommandRow("monitor.cli.configure:check", "Check the config."),
    "completion": CommandRow("monitor.cli.completion:completion", "Print the script that completes commands in a shell."),
    "dead": CommandRow("monitor.cli.dead_letters:dead", "List and retry messages that a service could not process."),
    "demo": CommandRow("monitor.cli.run:demo", "Replay a recorded day of news, with the real services."),
    "doctor": CommandRow("monitor.cli.doctor:doctor", "Examine everything, and say what to do."),
    "export": CommandRow("monitor.cli.export:export", "Write alerts to a file, as a table or for other programs."),
    "feeds": CommandRow("monitor.cli.feeds:feeds", "List, test, find, add and remove feeds."),
    "init": CommandRow("monitor.cli.configure:init", "Create a config file to start from."),
    "restore": CommandRow("monitor.cli.backups:restore", "Put a backup in the place of the log."),
    "run": CommandRow("monitor.cli.run:run", "Run all services, or only those named."),
    "status": CommandRow("monitor.cli.status:status", "Show the state of services, feeds and deliveries."),
    "streams": CommandRow("monitor.cli.streams:streams", "Create and check the streams on Kafka, and describe all streams."),
    "watch": CommandRow("monitor.cli.watches:watch", "List, add, remove and lint watches."),
}
"""newsmonitor's own commands. Packages add others through the entry-point group `newsmonitor.commands`."""


class RootGroup(LazyGroup):
    """Prints an error that the user can correct as one line with its remedy, and exits with code 1."""

    def invoke(self, ctx: click.Context) -> object:
        """See click.Group."""
        try:
            return super().invoke(ctx)
        except click.ClickException as error:
            _escaped(error).show()
            sys.exit(error.exit_code)
        except (click.Abort, click.exceptions.Exit):
            raise
        except BrokenPipeError:
            # The reader of the output, such as `head`, has all that it wants.
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        except Exception as error:
            lines = _describe(error, ctx.obj)
            if not lines:
                raise
            echo(_without_secrets("\n".join(lines)), err=True)
        sys.exit(1)


def _escaped(error: click.ClickException) -> click.ClickException:
    """Return *error*, or one like it if its text has hidden characters or secrets: it may quote a feed, a config or a URL."""
    text = error.format_message()
    escaped = printable(_without_secrets(text), keep="\n\t")
    if escaped == text:
        return error
    return click.UsageError(escaped, error.ctx) if isinstance(error, click.UsageError) else click.ClickException(escaped)


def _without_secrets(text: str) -> str:
    # Imported here, so that the help starts fast.
    from monitor.redaction import hide_in_text

    return hide_in_text(text)


def _describe(error: Exception, path: Path) -> list[str]:
    """Return the lines that tell the user of *error*; none if the user cannot correct it."""
    # Imported here, since a command that succeeds needs none of it.
    from monitor.bus import Misconfigured, OffsetOutOfRange, Transient
    from monitor.config.problems import InvalidConfig
    from monitor.messages.codec import Invalid

    if isinstance(error, InvalidConfig):
        return [f"{problem.location(path)}: {problem.text}" for problem in error.problems]
    if isinstance(error, (Misconfigured, Transient, OffsetOutOfRange, Invalid)):
        return [f"{type(error).__name__.lower()}: {error}"]
    return [str(error)] if isinstance(error, OSError) else []


@click.group(
    cls=RootGroup,
    rows=COMMANDS,
    extended_by="newsmonitor.commands",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="newsmonitor")
@click.option(
    "-c",
    "--config",
    "path",
    default="monitor.toml",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="NEWSMONITOR_CONFIG",
    help="The config file.",
)
@click.option(
    "--log",
    "level",
    default="info",
    show_default=True,
    type=click.Choice(["debug", "info", "warning", "error"]),
    help="The lowest level of the log messages to write.",
)
@click.pass_context
def main(ctx: click.Context, path: Path, level: Literal["debug", "info", "warning", "error"]) -> None:
    """Watch the news: poll feeds, group articles into stories, and raise one alert when a watched subject appears.

    Data goes to standard output, logs to standard error. Exit codes: 0 success, 1 a problem was found (such as an invalid
    config or a failing feed), 2 invalid usage.
    """
    from monitor import logs

    ctx.obj = path
    logs.set_up(level)
