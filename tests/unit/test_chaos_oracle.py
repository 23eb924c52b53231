"""The oracle of the chaos test: it accepts what is planned, and finds each kind of difference."""

import base64
import hashlib
import hmac
import json
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.chaos.alert_oracle import alert_findings, expected_alerts
from tests.chaos.delivery_oracle import delivery_findings
from tests.chaos.log import POISON, Entries
from tests.chaos.oracle import Finding, dead_letter_findings, opened_by, position_findings, publication_findings, stage_findings
from tests.chaos.plan import FULL_TEXT_FEED, PEOPLE, Plan, Version, make_plan
from tests.chaos.receiver import Received
from tests.chaos.system import SECRET

Log = tuple[Plan, Entries, list[Received]]


def findings(log: Log) -> list[Finding]:
    """All findings in a log and the received messages."""
    plan, entries, received = log
    return [
        *dead_letter_findings(entries),
        *publication_findings(plan, plan.by_key.keys(), entries),
        *stage_findings(plan, entries),
        *alert_findings(plan, entries),
        *delivery_findings(entries, received, SECRET),
        *position_findings(entries),
    ]


def append(entries: Entries, stream: str, key: str, value: Any) -> None:
    """Append a record to *stream*."""
    entries.add(stream, 0, len(entries.streams[stream]), key, {}, json.dumps(value).encode())


def perfect_log(seed: int = 3) -> Log:
    """The log and the received messages of a program that does what is planned."""
    plan, entries = make_plan(random.Random(seed), rounds=5), Entries()
    members: dict[str, dict[str, Version]] = {}
    for version in plan.versions:
        article: dict[str, Any] = {
            "id": f"id-{version.item}",
            "version": version.number,
            "url": f"http://127.0.0.1/page/{version.item}",
            "title": version.title,
            "text": "\n\n".join((version.text, *version.page)) if version.feed == FULL_TEXT_FEED else version.text,
            "outlet": version.outlet,
            "backfill": version.backfill,
        }
        message: dict[str, Any] = {"article": article}
        append(entries, "article.backfill.v1" if version.backfill else "article.raw.v1", article["id"], message)
        claims = [{"stance": stance} for stance in sorted(version.stances)]
        message |= {"language": {"code": "en"}, "entities": [{"id": PEOPLE[version.person]}], "claims": claims}
        append(entries, "article.entities.v1", article["id"], message)
        append(entries, "article.topics.v1", article["id"], message | {"topics": [{"code": "medtop:1"}]})
        is_first, story = version.story not in members, members.setdefault(version.story, {})
        story[version.item] = version
        ident = f"id-{next(iter(story))}"
        membership = {"id": ident, "first": is_first}
        append(entries, "article.stories.v1", article["id"], message | {"topics": [{"code": "medtop:1"}], "story": membership})
        counts = {"count": len(story), "outlet_count": len({each.outlet for each in story.values()})}
        append(entries, "story.v1", ident, counts)
    received = raise_and_deliver(plan, entries)
    entries.add("alert.v1", 0, 1000, POISON, {}, b"{}")
    entries.add("dead.v1", 0, 0, POISON, {"stream": "alert.v1", "partition": "0", "offset": "1000"}, b"{}")
    return plan, entries, received


def raise_and_deliver(plan: Plan, entries: Entries) -> list[Received]:
    """Append the expected alerts and their deliveries; return the messages."""
    received = []
    for (watch, story), expected in expected_alerts(plan, entries).items():
        if expected.counted:
            counted = {"watch": watch, "story": story, "article_count": expected.counted}
            append(entries, "counted.v1", f"{watch}:{story}", counted)
        for version in expected.versions:
            articles = [{"id": ident, "version": number} for ident, number in version["articles"]]
            fields = {"id": f"{watch}:{story}", "watch": watch, "story": story, "articles": articles, "raised": "2026-03-10"}
            alert = {**version, **fields}
            append(entries, "alert.v1", alert["id"], alert)
            for target in alert["to"]:
                recorded = len(entries.streams["delivery.v1"])
                received.append(replace(message(target, alert), recorded=recorded))
                record = {"alert": alert["id"], "version": alert["version"], "target": target, "state": "sent", "error": None}
                append(entries, "delivery.v1", target, record)
    return received


def message(target: str, alert: dict[str, Any], status: int = 204) -> Received:
    """A signed message with *alert*."""
    body = json.dumps({"type": "alert.v1", "data": alert}).encode()
    return signed(target, f"{alert['id']}:{alert['version']}", body, status)


def signed(target: str, ident: str, body: bytes, status: int = 204) -> Received:
    """A signed message with this id and body."""
    timestamp = "1790000000"
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    digest = hmac.digest(key, f"{ident}.{timestamp}.".encode() + body, hashlib.sha256)
    return Received(target, ident, timestamp, f"v1,{base64.b64encode(digest).decode()}", body, status)


def test_a_new_process_may_repeat_what_is_not_recorded_yet() -> None:
    log = perfect_log()
    again(sender=1)(log)
    assert findings(log) == []


@pytest.mark.parametrize("seed", range(5))
def test_what_is_planned_has_no_finding(seed: int) -> None:
    plan, entries, received = perfect_log(seed)
    assert findings((plan, entries, received)) == []
    assert {entry.value["change"] for entry in entries.streams["alert.v1"]} == {"new", "outlet", "stance", "correction"}


