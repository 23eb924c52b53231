"""What `newsmonitor check` says about the callback of hubs."""

from pathlib import Path

import pytest

from monitor.config import Config, WebsubConfig
from monitor.config.load import parse
from monitor.config.problems import InvalidConfig, KeyProblem
from monitor.feeds.service import check, hints


def config(callback: str) -> Config:
    return Config(websub=WebsubConfig(callback))


@pytest.mark.parametrize(
    "callback",
    ["ftp://example.org/", "https://kay:pw@example.org/", "https://example.org/?a=1", "https://example.org/#a", "here"],
)
def test_a_callback_that_no_hub_can_call_is_a_problem_with_its_remedy(callback: str) -> None:
    (problem,) = check(config(callback))
    assert isinstance(problem, KeyProblem)
    assert problem.text.startswith("websub.callback: ")
    assert "write a URL such as https://" in problem.text


def test_a_callback_that_works_is_no_problem() -> None:
    assert check(config("https://news.example.org/websub")) == []
    assert hints(config("https://news.example.org/websub")) == []
    assert check(Config()) == hints(Config()) == []


def test_a_callback_that_others_cannot_reach_or_can_read_gets_a_hint() -> None:
    texts = [hint.text for hint in hints(config("http://192.168.1.2/websub"))]
    assert len(texts) == 2
    assert "no hub on the public internet" in texts[0]
    assert "without https" in texts[1]


def test_an_address_that_cannot_be_listened_on_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfig, match=r"websub\.listen"):
        parse('[websub]\nlisten = "127.0.0.1:99999"\n', tmp_path)


def test_a_variable_sets_the_callback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSMONITOR_WEBSUB_CALLBACK", "https://news.example.org/websub")
    assert parse("", tmp_path).websub.callback == "https://news.example.org/websub"
