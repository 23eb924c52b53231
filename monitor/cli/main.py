"""The command `newsmonitor`: its subcommands, global options and exit codes."""

import errno
import sys
from pathlib import Path

import click

from monitor import logs
from monitor.bus import Misconfigured, OffsetOutOfRange, Transient
from monitor.cli import alerts, configure, dead_letters, feeds, run, status, streams, watches
from monitor.cli.shared import Group
from monitor.config.problems import InvalidConfig
from monitor.messages.codec import Invalid


class RootGroup(Group):
    """Prints an error that the user can correct as one line with its remedy, and exits with code 1."""

    def invoke(self, ctx: click.Context) -> object:
        """See click.Group."""
        try:
            return super().invoke(ctx)
        except InvalidConfig as error:
            for problem in error.problems:
                click.echo(f"{problem.location(ctx.obj)}: {problem.text}", err=True)
        except (Misconfigured, Transient, OffsetOutOfRange, Invalid) as error:
            click.echo(f"{type(error).__name__.lower()}: {error}", err=True)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            click.echo(str(error), err=True)
        sys.exit(1)


@click.group(cls=RootGroup, context_settings={"help_option_names": ["-h", "--help"]})
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
def main(ctx: click.Context, path: Path, level: logs.Level) -> None:
    """Watch the news: poll feeds, group articles into stories, and raise one alert when a watched subject appears.

    Data goes to standard output, logs to standard error. Exit codes: 0 success, 1 a problem was found (such as an invalid
    config or a failing feed), 2 invalid usage.
    """
    ctx.obj = path
    logs.set_up(level)


COMMANDS: tuple[click.Command, ...] = (
    configure.init,
    configure.check,
    run.run,
    run.demo,
    status.status,
    alerts.alerts,
    watches.watch,
    feeds.feeds,
    dead_letters.dead,
    streams.streams,
)
"""newsmonitor's own commands. The installed services bring further ones."""

for command in COMMANDS:
    main.add_command(command)
