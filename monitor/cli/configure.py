"""`newsmonitor init` and `newsmonitor check`: create and check the config."""

import os
import sys
from collections.abc import Iterator, Sequence
from importlib.resources import files as package_files
from pathlib import Path

import click

from monitor.bus.address import KEY_VARIABLE, LOGIN_VARIABLE
from monitor.cli.options import as_json
from monitor.cli.shared import echo_json
from monitor.config import PageConfig
from monitor.config.environment import OWN, Override, find_overrides, misspelt
from monitor.config.files import locate_problems, read_files
from monitor.config.load import parse_files
from monitor.config.privacy import lax_files
from monitor.config.problems import InvalidConfig, Problem
from monitor.output import echo
from monitor.runtime import registry


@click.command()
@click.pass_obj
def init(path: Path) -> None:
    """Create a config file to start from. Never overwrite a file."""
    text = (package_files("monitor.config") / "template.toml").read_text(encoding="utf-8")
    try:
        # Only its owner may read the file, since it will hold secrets, such as the URL of a webhook.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        echo(f"{path} already exists; name another file with -c FILE", err=True)
        sys.exit(1)
    page = PageConfig().listen
    echo(f"Created {path}. Next: edit its feeds and watches, then `newsmonitor check` and `newsmonitor run`.")
    echo(f"The page of `newsmonitor run`, http://{page}/, adds feeds and watches too, and says what to do next.")


@click.command()
@as_json
@click.pass_obj
def check(path: Path, json: bool) -> None:  # noqa: FBT001  (click passes flags as arguments)
    """Check the config, and print each problem with its line and remedy.

    Exit code 1 if there is a problem. A hint is not a problem: it points out something that is valid but may be a mistake.
    """
    hints: list[Problem] = []
    overrides = find_overrides(os.environ, registry.extensions().schema)
    try:
        files = read_files(path)
        config = parse_files(files, registry.extensions())
        problems = locate_problems(files, registry.check(config), overrides)
        found = [*registry.hints(config), *lax_files(config, path)]
        hints = [*files.hints, *locate_problems(files, found, overrides), *_misspelt_variables()]
    except InvalidConfig as error:
        problems = list(error.problems)
    for problem in (*problems, *hints):
        prefix = "hint: " if problem in hints else ""
        if json:
            where = {"file": problem.variable or str(problem.file or path), "line": problem.line, "column": problem.column}
            echo_json("problem.v1", {**where, "watch": problem.watch, "problem": f"{prefix}{problem.text}"})
        else:
            echo(f"{problem.location(path)}: {prefix}{problem.text}")
    if problems:
        sys.exit(1)
    settings = dict(_set_by_variables(overrides))
    if json:
        for key, variable in settings.items():
            echo_json("setting.v1", {"key": key, "variable": variable})
        return
    but = ", but see the hints" if hints else ""
    echo(f"{path} is valid{but}: {len(config.feeds)} feeds, {len(config.watches)} watches, {len(config.targets)} targets.")
    for key, variable in settings.items():
        echo(f"{key} is set by the environment variable {variable}")


def _set_by_variables(overrides: Sequence[Override]) -> Iterator[tuple[str, str]]:
    """Yield the keys of the config that environment variables set, and these variables."""
    keys = dict(OWN) | dict.fromkeys((LOGIN_VARIABLE, f"{LOGIN_VARIABLE}_FILE"), "the password of [kafka]")
    keys |= dict.fromkeys((KEY_VARIABLE, f"{KEY_VARIABLE}_FILE"), "the password of the key of [kafka]")
    yield from ((key, variable) for variable, key in keys.items() if os.environ.get(variable))
    yield from ((".".join(each.place), each.variable) for each in overrides if each.variable not in keys)


def _misspelt_variables() -> Iterator[Problem]:
    for name, meant in misspelt(os.environ, registry.extensions().schema):
        yield Problem(0, f"no key of the config has this variable: did you mean {meant}?", variable=name)
