"""Print to standard output and standard error. All commands print with these functions, so that all of it is escaped."""

import click

from monitor.escape import printable


def echo(text: object = "", *, err: bool = False) -> None:
    """Print *text* and a line break, on standard error if *err* is True. Its breaks of lines are kept, all else is escaped."""
    click.echo(printable(str(text), keep="\n\t"), err=err)


def echo_data(text: str, *, nl: bool = True) -> None:
    """Print *text*, which is data in a notation of its own and is escaped in it (monitor/escape.py)."""
    click.echo(text, nl=nl)
