"""Loading monitor.toml."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import AtLeast, Burst, Config, DigestHours, QuietHours, fingerprint
from monitor.config.load import parse, read
from monitor.config.problems import InvalidConfig
from tests.unit.config.texts import VALID


def test_a_valid_config_is_loaded(tmp_path: Path) -> None:
    config = parse(VALID, tmp_path)
    assert config.bus == f"sqlite:{tmp_path / 'news.db'}"
    assert config.watches[0].any == ("Kim Jong Un",)
    assert (config.fetch.every, config.fetch.floor, config.streams.days, config.stories.days) == (None, 60, 30, 3)


def test_the_hash_changes_with_the_content_and_not_with_comments(tmp_path: Path) -> None:
    config = parse(VALID, tmp_path)
    assert config.hash == parse(VALID + "\n# a comment\n", tmp_path).hash
    assert config.hash != parse(VALID.replace("Post", "Mail"), tmp_path).hash


def test_the_environment_overrides_the_bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSMONITOR_BUS", "kafka://127.0.0.1:9092")
    assert parse(VALID, tmp_path).bus == "kafka://127.0.0.1:9092"


def test_rules_of_a_watch_are_loaded(tmp_path: Path) -> None:
    rules = """
    silence = "12h"
    at_least = {outlets = 3, within = "6h"}
    burst = {within = "1h"}
    [watches.quiet]
    start = "22:00"
    end = "07:00"
    """
    (watch,) = parse(VALID.replace('to = ["desk"]', rules), tmp_path).watches
    assert (watch.silence, watch.at_least, watch.burst) == ("12h", AtLeast("6h", outlets=3), Burst("1h"))
    assert watch.quiet == QuietHours("22:00", "07:00", "UTC")


def test_the_hours_of_a_digest_are_loaded_for_a_target_and_a_watch(tmp_path: Path) -> None:
    of_target = '[[targets]]\nid = "a"\nlog = true\ndigest = {at = ["08:00", "18:30"], zone = "Asia/Seoul"}\n'
    assert parse(of_target, tmp_path).targets[0].digest == DigestHours(("08:00", "18:30"), "Asia/Seoul")
    (watch,) = parse(VALID.replace('to = ["desk"]', 'digest = {at = ["07:00"]}'), tmp_path).watches
    assert watch.digest == DigestHours(("07:00",))


def test_a_target_has_the_kind_of_its_key(tmp_path: Path) -> None:
    text = '[[targets]]\nid = "a"\nlog = true\n[[targets]]\nid = "b"\nwebhook = "https://example.org/"\n'
    assert [(target.kind, target.options) for target in parse(text, tmp_path).targets] == [("log", {}), ("webhook", {})]


def test_the_fingerprint_of_a_watch_changes_with_its_words(tmp_path: Path) -> None:
    watch = parse(VALID, tmp_path).watches[0]
    assert fingerprint(watch) == fingerprint(parse(VALID + "\n", tmp_path).watches[0])
    assert fingerprint(watch) != fingerprint(parse(VALID.replace("Jong", "Yo"), tmp_path).watches[0])


def test_a_missing_file_is_reported_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfig, match="`newsmonitor init` writes one"):
        read(tmp_path / "monitor.toml")


@given(st.text(max_size=80))
def test_any_text_is_loaded_or_refused_with_problems(text: str) -> None:
    loaded: object = None
    problems: tuple[object, ...] = ()
    try:
        loaded = parse(text, Path())
    except InvalidConfig as error:
        problems = error.problems
    assert isinstance(loaded, Config) != bool(problems)
