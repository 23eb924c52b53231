"""The evaluation of watches, on a small set written for this test."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.evals.command import evaluate

DOCUMENTS = {
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


def write_set(folder: Path, part: str) -> None:
    """Write the set alerts_gold below *folder*."""
    part_folder = folder / "alerts_gold" / part
    part_folder.mkdir(parents=True)
    lines = {"docs": [{"id": ident, "text": text} for ident, text in DOCUMENTS.items()], "subjects": SUBJECTS}
    for name, values in lines.items():
        with gzip.open(part_folder / f"made_en.{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(value) + "\n" for value in values)


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The rows that the command prints for the set."""
    folder = tmp_path_factory.mktemp("data")
    write_set(folder, "other")
    result = evaluate(folder, "--only", "alerts_gold", "--part", "other", "--json")
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_precision_and_recall_of_each_method(rows: list[dict[str, Any]]) -> None:
    figures = {row["watches"]: (row["precision"], row["recall"]) for row in rows if "precision" in row}
    _, recall = figures.pop("own names")
    assert 0 < recall < 0.9
    assert figures == {
        # Matched: 1 Lisa; 4 Tom; 1, 2, 3, 5 Larkton; 2 Rovers. Six of the ten pairs are right, one of the seven is wrong.
        "label": (pytest.approx(6 / 7), pytest.approx(6 / 10)),
        "forms": (pytest.approx(10 / 17), 1.0),
        "own forms": (pytest.approx(9 / 13), pytest.approx(9 / 10)),
        "own forms as written": (pytest.approx(9 / 12), pytest.approx(9 / 10)),
    }


def test_errors_are_counted_by_cause_with_an_example(rows: list[dict[str, Any]]) -> None:
    def causes(method: str) -> dict[tuple[str, str], str]:
        errors = (row for row in rows if row["watches"] == method and "error" in row)
        return {(row["error"], row["cause"]): f"{row['count']}, such as {row['such as']}" for row in errors}

    assert causes("label") == {
        ("false alert", "inside a longer name"): "1, such as Larkton in 2",
        ("missed", "form not searched for"): "1, such as Larkton in 6",
        ("missed", "inflected or shortened form not searched for"): "2, such as Lisa Brook in 5",
        ("missed", "no searchable words"): "1, such as Q1 in 5",
    }
    assert causes("own forms")["false alert", "written differently from the listed form"] == "1, such as Lisa Brook in 3"
    assert causes("own forms")["false alert", "names another subject"] == "1, such as Lisa Brook in 2"
    assert ("false alert", "written differently from the listed form") not in causes("own forms as written")


def test_a_missing_part_or_an_empty_one_is_an_error(tmp_path: Path) -> None:
    missing = evaluate(tmp_path, "--only", "alerts_gold", "--part", "holdout")
    assert (missing.exit_code, "alerts_gold: absent" in missing.stderr) == (1, True)
    (tmp_path / "alerts_gold" / "empty").mkdir(parents=True)
    empty = evaluate(tmp_path, "--only", "alerts_gold", "--part", "empty")
    assert (empty.exit_code, "there is no NAME.subjects.jsonl.gz in it" in empty.stderr) == (1, True)
