"""The scoring of developments on pairs of articles."""

import json
from pathlib import Path

import pytest

from evals.developments.evaluate import developments, read
from evals.sets import load

FERRY = "Nine people died when a wooden ferry sank off the island of Salu on Monday, the coastguard said."
TOLL = "The coastguard has now counted fourteen dead."


def pair(ident: str, text: str, *, development: bool, sentences: tuple[str, ...] = ()) -> dict[str, object]:
    """A pair of which the new article has *text*."""
    earlier = {"outlet": "Courier", "published": "2026-03-10T06:00:00Z", "title": "Ferry sinks", "text": FERRY}
    new = {"outlet": "Herald", "published": "2026-03-10T09:00:00Z", "title": "Ferry sinks", "text": text}
    kind = "number" if development else "reworded"
    return {
        "id": ident,
        "earlier": [earlier],
        "article": new,
        "development": development,
        "kind": kind,
        "sentences": sentences,
    }


def test_pairs_are_counted_and_wrong_ones_are_listed(tmp_path: Path) -> None:
    pairs = [
        pair("toll", f"{FERRY} {TOLL}", development=True, sentences=(TOLL,)),
        pair("same", FERRY, development=False),
        pair("wrong", f"{FERRY} {TOLL}", development=False),
    ]
    (tmp_path / "pairs.jsonl").write_text("\n".join(map(json.dumps, pairs)) + "\n", encoding="utf-8")
    wrong, number, reworded, total = developments(tmp_path)
    assert (wrong["pair"], wrong["found"]) == ("wrong", f"number: {TOLL}")
    assert (number["kind"], number["right"]) == ("development: number", 1.0)
    assert (reworded["kind"], reworded["right"]) == ("no development: reworded", 0.5)
    assert (total["pairs"], total["precision"], total["recall"], total["sentence"]) == (3, 0.5, 1.0, 1.0)


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no pair"):
        read(tmp_path)


def test_the_pairs_of_the_repository_are_well_formed() -> None:
    pairs = read(Path(__file__).parents[3] / "evals" / "developments" / "dev")
    assert len({each["id"] for each in pairs}) == len(pairs)
    for each in pairs:
        new = each["article"]
        assert bool(each["sentences"]) == each["development"]
        assert all(sentence == new["title"] or sentence in new["text"] for sentence in each["sentences"])


def test_the_set_has_a_function() -> None:
    assert load("developments") is developments
