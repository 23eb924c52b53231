"""The scoring of origins on small stories."""

import json
from pathlib import Path

import pytest

from evals.origins.evaluate import origins, read
from evals.sets import load

STORY = {
    "id": "ferry",
    "origins": 1,
    "standing": "reported",
    "articles": [
        {"outlet": "Courier", "title": "Ferry aground", "text": "A ferry ran aground on Tuesday, the coastguard said."},
        {"outlet": "Herald", "title": "Ferry stuck", "text": "A ferry is stuck, the coastguard said.", "copy_of": 0},
    ],
}


def test_a_story_is_counted_and_a_wrong_one_is_listed(tmp_path: Path) -> None:
    wrong = {**STORY, "id": "wrong", "origins": 3, "standing": "denied"}
    (tmp_path / "stories.jsonl").write_text("\n".join(json.dumps(each) for each in (STORY, wrong)) + "\n", encoding="utf-8")
    listed, total = origins(tmp_path)
    assert (listed["story"], listed["origins"], listed["expected"], listed["standing"]) == ("wrong", 1, 3, "reported")
    assert (total["stories"], total["articles"], total["exact"], total["within_one"]) == (2, 4, 0.5, 0.5)
    assert total["standing"] == 0.5


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no story"):
        read(tmp_path)


def test_the_stories_of_the_repository_are_well_formed() -> None:
    folder = Path(__file__).parents[3] / "evals" / "origins" / "dev"
    stories = read(folder)
    assert len({each["id"] for each in stories}) == len(stories)
    for story in stories:
        assert 1 <= len(story["articles"]) <= 6
        assert story["standing"] in {"confirmed", "disputed", "denied", "reported", "unnamed", "stated"}


def test_the_set_has_a_function() -> None:
    assert load("origins") is origins
