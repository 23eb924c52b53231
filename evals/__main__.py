"""`python -m evals DATA`: score the monitor on sets of real data."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from evals.sets import SETS, UNREADABLE, Row, load
from monitor.cli.shared import as_json, echo_json
from monitor.format import printable


@click.command()
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--only", multiple=True, help="Only these sets, with commas between; may be given several times.")
@click.option("--part", default="dev", show_default=True, help="The part of each set: the folder DATA/SET/PART.")
@as_json
def main(data: Path, only: tuple[str, ...], part: str, json: bool) -> None:  # noqa: FBT001  (click gives flags so)
    """Score the monitor on the sets in DATA, beside a peer where there is one; exit code 1 if a set could not be measured.

    Without --only a set that is absent is told and passed over.
    """
    wanted = [name for names in only for name in names.split(",") if name]
    if unknown := [name for name in wanted if name not in SETS]:
        raise click.BadParameter(f"{unknown[0]!r}; there are: {', '.join(SETS)}", param_hint="--only")
    count, failed = 0, False
    for name in wanted or SETS:
        folder = data / name / part
        if not folder.is_dir():
            click.echo(f"{name}: absent: there is no folder {folder}", err=True)
            failed = failed or bool(wanted)
            continue
        try:
            for row in _rows(name, folder):
                _show({"set": name, "part": part, **row}, json=json)
                count += 1
        except (*UNREADABLE, ImportError) as error:
            click.echo(f"{name}: {folder} cannot be measured: {printable(f'{type(error).__name__}: {error}')}", err=True)
            failed = True
    if failed or not count:
        sys.exit(1)


def _rows(name: str, folder: Path) -> Iterator[Row]:
    yield from load(name)(folder)


def _show(row: Row, *, json: bool) -> None:
    if json:
        echo_json(row)
        return
    head = f"{row['set']}/{row['part']}"
    figures = [f"{key} {value:.4f}" if isinstance(value, float) else f"{key} {value}" for key, value in list(row.items())[2:]]
    click.echo(f"{head:<24} {'  '.join(figures)}")


if __name__ == "__main__":
    main(prog_name="python -m evals")
