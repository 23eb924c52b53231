"""Print to standard output and standard error. All commands print with these functions, so that all of it is escaped."""

import click

from monitor.escape import printable


def echo(text: object = "", *, err: bool = False) -> None:
    """Print *text* and a line break, on standard error if *err* is True. Line breaks and tabs in *text* are not escaped."""
    click.echo(printable(str(text), keep="\n\t"), err=err)


def echo_marked(before: str, words: str, after: str) -> None:
    """Print a line of three parts, of which *words* are bold on a terminal."""
    lead, marked, rest = (printable(each) for each in (before, words, after))
    click.echo(f"{lead}{click.style(marked, bold=True) if marked else ''}{rest}")


def echo_data(text: str, *, nl: bool = True) -> None:
    """Print *text* as it is: JSON or XML whose hidden characters are escaped already. Add a line break if *nl* is True."""
    click.echo(text, nl=nl)
