"""What `python -m evals` prints, and how it ends."""

import json
from pathlib import Path

import pytest

from evals.sets import SETS
from tests.unit.evals.command import evaluate

TEXTS = [{"text": "The council met again on Friday to weigh a plan for new sea walls.", "language": "en"}]
ONLY = ("--only", "good,bad")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the sets good and bad, of which bad is damaged."""
    for name, text in (("good", json.dumps(TEXTS[0])), ("bad", "{")):
        monkeypatch.setitem(SETS, name, "tests.unit.evals.languages:languages")
        (tmp_path / name / "sealed").mkdir(parents=True)
        (tmp_path / name / "sealed" / "texts.jsonl").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_set_that_fails_is_told_and_the_others_are_in_the_table(data: Path) -> None:
    result = evaluate(data, *ONLY, "--part", "sealed")
    assert result.exit_code == 1
    assert f"bad: cannot evaluate {data / 'bad' / 'sealed'}: JSONDecodeError" in result.stderr
    assert "mend the file, which tests.unit.evals.languages reads, or name the other sets with --only" in result.stderr
    head, row = result.stdout.splitlines()
    assert head.startswith("set ")
    assert row.split()[:3] == ["good", "accuracy", "1.000"]


def test_a_part_that_a_set_has_not_is_told_and_the_others_are_evaluated(data: Path) -> None:
    (data / "bad" / "sealed").rename(data / "bad" / "dev")
    result = evaluate(data, *ONLY, "--part", "sealed", "--json")
    assert result.exit_code == 1
    assert f"bad: absent: there is no part 'sealed' in {data / 'bad'}; it has dev" in result.stderr
    assert json.loads(result.stdout)["set"] == "good"


def test_files_in_the_folder_of_the_set_are_a_part(data: Path) -> None:
    (data / "good" / "texts.jsonl").write_text(json.dumps({**TEXTS[0], "part": "mine"}), encoding="utf-8")
    result = evaluate(data, "--only", "good", "--part", "mine", "--json")
    assert (result.exit_code, json.loads(result.stdout)["part"]) == (0, "mine")


def test_a_damaged_file_in_the_folder_of_the_set_does_not_stop_the_others(data: Path) -> None:
    (data / "bad" / "texts.jsonl").write_text("{", encoding="utf-8")
    result = evaluate(data, *ONLY, "--part", "mine")
    assert (result.exit_code, "bad: cannot evaluate its files: JSONDecodeError" in result.stderr) == (1, True)


def test_folders_that_no_function_reads_are_listed(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(SETS, "bad")
    (data / "seed").mkdir()
    (data / "el_aida" / "dev").mkdir(parents=True)
    result = evaluate(data, "--part", "sealed")
    listed = [line for line in result.stdout.splitlines() if line.startswith("not scored: ")]
    assert listed == [
        "not scored: bad: no function in evals/sets.py reads it",
        "not scored: el_aida: it has no such part",
        "not scored: seed: one article, in which nothing is marked",
    ]
    assert result.exit_code == 0


def test_a_set_without_files_is_an_error(data: Path) -> None:
    (data / "el_n3" / "sealed").mkdir(parents=True)
    result = evaluate(data, "--only", "el_n3", "--part", "sealed")
    assert (result.exit_code, "there is no file of the set in it" in result.stderr) == (1, True)
