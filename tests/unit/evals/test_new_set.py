"""A new set takes a function and a row in evals.sets.SETS."""

import json
from pathlib import Path

import pytest

from evals.sets import SETS
from tests.unit.evals.command import evaluate

SAMPLES = [
    {"text": "The council met again on Friday to weigh a plan for new sea walls.", "language": "en"},
    {"text": "Der Rat tagte am Freitag erneut, um über neue Deiche zu beraten.", "language": "de"},
    {"text": "Der Rat tagte am Freitag erneut, um über neue Deiche zu beraten.", "language": "fr"},
    {"text": "Le conseil s'est réuni vendredi pour examiner un projet de digues.", "language": "fr"},
]


def test_a_new_set_is_evaluated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SETS, "languages", "tests.unit.evals.languages:languages")
    part = tmp_path / "languages" / "dev"
    part.mkdir(parents=True)
    (part / "texts.jsonl").write_text("".join(json.dumps(sample) + "\n" for sample in SAMPLES), encoding="utf-8")
    result = evaluate(tmp_path, "--only", "languages", "--json")
    row = json.loads(result.stdout)
    assert row.pop("seconds") >= 0
    assert row == {"type": "evaluation.v1", "set": "languages", "part": "dev", "texts": 4, "accuracy": 0.75}
