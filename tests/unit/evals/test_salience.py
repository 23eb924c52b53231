"""The scoring of what articles are about."""

import json
from pathlib import Path

import pytest

from evals.salience.evaluate import read, salience
from evals.sets import load

ARTICLE = {
    "id": "visit",
    "title": "Putin visits Ankara",
    "text": "Vladimir Putin came to Ankara on Monday. Putin met Recep Tayyip Erdogan. Iran watched.",
    "about": ["Vladimir Putin"],
    "maybe": ["Ankara", "Recep Tayyip Erdogan"],
}
FOLDER = Path(__file__).parents[3] / "evals" / "salience"


def test_an_article_is_counted_and_a_wrong_one_is_listed(tmp_path: Path) -> None:
    wrong = {**ARTICLE, "id": "wrong", "about": ["Iran"]}
    (tmp_path / "articles.jsonl").write_text("\n".join(map(json.dumps, (ARTICLE, wrong))) + "\n", encoding="utf-8")
    listed, every, _, about = salience(tmp_path)
    assert listed == {"article": "wrong", "wrong": "Vladimir Putin", "missed": "Iran"}
    assert (every["articles"], every["recall"]) == (2, 1.0)
    assert (about["precision"], about["recall"], about["f1"]) == (0.5, 0.5, 0.5)


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no article"):
        read(tmp_path)


@pytest.mark.parametrize("part", ["dev", "test"])
def test_the_articles_of_the_repository_are_well_formed(part: str) -> None:
    articles = read(FOLDER / part)
    assert len({each["id"] for each in articles}) == len(articles) >= 20
    for each in articles:
        assert each["title"]
        assert each["text"]
        assert not set(each["about"]) & set(each["maybe"])


def test_the_set_has_a_function() -> None:
    assert load("salience") is salience
