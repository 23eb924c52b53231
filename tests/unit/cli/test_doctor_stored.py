"""What `newsmonitor doctor` finds in what is stored."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.bus.storage import Storage
from monitor.cli.findings.finding import Finding
from monitor.cli.findings.stored import (
    examine_dead_letters,
    examine_deliveries,
    examine_feeds,
    examine_records,
    examine_storage,
)

MIB = 1024 * 1024


def texts(findings: list[Finding], level: str) -> list[str]:
    return [each.text for each in findings if each.level == level]


def room(used: int, size: int = 0, free: int = 8000, days: float = 0.0, span: float = 0.0, early: int = 0) -> Storage:
    """A file of which at most 4,096 MiB may be used, from which articles were removed early on the day *early* of a month."""
    limit, removed_early = 4096 * MIB, datetime(2026, 11, early, 5, 30, tzinfo=UTC) if early else None
    return Storage((size or used) * MIB, used * MIB, int(0.9 * limit), limit, free * MIB, days, span, removed_early)


def full(*, has_articles: bool = False, has_unread: bool = False) -> Storage:
    """A file of which all that may be used is used."""
    return replace(room(4096), has_articles=has_articles, has_unread=has_unread)


@pytest.mark.parametrize(
    ("storage", "level", "words"),
    [
        (room(100), "ok", "100 MB of at most 4,096 MB used"),
        (room(3800), "ok", "3,800 MB of at most 4,096 MB used"),
        (room(3400, size=4000, early=7), "act", "3,400 MB of at most 4,096 MB used, so old records were removed early"),
        (room(3400, early=7, days=30, span=0.4), "act", "last at 2026-11-07 05:30 UTC: raise streams.max_mb, or lower streams"),
        (room(2900, early=7), "ok", "2,900 MB of at most 4,096 MB used"),
        (room(3600, size=4000, days=30, span=31), "ok", "3,600 MB of at most 4,096 MB used"),
        (replace(room(3800, early=7), used=None), "note", "how much of the file is used cannot be read"),
        (full(has_articles=True, has_unread=True), "act", "used, so new articles wait: start the services that lag behind"),
        (full(has_articles=True), "act", "used, so new articles wait while the oldest are removed: raise streams.max_mb"),
        (full(), "act", "4,096 MB used by alerts, stories and other records that are not removed early, so new articles wait"),
        (room(100, free=3000), "note", "3,000 MB left, and the file may grow by 3,996 MB"),
        (room(100, free=200), "act", "make room on it"),
        (room(310, days=30, span=2), "note", "with 155 MB a day, 4,096 MB hold the articles of 24 days"),
        (room(310, days=30, span=2), "note", "not of 30, which take 5,167 MB: raise streams.max_mb"),
        (room(310, days=14, span=2), "ok", "310 MB of at most 4,096 MB used"),
        (room(310, days=30, span=0.5), "ok", "310 MB of at most 4,096 MB used"),
        (room(5000, early=7), "act", "new articles wait"),
    ],
)
def test_the_room_on_the_disk(storage: Storage, level: str, words: str) -> None:
    (text,) = texts(examine_storage(storage), level)
    assert words in text


def test_a_bus_elsewhere_has_no_disk_here() -> None:
    assert examine_storage(None) == []


def test_records_that_cannot_be_read_are_noted() -> None:
    assert texts(examine_records({}), "ok") == ["can be read"]
    (text,) = texts(examine_records({"alert.v1": "the record at 0/7 cannot be read: no title"}), "note")
    assert text.startswith("alert.v1: the record at 0/7 cannot be read: no title; the services skip it")


def failing(feed: str, failures: int, reason: str = "timeout", state: str = "failing") -> dict[str, Any]:
    return {"feed": feed, "state": state, "reason": reason, "failures": failures, "error": f"error of {feed}"}


def feeds(*failed: dict[str, Any]) -> list[Finding]:
    feeds = {"ok": 10 - len(failed), "failing": len(failed)}
    return examine_feeds({"feeds": feeds, "failing": failed, "silent": [], "hubs": {"troubled": []}}, 5)


def test_feeds_that_fail_for_long_need_an_act_by_reason() -> None:
    found = feeds(failing("a", 5), failing("b", 9), failing("c", 7, "http_404"), failing("d", 1))
    assert texts(found, "act") == [
        "2 feeds fail, a among them (timeout): error of a; `newsmonitor feeds list` shows all",
        "c fails (http_404): error of c; correct or remove it",
    ]
    assert texts(found, "note") == ["1 feed failed at the last poll, and will be tried again"]


def test_a_feed_that_is_gone_needs_an_act_at_once() -> None:
    assert texts(feeds(failing("a", 1, "http_410", "gone")), "act") == ["a fails (http_410): error of a; correct or remove it"]


def test_feeds_that_failed_once_need_none() -> None:
    found = feeds(failing("a", 1))
    assert texts(found, "act") == []
    assert texts(found, "ok") == ["9 of 10 feeds without a failure"]


def deliveries(failed: int = 0, pending: int = 0, **targets: int) -> list[Finding]:
    return examine_deliveries({"deliveries": {"failed": failed, "pending": pending}, "targets": targets})


def test_disabled_targets_and_alerts_given_up_need_an_act() -> None:
    assert texts(deliveries(pending=3, ok=2), "ok") == ["3 pending"]
    assert len(texts(deliveries(failed=1, disabled=1), "act")) == 2
    assert texts(deliveries(waiting=1), "act") == []
    assert texts(deliveries(waiting=2), "note") == [
        "2 targets wait after a failure: `newsmonitor targets list` says until when"
    ]


def test_dead_letters_need_an_act() -> None:
    assert texts(examine_dead_letters(0), "ok") == ["no dead letters"]
    (text,) = texts(examine_dead_letters(2), "act")
    assert text.startswith("2 messages were not processed; `newsmonitor dead list` says why")
