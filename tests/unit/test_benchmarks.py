"""The benchmarks: each that is listed is a command, and the docs name each of them by it."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from bench.__main__ import BENCHMARKS, BY_NAME

LISTED = [*BENCHMARKS, *(each.partition(" ")[0] for each in BY_NAME)]
DOCS = {path.name: path.read_text(encoding="utf-8") for path in Path("docs").glob("*.md")}


@pytest.mark.parametrize("name", LISTED)
def test_each_benchmark_can_be_run_as_a_command(name: str) -> None:
    spec = find_spec(f"bench.{name}")
    assert spec is not None
    is_package = spec.submodule_search_locations is not None
    command = find_spec(f"bench.{name}.__main__") if is_package else spec
    assert command is not None
    assert is_package or 'if __name__ == "__main__":' in Path(command.origin or "").read_text(encoding="utf-8")


def test_the_docs_name_benchmarks_by_their_commands_and_no_other() -> None:
    commands = [command for text in DOCS.values() for command in re.findall(r"`python -m bench(.?[\w.]*)", text)]
    assert len(commands) > 20
    assert {command.removeprefix(".") for command in commands} <= set(LISTED)
    assert [command for command in commands if not command.startswith(".")] == []
