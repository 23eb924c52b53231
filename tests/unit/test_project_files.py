"""The files for those who contribute: what they name exists, and what GitHub reads has the form that it expects."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
GITHUB = ROOT / ".github"
FORMS = sorted(path for path in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))


def named(text: str) -> set[str]:
    """Return the files and folders of the project that *text* names."""
    return set(re.findall(r"`((?:\w+/)+[\w./-]*|[\w-]+\.(?:txt|toml|py))`", text)) - {"monitor.toml", "release.yml"}


@pytest.mark.parametrize("text", [SECURITY, CONTRIBUTING], ids=["SECURITY", "CONTRIBUTING"])
def test_each_file_that_is_named_exists(text: str) -> None:
    assert len(named(text)) > 5
    assert [name for name in named(text) if not (ROOT / name).exists()] == []


def test_each_threat_has_code_that_stands_in_its_way_and_a_test_that_shows_it() -> None:
    table = SECURITY.partition("### What stands in the way")[2].partition("###")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")][2:]
    assert len(rows) > 20
    for threat, _, code, test in rows:
        assert named(code), threat
        assert named(test), threat
        assert all(name.startswith("tests/") for name in named(test)), threat


def check(schema: str, *files: Path) -> str:
    """Return what is wrong with *files* by the JSON Schema that GitHub's editor uses."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", *map(str, files)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if result.returncode == 0 else result.stdout + result.stderr


def test_the_forms_for_issues_are_valid() -> None:
    assert [path.stem for path in FORMS] == ["alert", "bug", "feature", "feed"]
    assert check("github-issue-forms", *FORMS) == ""
    assert check("github-issue-config", GITHUB / "ISSUE_TEMPLATE" / "config.yml") == ""


def test_the_workflows_are_valid_and_pin_what_they_use() -> None:
    assert check("github-workflows", *WORKFLOWS) == ""
    uses = [line.split("uses: ")[1] for path in WORKFLOWS for line in path.read_text().splitlines() if "uses: " in line]
    assert len(uses) > 5
    assert [each for each in uses if not re.fullmatch(r"[\w-]+/[\w-]+@v\d+\.\d+\.\d+", each)] == []
