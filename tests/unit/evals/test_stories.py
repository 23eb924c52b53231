"""The evaluation of stories, on sets of a few articles."""

import gzip
import json
from pathlib import Path

import pytest

from evals.stories import ORDERS, b_cubed, merged_pairs, orders
from tests.make import article_stories
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
    assert merged_pairs(expected, kinds, dict.fromkeys("abcd", "one")) == [(2, 2)]
    assert merged_pairs(expected, kinds, {"a": "1", "b": "2", "c": "1", "d": "1"}) == [(1, 2)]
    assert merged_pairs(expected, dict.fromkeys("abcd", ""), expected) == []


def test_articles_of_one_day_come_in_several_orders_and_days_in_one() -> None:
    messages = [article_stories(id=str(number), minutes=number // 10 * 24 * 60) for number in range(20)]
    for is_dated in (True, False):
        found = [[int(message.key) for message in order] for order in orders(messages, is_dated=is_dated)]
        assert len(found) == len({tuple(each) for each in found}) == ORDERS
        assert all(sorted(each) == list(range(20)) for each in found)
        assert all(sorted(each[:10]) == list(range(10)) for each in found) is is_dated


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
    row, *others = map(json.loads, evaluate(tmp_path, "--only", name, "--json").stdout.splitlines())
    assert (row["kind"], row["articles"], row["stories"], row["f1"]) == ("stories", 4, 2, 1.0)
    assert (row["f1_low"], row["f1_high"], row["f1_least"], row["f1_most"]) == (1.0, 1.0, 1.0, 1.0)
    assert others == []


def test_a_set_of_long_articles_on_like_events_has_rows_of_pairs_and_of_speed(tmp_path: Path) -> None:
    part = tmp_path / "cluster_ecbplus" / "dev"
    part.mkdir(parents=True)
    articles = [("flood", "storm", STORM), ("train", "storm", TRAIN)]
    rows = [{"story": story, "topic": topic, "sentences": [text[:30], *[text] * 10]} for story, topic, text in articles]
    (part / "a.jsonl.gz").write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    lines = evaluate(tmp_path, "--only", "cluster_ecbplus", "--json").stdout.splitlines()
    stories, pairs, speed = map(json.loads, lines)
    assert stories["f1"] == 1.0
    assert (pairs["merged"], pairs["merged_low"], pairs["merged_least"], pairs["merged_most"]) == (0.0, 0.0, 0.0, 0.0)
    assert speed["words"] > 100
    assert speed["articles_per_cpu_second"] > 0
