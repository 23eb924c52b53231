"""The command line imports what a command needs when it runs, and lists all commands."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from monitor.cli import main
from monitor.cli.group import LazyGroup
from monitor.cli.main import COMMANDS

LOADED = "import sys; from monitor.cli import main; main(standalone_mode=False); print('loaded', *sys.modules)"


@pytest.mark.parametrize(("name", "row"), COMMANDS.items())
def test_each_row_names_a_command(name: str, row: tuple[str, str]) -> None:
    module, _, attribute = row[0].partition(":")
    command = getattr(import_module(module), attribute)
    assert isinstance(command, click.Command)
    assert command.name == name


def test_the_help_lists_the_commands_of_the_services_too() -> None:
    text = CliRunner().invoke(main, ["--help"]).stdout
    assert "..." not in text.partition("Commands:")[2]
    assert {*COMMANDS, "backtest", "explain"} <= set(text.split())
    assert "lint" in CliRunner().invoke(main, ["watch", "--help"]).stdout


def loaded_by(folder: Path, *arguments: str) -> set[str]:
    """Return the modules that a run of the command loads."""
    result = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments], cwd=folder, capture_output=True, text=True, timeout=60, check=True
    )
    return set(result.stdout.rpartition("loaded")[2].split())


def test_the_help_and_the_version_load_only_the_command_line(tmp_path: Path) -> None:
    for option in ("--help", "--version"):
        loaded = loaded_by(tmp_path, option)
        assert "click" in loaded
        assert not {"monitor.config", "monitor.bus", "monitor.messages", "structlog", "asyncio", "orjson"} & loaded


def test_a_check_loads_no_network_and_no_models(tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text(
        'bus = "sqlite:news.db"\n[[watches]]\nid = "kim"\nquery = "Kim AND train"\nto = ["desk"]\n'
        '[[targets]]\nid = "desk"\nlog = true\n[[feeds]]\nurl = "https://example.org/feed"\n'
    )
    loaded = loaded_by(tmp_path, "check")
    assert "consumers.alerts.query.parse" in loaded
    assert not {"aiohttp", "aiokafka", "feedparser", "numpy", "spacy", "requests", "tomlkit"} & loaded


def test_a_command_of_a_package_that_cannot_be_imported_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "counting.py").write_text('import click\ncount = click.Command("count", help="Count the stories.")\n')
    (tmp_path / "counting-1.0.dist-info").mkdir()
    (tmp_path / "counting-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: counting\nVersion: 1.0\n")
    entries = "[counting.commands]\nbroken = no_such_module:broken\ncount = counting:count\n"
    (tmp_path / "counting-1.0.dist-info" / "entry_points.txt").write_text(entries)
    monkeypatch.syspath_prepend(tmp_path)
    group = LazyGroup(extended_by="counting.commands")
    listed = CliRunner().invoke(group, ["--help"])
    assert "Count the stories." in listed.stdout
    assert "No module named 'no_such_module'" in " ".join(listed.stdout.split())
    result = CliRunner().invoke(group, ["broken"])
    assert result.exit_code == 1
    assert "the command 'broken' of the package counting cannot be imported: ModuleNotFoundError" in result.output
    assert "update or uninstall it" in result.output
