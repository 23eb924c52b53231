"""The command `python -m evals`, called in this process."""

from pathlib import Path

from click.testing import CliRunner, Result

from evals.__main__ import main


def evaluate(folder: Path, *options: str) -> Result:
    """Run `python -m evals FOLDER OPTIONS`."""
    return CliRunner().invoke(main, [str(folder), *options])
