"""The man pages in man/ are those of the commands, and are in the format of man(7)."""

from pathlib import Path

import pytest

from monitor.cli.main import COMMANDS
from monitor.cli.manual import escape, manual, paragraphs, write

MAN = Path(__file__).parents[3] / "man"
REQUESTS = {".TH", ".SH", ".SS", ".PP", ".IP", ".TP", ".nf", ".fi"}


def test_the_pages_are_those_of_the_commands() -> None:
    assert {path.name: path.read_text(encoding="utf-8") for path in MAN.iterdir()} == manual(), "run `make man`"


def test_there_is_a_page_for_each_command() -> None:
    assert {"newsmonitor.1", *(f"newsmonitor-{name}.1" for name in (*COMMANDS, "serve", "targets"))} <= set(manual())


@pytest.mark.parametrize("name", sorted(manual()))
def test_a_page_has_its_sections_and_no_unknown_request(name: str) -> None:
    lines = manual()[name].splitlines()
    assert {line.split()[0] for line in lines if line.startswith((".", "'"))} <= REQUESTS
    headings = [line for line in lines if line.startswith(".SH")]
    assert headings[:4] == [".SH NAME", ".SH SYNOPSIS", ".SH DESCRIPTION", ".SH OPTIONS"]
    assert lines[2].split()[:2] == [name.removesuffix(".1").replace("-", "\\-"), "\\-"]
    assert "\b" not in manual()[name]


def test_a_page_tells_the_options_of_a_subcommand() -> None:
    page = manual()["newsmonitor-feeds.1"]
    assert ".SH FEEDS ADD\n\\fBnewsmonitor feeds add\\fR [OPTIONS] URL\n" in page
    assert ".TP\n\\fB\\-\\-name TEXT\\fR\nThe name of the outlet. Alerts count outlets by name.\n" in page
    assert ".TP\n\\fB\\-h, \\-\\-help\\fR\n" in page


def test_what_man_would_take_for_its_own_is_escaped() -> None:
    assert escape(".5 or C:\\x") == "\\&.5 or C:\\ex"
    assert list(paragraphs("Use `a-b`,\nand wait.\n\n\b\n'x\ny")) == [
        *("Use \\fBa\\-b\\fR, and wait.", ".PP", ".nf", "\\&'x", "y", ".fi"),
    ]


def test_a_page_of_a_command_that_is_gone_is_removed(tmp_path: Path) -> None:
    (tmp_path / "newsmonitor-gone.1").write_text("")
    write(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(manual())
