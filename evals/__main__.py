"""`python -m evals DATA`: score the monitor on sets of real data."""

import sys
from pathlib import Path

import click

from evals.sets import SETS, UNREADABLE, Row, load
from monitor.cli.options import as_json
from monitor.cli.shared import echo_json
from monitor.escape import printable


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, epilog=f"The sets: {', '.join(SETS)}.")
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--only", metavar="SET", multiple=True, help="Evaluate only these sets: SET,SET or --only SET --only SET.")
@click.option("--part", default="dev", show_default=True, help="The part of each set, such as dev or holdout.")
@as_json
def main(data: Path, only: tuple[str, ...], part: str, json: bool) -> None:  # noqa: FBT001  (click passes flags as arguments)
    """Score the monitor on the evaluation sets in the folder DATA, and for some sets another program for comparison.

    The files of a set are in DATA/SET/PART. Without --only, a set without files is reported and skipped. The exit code is 1
    if a set cannot be evaluated, or if none has files.
    """
    chosen = [name for names in only for name in names.split(",") if name]
    if unknown := [name for name in chosen if name not in SETS]:
        raise click.BadParameter(f"there is no set {unknown[0]!r}; the sets: {', '.join(SETS)}", param_hint="--only")
    rows, failed = 0, False
    for name in chosen or SETS:
        folder = data / name / part
        if not folder.is_dir():
            click.echo(f"{name}: absent: there is no folder {folder}", err=True)
            failed = failed or bool(chosen)
            continue
        try:
            for row in load(name)(folder):
                _print({"set": name, "part": part, **row}, json=json)
                rows += 1
        except (*UNREADABLE, ImportError) as error:
            click.echo(f"{name}: cannot evaluate {folder}: {printable(f'{type(error).__name__}: {error}')}", err=True)
            failed = True
    if failed or not rows:
        sys.exit(1)


def _print(row: Row, *, json: bool) -> None:
    if json:
        echo_json("evaluation.v1", row)
        return
    figures = {key: value for key, value in row.items() if key not in {"set", "part"}}
    cells = [f"{key} {value:.4f}" if isinstance(value, float) else f"{key} {value}" for key, value in figures.items()]
    head = f"{row['set']}/{row['part']}"
    click.echo(f"{head:<24} {'  '.join(cells)}")


if __name__ == "__main__":
    main(prog_name="python -m evals")
