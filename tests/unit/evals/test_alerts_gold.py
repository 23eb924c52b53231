"""The measure of watches, on a set made here."""

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from evals.__main__ import main

DOCS = {
    "1": "Lisa Brook sings\nLisa Brook sang in Larkton.",
    "2": "Larkton Rovers win\nBrook scored.",
    "3": "A brook\nIt runs by Larkton.",
    "4": "TOM BROOK SWIMS\nNobody else did.",
    "5": "Rain in Larkton\nMs. Brook was there, and the mayor.",
    "6": "Мэр Ларктона\nВ Ларктоне дождь.",
}
SUBJECTS: list[dict[str, Any]] = [
    {"subject": "Lisa Brook", "surface_forms": {"Lisa Brook": 2, "Brook": 2}, "docs": ["1", "5"]},
    {"subject": "Tom Brook (swimmer)", "surface_forms": {"TOM BROOK": 1, "Brook": 1}, "docs": ["2", "4"]},
    {"subject": "Larkton", "surface_forms": {"Larkton": 3, "Ларктоне": 1}, "docs": ["1", "3", "5", "6"]},
    {"subject": "Larkton Rovers", "surface_forms": {"Larkton Rovers": 1}, "docs": ["2"]},
    {"subject": "Q1", "label": "", "surface_forms": {"mayor": 1}, "docs": ["5"]},
]


def lay(folder: Path, docs: Mapping[str, str] = DOCS, part: str = "dev") -> None:
    """The set, as its part *part*."""
    place = folder / "alerts_gold" / part
    place.mkdir(parents=True)
    lines = {"docs": [{"id": doc, "text": text} for doc, text in docs.items()], "subjects": SUBJECTS}
    for name, those in lines.items():
        with gzip.open(place / f"made_en.{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(each) + "\n" for each in those)


def measured(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, [str(folder), "--only", "alerts_gold", *words])


@pytest.fixture
def rows(tmp_path: Path) -> list[dict[str, Any]]:
    lay(tmp_path, part="other")
    result = measured(tmp_path, "--part", "other", "--json")
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_precision_and_recall_of_each_kind_of_watch(rows: list[dict[str, Any]]) -> None:
    figures = {row["watches"]: (row["precision"], row["recall"]) for row in rows if "precision" in row}
    _, recall = figures.pop("own names")
    assert 0 < recall < 0.9
    assert figures == {
        # Found: 1 Lisa; 4 Tom; 1, 2, 3, 5 Larkton; 2 Rovers. Of ten pairs six are right, and one of seven is wrong.
        "label": (pytest.approx(6 / 7), pytest.approx(6 / 10)),
        "forms": (pytest.approx(10 / 17), 1.0),
        "own forms": (pytest.approx(9 / 13), pytest.approx(9 / 10)),
        "own forms as written": (pytest.approx(9 / 12), pytest.approx(9 / 10)),
    }


def test_errors_are_listed_by_cause(rows: list[dict[str, Any]]) -> None:
    def causes(watches: str) -> dict[tuple[str, str], str]:
        listed = (row for row in rows if row["watches"] == watches and "error" in row)
        return {(row["error"], row["cause"]): f"{row['count']}, such as {row['such as']}" for row in listed}

    assert causes("label") == {
        ("false alert", "inside a longer name"): "1, such as Larkton in 2",
        ("missed", "form not looked for"): "1, such as Larkton in 6",
        ("missed", "inflected, or shortened, otherwise than looked for"): "2, such as Lisa Brook in 5",
        ("missed", "no word to look for"): "1, such as Q1 in 5",
    }
    assert causes("own forms")["false alert", "written otherwise than listed"] == "1, such as Lisa Brook in 3"
    assert causes("own forms")["false alert", "another subject of that name"] == "1, such as Lisa Brook in 2"
    assert ("false alert", "written otherwise than listed") not in causes("own forms as written")


def test_a_part_that_is_absent_or_holds_something_else_is_told(tmp_path: Path) -> None:
    lay(tmp_path)
    assert measured(tmp_path).exit_code == 0
    absent = measured(tmp_path, "--part", "holdout")
    assert (absent.exit_code, "alerts_gold: absent" in absent.stderr) == (1, True)
    (tmp_path / "alerts_gold" / "empty").mkdir()
    empty = measured(tmp_path, "--part", "empty")
    assert (empty.exit_code, "there is no NAME.subjects.jsonl.gz in it" in empty.stderr) == (1, True)
