"""The scoring of offices."""

from pathlib import Path

import pytest

from evals.offices.evaluate import NOBODY, offices, read
from evals.sets import load
from monitor.text import gazetteer

FOLDER = Path(__file__).parents[3] / "evals" / "offices"


def test_right_and_wrong_links_are_counted(tmp_path: Path) -> None:
    lines = ["en\tVladimir Putin\tThe Russian president left.", "en\tVladimir Putin\tThe former Russian president left."]
    (tmp_path / "sentences.tsv").write_text("\n".join([*lines, f"en\t{NOBODY}\tThe Russian president left."]), encoding="utf-8")
    missed, wrong, holders, nobody = offices(tmp_path)
    assert (missed["linked"], wrong["linked"]) == ("", "Vladimir Putin")
    assert (holders["sentences"], holders["right"]) == (2, 0.5)
    assert (nobody["sentences"], nobody["wrong"]) == (1, 1.0)


@pytest.mark.parametrize("part", ["dev", "test"])
def test_the_sentences_of_the_repository_are_well_formed(part: str) -> None:
    names = {entry.name for entry in gazetteer.load().values()} | {NOBODY}
    sentences = read(FOLDER / part)
    assert len({each.text for each in sentences}) == len(sentences) > 50
    assert {each.holder for each in sentences} <= names
    assert load("offices") is offices
