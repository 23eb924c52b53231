"""Articles and ticks that take long: matched in a thread, or done in steps, so that the event loop is not held."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bench.growth.articles import text_of
from consumers.alerts.matching.postings import MAX_INDEXES
from consumers.alerts.raising.lifecycle import PAUSE_WATCHES, on_tick
from consumers.alerts.raising.rules.silence import CHECKS_PER_SECOND, SilenceChecks
from consumers.alerts.raising.rules.volume import initial_volume
from consumers.alerts.raising.state import AlertState
from consumers.alerts.service import is_long, make
from monitor.config import Config, Watch
from monitor.messages import Alert, Volume
from tests.make import START, article_stories


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (text_of(12_000), False),
        (text_of(12_001), True),
        (" a-b" * 200, False),
        (" a-b" * 201, True),
        ("\u4e60" * 4_000, False),
        ("\u4e60" * 4_001, True),
    ],
)
def test_a_long_article_is_matched_in_a_thread(text: str, *, expected: bool) -> None:
    message = article_stories("", text)
    assert is_long(message) is expected
    assert make(Config).in_thread(message) is expected


def test_an_article_is_compared_with_many_watches_in_short_steps() -> None:
    query = '("line" NEAR/2 "ferry") OR ("ferry" NEAR/2 "closed")'
    config = Config(watches=tuple(Watch(f"w{number}", query=query) for number in range(300)))
    service = make(lambda: config)
    message, state = article_stories("The ferry line reopens", "ferry " * 200 + "line " * 200 + "closed " * 200), AlertState()
    assert list(service.step(state, message)).count(None) >= len(config.watches)  # type: ignore[arg-type]  # a generator


def test_a_tick_looks_at_many_watches_in_short_steps_and_finds_each_silent_one() -> None:
    watches = {f"w{number}": Watch(f"w{number}", silence="1h") for number in range(10 * PAUSE_WATCHES)}
    state = AlertState(volumes={watch_id: initial_volume(watch_id, START) for watch_id in watches})
    silent = initial_volume("w9999", START - timedelta(hours=2))
    state.volumes["w9999"] = silent
    outputs = list(on_tick(state, watches, START, "hash", {}, check_silence=True))
    assert [type(each) for each in outputs if each] == [Volume, Alert]
    assert outputs.count(None) >= len(watches) // PAUSE_WATCHES


def test_silence_is_checked_at_each_tick_or_for_very_many_watches_less_often() -> None:
    checks, many = SilenceChecks(), SilenceChecks()
    times = [START + timedelta(seconds=number / 2) for number in range(40)]
    assert [checks.is_due(at, CHECKS_PER_SECOND // 2) for at in times] == [True] * 40
    assert [at for at in times if many.is_due(at, 5 * CHECKS_PER_SECOND)] == times[::10]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("word " * MAX_INDEXES, []),
        ("word " * (MAX_INDEXES + 1), ["a word too often"]),
        ("a-b " * (MAX_INDEXES + 1), ["too many signs", "a word too often"]),
    ],
)
def test_what_is_not_read_of_a_long_article_is_logged(text: str, expected: list[str]) -> None:
    service = make(lambda: Config(watches=(Watch("w", any=("word",)),)))
    with capture_logs() as logs:
        list(service.step(AlertState(), article_stories("", text)))  # type: ignore[arg-type]  # a generator
    assert [line["event"].split(":")[0] for line in logs] == expected
