"""`python -m evals DATA`: score the monitor on sets of real data."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from evals import table
from evals.cpu import cpu_seconds
from evals.parts import PartMissing, find_part
from evals.sets import FOLDERS, NOT_SCORED, SETS, UNREADABLE, Row, load
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

    The files of a set are in DATA/SET/PART, or in DATA/SET with PART in their names, or with a column "part" that names it.
    The last output is a table with all figures. Without --only, a set without the part is reported and skipped. The exit code
    is 1 if a set cannot be evaluated, or if none has files.
    """
    chosen = [name for names in only for name in names.split(",") if name]
    if unknown := [name for name in chosen if name not in SETS]:
        raise click.BadParameter(f"there is no set {unknown[0]!r}; the sets: {', '.join(SETS)}", param_hint="--only")
    with TemporaryDirectory(prefix="evals-") as scratch:
        folders = {name: _find(data, name, part, Path(scratch)) for name in SETS}
        present = {name: folders[name] for name in chosen or SETS}
        rows, failed = _evaluate_all(present, part, json=json)
    missing = [name for name, folder in present.items() if isinstance(folder, PartMissing)]
    skipped = [] if chosen else list(_skipped(data, [*missing]))
    if json:
        for row in skipped:
            echo_json("evaluation.v1", row)
    else:
        _print(rows, skipped)
    if failed or (chosen and missing) or not rows:
        sys.exit(1)


def _find(data: Path, name: str, part: str, scratch: Path) -> Path | Exception:
    """Return the folder of a part, or the error."""
    try:
        return find_part(data, FOLDERS.get(name, name), part, scratch)
    except (PartMissing, *UNREADABLE) as error:
        return error


def _evaluate_all(folders: Mapping[str, Path | Exception], part: str, *, json: bool) -> tuple[list[Row], bool]:
    """Return the rows of all sets, and whether one cannot be evaluated. Rows are printed at once as JSON, else the remarks."""
    rows, failed = list[Row](), False
    for name, folder in folders.items():
        started, before = cpu_seconds(), len(rows)
        try:
            if isinstance(folder, Exception):
                raise folder
            for row in _evaluate(name, folder, part):
                rows.append(row)
                if json:
                    echo_json("evaluation.v1", row)
                elif not table.figures(row) and "not_scored" not in row:
                    click.echo("  ".join(f"{key} {value}" for key, value in row.items() if key not in {"part", "seconds"}))
            click.echo(f"{name}: {len(rows) - before} rows, {cpu_seconds() - started:.0f} CPU seconds", err=True)
        except PartMissing as error:
            click.echo(f"{name}: absent: {printable(str(error))}", err=True)
        except (*UNREADABLE, ImportError, RuntimeError) as error:
            click.echo(f"{name}: {_describe(error, name, folder)}", err=True)
            failed = True
    return rows, failed


def _evaluate(name: str, folder: Path, part: str) -> Iterator[Row]:
    """Yield the rows of a set, with the CPU seconds since the one before it. Raises ValueError if there is none."""
    is_empty, before = True, cpu_seconds()
    for row in load(name)(folder):
        seconds, before = cpu_seconds() - before, cpu_seconds()
        yield {"set": name, "part": part, **row, "seconds": round(float(row.get("seconds", seconds)), 1)}
        is_empty = False
    if is_empty:
        raise ValueError("there is no file of the set in it")


def _describe(error: Exception, name: str, folder: Path | Exception) -> str:
    """Return what is wrong with a set, where, and what to do."""
    places = getattr(error, "__notes__", [])[:1] or [str(folder) if isinstance(folder, Path) else "its files"]
    module = SETS[name].partition(":")[0]
    told = f"cannot evaluate {printable(f'{places[0]}: {type(error).__name__}: {error}')}"
    if not isinstance(error, UNREADABLE):
        # A package or a model is missing, and the error says so.
        return told
    return f"{told}; mend the file, which {module} reads, or name the other sets with --only"


def _skipped(data: Path, missing: Sequence[str]) -> Iterator[Row]:
    """Yield why folders of *data* are not scored."""
    for folder in sorted(path.name for path in data.iterdir() if path.is_dir()):
        if folder in missing:
            yield {"set": folder, "not_scored": "it has no such part"}
        elif folder not in SETS:
            yield {"set": folder, "not_scored": NOT_SCORED.get(folder, "no function in evals/sets.py reads it")}


def _print(rows: Sequence[Row], skipped: Sequence[Row]) -> None:
    """Print the table, and what is not scored."""
    with_figures = [row for row in rows if table.figures(row)]
    for line in table.lines(with_figures) if with_figures else ():
        click.echo(line)
    for row in [*(row for row in rows if "not_scored" in row), *skipped]:
        click.echo(f"not scored: {' '.join(str(row[key]) for key in ('set', 'language') if key in row)}: {row['not_scored']}")


if __name__ == "__main__":
    main(prog_name="python -m evals")
