"""Which alerts must be raised, and which deliveries made. It shares no code with newsmonitor."""

import base64
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.kill.log import Entries
from tests.kill.oracle import Finding, article_key, planned
from tests.kill.plan import Plan, Version, Watch
from tests.kill.receiver import Received

COMPARED = ("version", "change", "title", "outlet_count", "article_count", "stances", "to", "outlets", "newest")
"""The fields of an alert version that are compared. *newest* is the article that it adds, with its version."""
Delivered = tuple[str, str, int]
"""A target, and the id and version of an alert."""
Contents = tuple[Delivered, ...]
"""What a message contains."""
TIMESTAMP_LENGTH = 10
"""Digits of a time in seconds since 1970."""


@dataclass
class ExpectedAlert:
    """The versions that the alert of *watch* for one story must have so far, and what decides the next one.

    *outlets* has the stances of each outlet, and *held* the latest article of each outlet before there are enough of them.
    """

    watch: Watch
    versions: list[dict[str, Any]] = field(default_factory=list)
    outlets: dict[str, set[str]] = field(default_factory=dict)
    corrections: set[tuple[str, int]] = field(default_factory=set)
    held: dict[str, tuple[str, int, Version]] = field(default_factory=dict)
    article_count: int = 0

    def add(self, article: Mapping[str, Any], version: Version) -> None:
        """Add an article of the story, and the alert version that it raises, if any."""
        report = article["id"], article["version"], version
        if not self.versions:
            self.held.pop(version.outlet, None)
            self.held[version.outlet] = report
            if len(self.held) >= self.watch.min_outlets:
                self._raise("new", list(self.held.values()))
        elif change := self._change(article["id"], article["version"], version):
            self._raise(change, [report])

    def _change(self, ident: str, number: int, version: Version) -> str | None:
        if version.is_correction and (ident, number) not in self.corrections:
            self.corrections.add((ident, number))
            return "correction"
        if version.stances - set().union(*self.outlets.values()):
            return "stance"
        return "outlet" if version.outlet not in self.outlets else None

    def _raise(self, change: str, reports: Sequence[tuple[str, int, Version]]) -> None:
        for _, _, version in reports:
            self.outlets.setdefault(version.outlet, set()).update(version.stances or {"asserted"})
        self.article_count += len(reports)
        ident, number, _ = reports[-1]
        self.versions.append(
            {
                "version": len(self.versions) + 1,
                "change": change,
                "title": self.versions[0]["title"] if self.versions else reports[0][2].title,
                "outlet_count": len(self.outlets),
                "article_count": self.article_count,
                "stances": dict(Counter(stance for stances in self.outlets.values() for stance in stances)),
                "to": list(self.watch.targets),
                "outlets": sorted(self.outlets),
                "newest": (ident, number),
            }
        )


def expected_alerts(plan: Plan, entries: Entries) -> dict[tuple[str, str], ExpectedAlert]:
    """Return the alerts by watch and story id that the articles in article.stories.v1 must raise, in their order there."""
    alerts: dict[tuple[str, str], ExpectedAlert] = {}
    ids: dict[str, str] = {}
    for entry in entries.streams["article.stories.v1"]:
        article = entry.value["article"]
        version = planned(plan, article_key(article))
        if version is None:
            continue
        story_id = ids.setdefault(version.story, article["id"])
        for watch in plan.watches:
            if version.story in watch.stories and not version.backfill:
                alerts.setdefault((watch.id, story_id), ExpectedAlert(watch)).add(article, version)
    return alerts


