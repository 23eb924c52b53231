"""The evaluation of stories, on sets of a few articles."""

import gzip
import json
from pathlib import Path
from random import Random

import pytest

from evals.stories import b_cubed, interval, merged_pairs
from tests.unit.evals.command import evaluate

TRAIN = "An armoured train carrying the president left the capital toward the border and a summit."
STORM = "A storm flooded the harbour villages while rescuers searched for missing fishermen."


def test_b_cubed_of_a_story_that_was_split_and_one_that_took_an_article_too_many() -> None:
    expected = {"a": "train", "b": "train", "c": "storm", "d": "storm"}
    assert b_cubed(expected, expected) == (1.0, 1.0)
    assert b_cubed(expected, dict.fromkeys("abcd", "one")) == (0.5, 1.0)
    assert b_cubed(expected, {"a": "1", "b": "2", "c": "3", "d": "3"}) == (1.0, 0.75)


def test_pairs_of_one_kind_are_counted_if_they_are_about_two_events() -> None:
    expected = {"a": "train", "b": "train", "c": "coach", "d": "storm"}
    kinds = {"a": "journey", "b": "journey", "c": "journey", "d": ""}
    assert merged_pairs(expected, kinds, dict.fromkeys("abcd", "one")) == 1.0
    assert merged_pairs(expected, kinds, {"a": "1", "b": "2", "c": "1", "d": "1"}) == 0.5
    assert merged_pairs(expected, dict.fromkeys("abcd", ""), expected) is None


def test_the_interval_of_stories_that_are_all_right_is_a_point() -> None:
    expected = {"a": "train", "b": "train", "c": "storm", "d": "flood"}
    assert interval(expected, expected, Random(1)) == (1.0, 1.0)
    low, high = interval(expected, {"a": "1", "b": "2", "c": "3", "d": "4"}, Random(1))
    assert low < high == 1.0


@pytest.mark.parametrize("name", ["cluster_ecbplus", "cluster_wikinews", "cluster_uci_headlines"])
def test_articles_of_two_events_are_put_in_two_stories(tmp_path: Path, name: str) -> None:
    part = tmp_path / name / "dev"
    part.mkdir(parents=True)
    articles = [("train", TRAIN), ("storm", STORM), ("train", TRAIN), ("storm", STORM)]
    if name == "cluster_uci_headlines":
        lines = ["story\ttitle", *(f"{story}\t{text}" for story, text in articles)]
        (part / "uci.tsv").write_text("\n".join(lines))
    else:
        rows = [
            {"story": story, "title": text, "text": text, "sentences": ["http : / / example . org", text, text]}
            for story, text in articles
        ]
        (part / "a.jsonl.gz").write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    result = json.loads(evaluate(tmp_path, "--only", name, "--json").stdout)
    assert (result["articles"], result["stories"], result["f1"]) == (4, 2, 1.0)
