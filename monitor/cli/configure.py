"""`newsmonitor init` and `newsmonitor check`."""

import sys
from importlib.resources import files
from pathlib import Path

import click

from monitor import services
from monitor.cli.shared import as_json, echo_json
from monitor.configfile import Problem, Refused, read


@click.command()
@click.pass_obj
def init(path: Path) -> None:
    """Write a config to begin with; the file must not be there yet."""
    text = (files("monitor") / "data" / "monitor.toml").read_text(encoding="utf-8")
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
    try:
        config = read(path)
        found = [Problem(0, text) for text in services.check(config)]
    except Refused as error:
        found = list(error.problems)
    for problem in found:
        if json:
            echo_json({"file": str(path), "line": problem.line, "problem": problem.text})
        else:
            click.echo(f"{path}:{problem.line or 1}: {problem.text}")
    if found:
        sys.exit(1)
    if not json:
        click.echo(f"{path} is good: {len(config.feeds)} feeds, {len(config.watches)} watches, {len(config.targets)} targets.")