def alert_findings(plan: Plan, entries: Entries) -> Iterator[Finding]:
    """Yield the differences between the alerts that must be raised and those in alert.v1."""
    expected, seen = expected_alerts(plan, entries), Counter[tuple[str, str]]()
    for entry in entries.streams["alert.v1"]:
        alert = entry.value
        key = alert["watch"], alert["story"]
        if key not in expected:
            yield Finding("alert", f"{key} has an alert: {alert['title']!r}")
            continue
        versions, index = expected[key].versions, seen[key]
        seen[key] += 1
        newest = alert["articles"][-1]
        actual = {**alert, "outlets": sorted(alert["outlets"]), "newest": (newest["id"], newest["version"])}
        wanted = versions[index] if index < len(versions) else dict.fromkeys(COMPARED)
        for name in COMPARED:
            if actual[name] != wanted[name]:
                yield Finding("alert", f"{key}, version {index + 1}, has {name} {actual[name]!r} instead of {wanted[name]!r}")
    for key, alert in expected.items():
        if seen[key] < len(alert.versions):
            text = f"{key} has {seen[key]} of {len(alert.versions)} versions"
            yield Finding("alert", text, may_pass=True)


def delivery_findings(entries: Entries, received: Sequence[Received], secret: str) -> Iterator[Finding]:
    """Yield the differences between the alerts in alert.v1 and the webhooks *received*, which are signed with *secret*."""
    alerts = {(entry.value["id"], entry.value["version"]): entry.value for entry in entries.streams["alert.v1"]}
    ids: dict[Contents, str] = {}
    last: dict[tuple[str, str], int] = {}
    accepted: set[Delivered] = set()
    for each in received:
        if not is_signed(each, secret):
            yield Finding("signature", f"the message {each.id} is not signed by the secret")
        bodies = alerts_in(each)
        contents = tuple((each.target, str(body["id"]), int(body["version"])) for body in bodies)
        if ids.setdefault(contents, each.id) != each.id:
            yield Finding("webhook id", f"{contents} has the id {each.id} after {ids[contents]}")
        for delivered, body in zip(contents, bodies, strict=True):
            if body != alerts.get(delivered[1:], body):
                yield Finding("delivery", f"{delivered} differs from the alert in the log")
            if delivered[1:] not in alerts:
                yield Finding("delivery", f"{delivered} is not in the log", may_pass=True)
            if delivered[2] < last.get(delivered[:2], 0):
                yield Finding("delivery order", f"{delivered} came after version {last[delivered[:2]]}")
            last[delivered[:2]] = delivered[2]
        if each.is_accepted:
            accepted.update(contents)
    if len(set(ids.values())) < len({tuple(delivered[1:] for delivered in contents) for contents in ids}):
        yield Finding("webhook id", "two messages with different alerts have the same id")
    yield from _record_findings(entries, alerts, accepted)


def alerts_in(message: Received) -> list[dict[str, Any]]:
    """Return the alerts in *message*: one, or several in a digest."""
    body = json.loads(message.body)
    return list(body["data"]["alerts"]) if body["type"] == "alert.v1.digest" else [body["data"]]


def _record_findings(entries: Entries, alerts: Mapping[tuple[str, int], Any], accepted: set[Delivered]) -> Iterator[Finding]:
    """Yield the differences between what was *accepted* and delivery.v1, and the newest versions that were not accepted."""
    sent = set()
    for entry in entries.streams["delivery.v1"]:
        record = entry.value
        delivered = record["target"], record["alert"], record["version"]
        if record["state"] == "sent":
            sent.add(delivered)
            if delivered not in accepted:
                yield Finding("delivery", f"{delivered} is recorded as sent, and no receiver has accepted it")
        if record["state"] in {"failed", "dropped"}:
            yield Finding("delivery", f"{delivered} has {record['state']}: {record['error']}")
    newest = {alert["id"]: alert for _, alert in sorted(alerts.items())}
    for alert in newest.values():
        for target in alert["to"]:
            delivered = target, alert["id"], alert["version"]
            if delivered not in accepted:
                yield Finding("delivery", f"{delivered} was not accepted by the receiver", may_pass=True)
            elif delivered not in sent:
                yield Finding("delivery", f"{delivered} is not recorded as sent", may_pass=True)


def is_signed(message: Received, secret: str) -> bool:
    """Return whether one of the signatures of *message* is that of the Standard Webhooks specification with *secret*."""
    if len(message.timestamp) != TIMESTAMP_LENGTH or not message.id:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message.id}.{message.timestamp}.".encode() + message.body
    wanted = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return wanted in message.signature.split()