def changed(stream: str, path: tuple[Any, ...], value: Any) -> Callable[[Log], None]:
    """Return a function that changes one value in the first record of *stream*."""

    def change(log: Log) -> None:
        target = log[1].streams[stream][0].value
        for name in path[:-1]:
            target = target[name]
        target[path[-1]] = value

    return change


def removed(stream: str, index: int) -> Callable[[Log], None]:
    """Return a function that removes a record of *stream*."""
    return lambda log: log[1].streams[stream].__delitem__(index)


def repeated(stream: str) -> Callable[[Log], None]:
    """Return a function that repeats the last record of *stream*."""
    return lambda log: log[1].streams[stream].append(log[1].streams[stream][-1])


def without(name: str, *streams: str) -> Callable[[Log], None]:
    """Return a function that empties the list *name* of every message of *streams*."""

    def change(log: Log) -> None:
        for stream in streams:
            for entry in log[1].streams[stream]:
                entry.value[name] = []

    return change


def without_pages(log: Log) -> None:
    """Leave no article the text of its page."""
    for entry in (entry for stream, entries in log[1].streams.items() if stream.startswith("article.") for entry in entries):
        article = entry.value["article"]
        article["text"] = article["text"].partition("\n\n")[0]


def with_received(change: Callable[[list[Received]], object]) -> Callable[[Log], None]:
    """Return a function that changes the received messages."""
    return lambda log: (change(log[2]), None)[1]


def again(**fields: Any) -> Callable[[Log], None]:
    """Return a function that adds the last message again, with other values of *fields*."""
    return with_received(lambda received: received.append(replace(received[-1], **fields)))


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("lost", removed("article.raw.v1", -1)),
        ("lost", removed("article.topics.v1", -1)),
        ("twice", repeated("article.raw.v1")),
        ("twice", repeated("article.stories.v1")),
        ("order", lambda log: log[1].streams["article.entities.v1"].reverse()),
        ("text", changed("article.raw.v1", ("article", "text"), "x")),
        ("text", changed("article.topics.v1", ("article", "text"), "x")),
        ("text", without_pages),
        ("topics", without("topics", "article.topics.v1", "article.stories.v1")),
        ("invented", changed("article.raw.v1", ("article", "url"), "http://127.0.0.1/page/other")),
        ("outlet", changed("article.raw.v1", ("article", "outlet"), "127.0.0.1")),
        ("backfill", changed("article.raw.v1", ("article", "backfill"), value=True)),
        ("entities", changed("article.entities.v1", ("entities",), [])),
        ("language", changed("article.entities.v1", ("language", "code"), "und")),
        ("stances", changed("article.entities.v1", ("claims",), [{"stance": "declined"}, {"stance": "denied"}])),
        ("story", changed("article.stories.v1", ("story", "id"), "another")),
        ("story", removed("story.v1", -1)),
        ("alert", repeated("alert.v1")),
        ("alert", removed("alert.v1", -1)),
        ("alert", changed("alert.v1", ("change",), "outlet")),
        ("alert", changed("alert.v1", ("outlet_count",), 9)),
        ("alert", changed("alert.v1", ("watch",), "nothing")),
        ("alert", changed("alert.v1", ("severity",), "low")),
        ("alert", changed("alert.v1", ("articles",), [])),
        ("alert", changed("alert.v1", ("id",), "another")),
        ("alert", changed("alert.v1", ("raised",), "2026-03-11")),
        ("alert", changed("counted.v1", ("article_count",), 99)),
        ("alert", removed("counted.v1", 0)),
        ("delivery", changed("delivery.v1", ("state",), "failed")),
        ("delivery", with_received(list.clear)),
        ("delivery", with_received(lambda received: received.append(message("steady", {"id": "invented", "version": 1})))),
        ("delivery order", with_received(list.reverse)),
        ("delivery", again()),
        ("delivery", again(sender=1, recorded=1000)),
        ("delivery", again(target="another", sender=1)),
        ("webhook id", again(id="another")),
        ("signature", again(body=b'{"type": "alert.v1", "data": {"id": "x", "version": 1}}')),
        ("dead letter", repeated("dead.v1")),
        ("dead letter", removed("dead.v1", 0)),
        ("dead letter", lambda log: log[1].poisoned.clear()),
        ("position", lambda log: log[1].lags.update({("stories", "article.topics.v1"): 1})),
    ],
)
def test_each_difference_is_found(kind: str, change: Callable[[Log], None]) -> None:
    log = perfect_log()
    change(log)
    assert kind in {finding.kind for finding in findings(log)}


@pytest.mark.parametrize(
    ("version", "opened", "may_have_it"),
    [
        (1, "20261128120001000000", False),
        (1, "20261128110001000000", False),
        (1, "20261128105959000000", True),
        (1, "20261126120001000000", True),
        (2, "20261128120001000000", True),
        (2, "soon", False),
    ],
    ids=["at once", "set back by an hour", "set back by more", "set back by two days", "a later version", "no time"],
)
def test_a_story_may_have_a_time_in_its_id_if_its_first_article_was_lost_or_the_clock_set_back(
    version: int, opened: str, *, may_have_it: bool
) -> None:
    article = {"id": "a1", "version": version, "fetched": "2026-11-28T12:00:00Z"}
    assert opened_by(article, {"id": f"a1.{opened}"}) == (f"a1.{opened}" if may_have_it else "a1")
    assert opened_by(article, {"id": f"b2.{opened}"}) == "a1"
