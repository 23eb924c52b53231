"""`newsmonitor init` and `newsmonitor check`."""

import sys
from importlib.resources import files
from pathlib import Path

import click

from monitor.cli.shared import as_json, echo_json
from monitor.config.files import gather, locate_problems
from monitor.config.load import parse_files
from monitor.config.problems import InvalidConfig, Problem
from monitor.runtime import registry


@click.command()
@click.pass_obj
def init(path: Path) -> None:
    """Write a config to begin with; the file must not be there yet."""
    text = (files("monitor.config") / "template.toml").read_text(encoding="utf-8")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        click.echo(f"{path} is there already; name another with -c FILE", err=True)
        sys.exit(1)
    click.echo(f"{path} is written. Next: edit its feeds and watches, `newsmonitor check`, `newsmonitor run`.")


@click.command()
@as_json
@click.pass_obj
def check(path: Path, json: bool) -> None:  # noqa: FBT001  (click gives flags so)
    """Check the config; each problem with its line and what to do."""
    hints: list[Problem] = []
    try:
        files = gather(path)
        config = parse_files(files)
        found = locate_problems(files, registry.check(config))
        hints = locate_problems(files, registry.hints(config))
    except InvalidConfig as error:
        found = list(error.problems)
    for problem in (*found, *hints):
        hint = "hint: " if problem in hints else ""
        if json:
            where = {"file": str(problem.file or path), "line": problem.line, "column": problem.column}
            echo_json({**where, "watch": problem.watch, "problem": f"{hint}{problem.text}"})
        else:
            click.echo(f"{problem.at(path)}: {hint}{problem.text}")
    if found:
        sys.exit(1)
    if not json:
        click.echo(f"{path} is good: {len(config.feeds)} feeds, {len(config.watches)} watches, {len(config.targets)} targets.")
