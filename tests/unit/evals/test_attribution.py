"""The evaluation of attribution, on marks of one text."""

import json
from pathlib import Path

import pytest

from evals.attribution import Counts, Extent, Mark, count, read_marks
from monitor.messages import Claim, Span
from tests.unit.evals.command import evaluate

TEXT = "The mayor said the bridge was safe. A diver denied it. Rain fell."
MARKS = """\
T1\tSource 0 9\tThe mayor
T2\tCue 10 14\tsaid
T3\tContent 15 34\tthe bridge was safe
T4\tAttribution 10 14\tsaid
E1\tAttribution:T4 Content:T3 Cue:T2 Source:T1
T5\tSource 36 43\tA diver
T6\tCue 44 50\tdenied
T7\tAttribution 44 50\tdenied
E2\tAttribution:T7 Cue:T6 Source:T5
T8\tCue 55 59;60 64\tRain fell
T9\tAttribution 55 64\tRain fell
E3\tAttribution:T9 Cue:T8
"""


def claim(cue: tuple[int, int], source: tuple[int, int] | None) -> Claim:
    """Return a claim with these spans of the text."""
    return Claim("said", "role", "x", Span("text", *cue), who_at=Span("text", *source) if source else None)


def test_marks_have_the_parts_of_their_cue_and_source() -> None:
    assert read_marks(MARKS) == [
        Mark((Extent(10, 14),), (Extent(0, 9),)),
        Mark((Extent(44, 50),), (Extent(36, 43),)),
        Mark((Extent(55, 59), Extent(60, 64)), ()),
    ]


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([claim((10, 14), (4, 9))], Counts(1, 1, 3, 1, 1, 1)),
        ([claim((10, 14), (36, 43))], Counts(1, 1, 3, 1, 1, 0)),
        ([claim((10, 14), None)], Counts(1, 1, 3, 1, 0, 0)),
        ([claim((10, 14), (4, 9)), claim((10, 14), (36, 43))], Counts(1, 1, 3, 1, 1, 1)),
        ([claim((15, 18), (4, 9)), claim((62, 64), None)], Counts(2, 1, 3, 1, 0, 0)),
    ],
)
def test_a_cue_and_its_source_are_right_where_they_overlap_the_marks(claims: list[Claim], expected: Counts) -> None:
    assert count(claims, read_marks(MARKS)) == expected


def test_the_set_has_rows_with_confidence_intervals(tmp_path: Path) -> None:
    part = tmp_path / "attribution_polnear" / "dev"
    for folder, name, text in (("text", "a.txt", TEXT), ("attributions", "a_0001.ann", MARKS)):
        (part / folder).mkdir(parents=True)
        (part / folder / name).write_text(text, encoding="utf-8")
    cue, source = map(json.loads, evaluate(tmp_path, "--only", "attribution_polnear", "--json").stdout.splitlines())
    assert (cue["kind"], cue["documents"], cue["marked"], cue["precision"]) == ("cue", 1, 3, 1.0)
    assert cue["recall"] == pytest.approx(2 / 3)
    assert (cue["precision_low"], cue["precision_high"]) == (1.0, 1.0)
    assert (source["kind"], source["source"], source["source_low"]) == ("source", 1.0, 1.0)
