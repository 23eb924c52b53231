"""The oracle of the chaos test of delivery: targets that ask for less, muted alerts, digests and notices."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.chaos.delivery_oracle import MANY, Wish, delivery_findings
from tests.chaos.log import Entries
from tests.chaos.receiver import Received
from tests.chaos.system import SECRET
from tests.unit.test_chaos_oracle import append, message, signed

WISHES = {"changes": Wish("changes"), "first": Wish("first"), "severe": Wish(severity="high")}
TARGETS = ["all", "changes", "first", "severe"]


@dataclass
class Scene:
    """A log and the received messages. *record* writes them as a delivery service would that sends at once."""

    entries: Entries = field(default_factory=Entries)
    received: list[Received] = field(default_factory=list)
    muted: set[str] = field(default_factory=set)

    def raise_alert(self, version: int, change: str, severity: str = "normal", ident: str = "kim:s1") -> dict[str, Any]:
        """Append an alert version to the log."""
        alert = {"id": ident, "version": version, "change": change, "severity": severity, "to": TARGETS}
        append(self.entries, "alert.v1", ident, alert)
        return alert

    def record(self, target: str, alert: dict[str, Any], state: str = "sent", **fields: Any) -> None:
        """Append a record of the delivery."""
        ids = {"alert": alert["id"], "version": alert["version"], "target": target}
        append(self.entries, "delivery.v1", target, {**ids, "state": state, "error": None, **fields})

    def receive(self, target: str, alert: dict[str, Any], **fields: Any) -> None:
        """Add a message."""
        recorded = len(self.entries.streams["delivery.v1"])
        self.received.append(replace(message(target, alert), recorded=recorded, **fields))

    def deliver(self, target: str, alert: dict[str, Any]) -> None:
        """Add a message, and the record of it."""
        self.receive(target, alert)
        self.record(target, alert)

    def digest(self, target: str, ident: str, *alerts: dict[str, Any], ids: list[str] | None = None) -> None:
        """Add a digest."""
        names = [f"{alert['id']}:{alert['version']}" for alert in alerts] if ids is None else ids
        body = {"type": "alert.v1.digest", "data": {"ids": names, "alerts": list(alerts)}}
        recorded = len(self.entries.streams["delivery.v1"])
        self.received.append(replace(signed(target, ident, json.dumps(body).encode()), recorded=recorded))

    def kinds(self) -> list[str]:
        """Return the kinds of the findings."""
        return [each.kind for each in delivery_findings(self.entries, self.received, SECRET, WISHES, self.muted)]


def scene() -> Scene:
    """Return an alert of three versions that is delivered as each target wishes."""
    made = Scene()
    first, stance, outlet = made.raise_alert(1, "new"), made.raise_alert(2, "stance"), made.raise_alert(3, "outlet")
    for alert, targets in ((first, ["all", "changes", "first"]), (stance, ["all", "changes"]), (outlet, ["all"])):
        for target in targets:
            made.deliver(target, alert)
    return made


def version(number: int, change: str = "stance") -> dict[str, Any]:
    """Return a version of the alert of scene()."""
    return Scene().raise_alert(number, change)


def test_what_the_targets_ask_for_has_no_finding() -> None:
    made = scene()
    assert made.kinds() == []
    muted = made.raise_alert(1, "new", ident="kim:muted")
    made.muted.add("kim:muted")
    made.record("all", muted, "dropped")
    severe = made.raise_alert(1, "new", "high", "kim:severe")
    for target in TARGETS:
        made.deliver(target, severe)
    assert made.kinds() == []


def test_a_later_version_stands_for_the_one_that_is_asked_for() -> None:
    made = Scene()
    made.raise_alert(1, "new", "high")
    newest = made.raise_alert(2, "outlet", "high")
    for target in TARGETS:
        made.deliver(target, newest)
    assert made.kinds() == []


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("wish", lambda made: made.receive("first", version(2))),
        ("wish", lambda made: made.receive("changes", version(3, "outlet"))),
        ("wish", lambda made: made.receive("severe", version(1, "new"))),
        ("delivery", lambda made: made.raise_alert(4, "stance")),
        ("delivery", lambda made: made.raise_alert(1, "new", "high", "kim:s2")),
        ("delivery", lambda made: made.record("all", version(3), "dropped")),
        ("barred", lambda made: made.receive("all", version(3, "outlet"), barred=frozenset({"kim:s1"}))),
        ("barred", lambda made: made.receive("all", version(3, "outlet"), barred=frozenset({"all"}))),
        ("webhook id", lambda made: made.digest("all", "digest:1", version(3, "outlet"), version(2), ids=["kim:s1:3"])),
        ("notice", lambda made: append(made.entries, "target.v1", "all", {"state": "disabled"})),
    ],
)
def test_each_difference_is_found(kind: str, change: Callable[[Scene], object]) -> None:
    made = scene()
    change(made)
    assert kind in made.kinds()


def test_an_alert_is_repeated_under_the_id_of_the_message_that_failed() -> None:
    made = Scene()
    one, two = made.raise_alert(1, "new", ident="kim:s1"), made.raise_alert(1, "new", ident="kim:s2")
    made.digest("all", "digest:1", one, two)
    for alert in (one, two):
        made.record("all", alert, "retrying", message="digest:1")
    made.digest("all", "digest:1", one, two)
    made.receive("all", one, id="digest:1", signature=signed("all", "digest:1", message("all", one).body).signature)
    assert "webhook id" not in made.kinds()
    made.receive("all", one)
    assert made.kinds().count("webhook id") == 1


def test_a_digest_of_other_alerts_has_another_id() -> None:
    made = Scene()
    one, two = made.raise_alert(1, "new", ident="kim:s1"), made.raise_alert(1, "new", ident="kim:s2")
    made.digest("all", "digest:1", one, version(2))
    made.digest("all", "digest:1", one, two)
    assert made.kinds().count("webhook id") == 1


def notice(what: str) -> dict[str, Any]:
    """A notice about the target "all"."""
    return {
        "id": "kim:target:all:20260310T040000Z",
        "version": 1,
        "change": "health",
        "severity": "critical",
        "title": f"Target all {what}: HTTP 500",
        "to": ["first"],
    }


def test_the_notice_of_a_disabled_target_is_told_once() -> None:
    made, told = scene(), notice("is disabled")
    append(made.entries, "target.v1", "all", {"state": "disabled"})
    made.record("first", told, "queued", body=told)
    assert made.kinds() == ["delivery"]
    made.deliver("first", told)
    assert made.kinds() == []


@pytest.mark.parametrize(("minutes", "kinds"), [(59, ["notice"]), (60, [])])
def test_the_notice_that_a_target_fails_has_a_reason(minutes: int, kinds: list[str]) -> None:
    made, told = scene(), notice("fails")
    made.record("first", told, "queued", body=told)
    made.deliver("first", told)
    assert made.kinds() == ["notice", "notice"]
    since, at = datetime(2026, 3, 10, 3, tzinfo=UTC), datetime(2026, 3, 10, 3, tzinfo=UTC) + timedelta(minutes=minutes)
    append(made.entries, "target.v1", "all", {"state": "waiting", "since": since.isoformat(), "at": at.isoformat()})
    assert made.kinds() == kinds


def test_that_nobody_is_told_of_many_failures_is_found() -> None:
    made, at = scene(), datetime(2026, 3, 10, 4, tzinfo=UTC)
    for number in range(MANY):
        assert made.kinds() == []
        since = at + timedelta(hours=number)
        failing = {"state": "waiting", "since": since.isoformat(), "at": (since + timedelta(hours=1)).isoformat()}
        append(made.entries, "target.v1", "all", failing)
    assert made.kinds() == ["notice"]


def test_a_message_that_was_accepted_without_an_answer_may_come_again_from_the_same_process() -> None:
    made = Scene()
    alert = made.raise_alert(1, "new")
    made.receive("all", alert, is_answered=False)
    made.receive("all", alert)
    sent_again = [each.text for each in delivery_findings(made.entries, made.received, SECRET, WISHES) if "again" in each.text]
    assert sent_again == []
