"""The evaluation of topics, and the data from which the classifier is trained, on small files written for this test."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from consumers.topics.classifier import CLASSES
from evals.topic_training.__main__ import read_words, train
from evals.topic_training.events import read_events
from tests.unit.evals.command import evaluate

GOAL = "Late goal wins the cup", "The striker scored as the team won the football final."
RATES = "Central bank holds its rate", "The bank kept interest rates at 4 % as inflation fell."
SGML = """<REUTERS TOPICS="YES"><TOPICS><D>interest</D></TOPICS><TEXT><TITLE>{}</TITLE><BODY>{}</BODY></TEXT></REUTERS>"""


def write(folder: Path, name: str, content: str) -> None:
    path = folder / name.split("/", maxsplit=1)[0] / "dev" / name.split("/", maxsplit=1)[1]
    path.parent.mkdir(parents=True)
    path.write_bytes(gzip.compress(content.encode()))


def test_topics_are_scored_on_each_set(tmp_path: Path) -> None:
    write(tmp_path, "topics_agnews/a.csv.gz", "".join(f'"{n}","{t}","{x}"\n' for n, (t, x) in (("2", GOAL), ("2", RATES))))
    masakha = ["category\theadline\ttext", "\t".join(("sports", *GOAL)), "\t".join(("business", *RATES))]
    write(tmp_path, "topics_masakhanews/eng.dev.tsv.gz", "\n".join(masakha) + "\n")
    write(tmp_path, "topics_reuters21578/a.sgm.gz", SGML.format(*RATES))
    result = evaluate(tmp_path, "--only", "topics_agnews,topics_masakhanews,topics_reuters21578", "--json")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(row["set"], row["topic"], row["articles"], row["any"]) for row in rows if "any" in row] == [
        ("topics_agnews", "all", 2, 0.5),
        ("topics_masakhanews", "all", 2, 1.0),
        ("topics_reuters21578", "all", 1, 1.0),
        ("topics_reuters21578", "interest", 1, 1.0),
    ]
    classes = {(row["set"], row["topic"]): (row["precision"], row["recall"]) for row in rows if "precision" in row}
    assert classes == {
        ("topics_agnews", "sports"): (1.0, 0.5),
        ("topics_masakhanews", "sports"): (1.0, 1.0),
        ("topics_masakhanews", "business"): (1.0, 1.0),
    }


def test_a_language_whose_topics_are_not_read_is_told(tmp_path: Path) -> None:
    write(tmp_path, "topics_masakhanews/amh.dev.tsv.gz", "category\theadline\ttext\nsports\tጎል\tጎል\n")
    result = evaluate(tmp_path, "--only", "topics_masakhanews", "--json")
    row = json.loads(result.stdout)
    assert (row["language"], row["not_scored"]) == ("amh", "topics are not read in this language")


def test_an_event_has_the_concept_of_its_category_and_no_source(tmp_path: Path) -> None:
    flood = "A flood in the north of the country destroys a bridge and forces hundreds of people from their homes."
    vaccine = "The ministry approves a vaccine against the disease for children in all provinces of the country."
    day = {
        "Disasters": [f"{flood} (Reuters) (The Harbour Post)", flood, "Flood"],
        "Health and environment": [vaccine],
        "A war of its own": ["Both sides say that they took the village on the river after a night of fighting there."],
    }
    file = tmp_path / "2020" / "01" / "2020-01-02.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"Date": "2020-01-02", "Intelligence_Payload": day}), encoding="utf-8")
    assert list(read_events(tmp_path)) == [(3, flood), (7, vaccine)]


def test_there_are_words_for_each_class() -> None:
    words = dict(read_words())
    assert sorted(words) == list(range(CLASSES))
    assert all(len(phrases) >= 30 for phrases in words.values())


@pytest.mark.parametrize("number", [0, 17])
def test_training_separates_the_classes(number: int) -> None:
    vectors = np.eye(CLASSES, dtype=np.float32)
    weights = train((vectors, np.arange(CLASSES), np.ones(CLASSES)), np.ones(CLASSES))
    assert int((vectors[number] @ weights[:-1] + weights[-1]).argmax()) == number
