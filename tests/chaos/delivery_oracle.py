"""Which messages the receivers must get of the alerts in the log. It shares no code with newsmonitor."""

import base64
import hashlib
import hmac
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from tests.chaos.log import Entries
from tests.chaos.oracle import Finding
from tests.chaos.receiver import Received

Delivered = tuple[str, str, int]
"""A target, and the id and version of an alert."""
Alerts = Mapping[tuple[str, int], Mapping[str, Any]]
"""Alerts by id and version."""
TIMESTAMP_LENGTH = 10
"""Digits of a time in seconds since 1970."""
MANY = 8
"""Times of failures that are too long, of which somebody must have been told at least once."""
SEVERITIES = ("low", "normal", "high", "critical")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a target asks for: which *updates* of an alert, and alerts of which *severity* and above."""

    updates: Literal["first", "changes", "all"] = "all"
    severity: str = "low"

    def asks_for(self, alert: Mapping[str, Any]) -> bool:
        """Return whether this version of an alert is asked for. The first one is in any case."""
        return alert["version"] == 1 or self.updates == "all" or (self.updates == "changes" and alert["change"] != "outlet")

    def is_severe(self, alert: Mapping[str, Any]) -> bool:
        """Return whether the alert is severe enough."""
        return SEVERITIES.index(alert["severity"]) >= SEVERITIES.index(self.severity)


EVERYTHING = Wish()
Wishes = Mapping[str, Wish]
"""What each target asks for. One that is left out asks for everything."""


def delivery_findings(
    entries: Entries,
    received: Sequence[Received],
    secret: str,
    wishes: Wishes | None = None,
    muted: Collection[str] = (),
    before: Sequence[Received] = (),
    notice_after: timedelta = timedelta(hours=1),
) -> Iterator[Finding]:
    """Yield the differences between the alerts in alert.v1 and the webhooks *received*, which are signed with *secret*.

    *wishes* are those of the targets, and *muted* the ids of the alerts that a reader has muted. *before* was received before a
    backup took the place of the log: some of it is in the log, and some comes again. Others are told once a target has failed
    for *notice_after*.
    """
    wishes = wishes or {}
    alerts = {(entry.value["id"], entry.value["version"]): entry.value for entry in entries.streams["alert.v1"]}
    alerts |= {(notice["id"], notice["version"]): notice for notice in notices(entries)}
    yield from (
        Finding("signature", f"the message {each.id} is not signed by the secret")
        for each in received
        if not is_signed(each, secret)
    )
    yield from _id_findings(entries, received)
    yield from _content_findings(alerts, received, wishes)
    yield from _repeat_findings(entries, received)
    yield from _update_findings(entries, alerts, received, wishes)
    yield from _record_findings(entries, alerts, [*before, *received], wishes, muted)
    yield from _notice_findings(entries)
    yield from _failure_notice_findings(entries, notice_after)


def notices(entries: Entries) -> list[Mapping[str, Any]]:
    """Return the notices that a target fails or is disabled: alerts that are in delivery.v1 alone, for each of its targets."""
    bodies = (entry.value.get("body") for entry in entries.streams["delivery.v1"])
    return list({body["id"]: body for body in bodies if body and ":target:" in body["id"]}.values())


def delivered_by(message: Received) -> list[Delivered]:
    """Return what *message* delivers."""
    return [(message.target, str(body["id"]), int(body["version"])) for body in alerts_in(message)]


def alerts_in(message: Received) -> list[dict[str, Any]]:
    """Return the alerts in *message*: one, or several in a digest."""
    body = json.loads(message.body)
    return list(body["data"]["alerts"]) if body["type"] == "alert.v1.digest" else [body["data"]]


def _id_findings(entries: Entries, received: Sequence[Received]) -> Iterator[Finding]:
    """Yield the messages with a wrong id.

    The id of a new message with one alert is that of the alert and its version. An id stands for the same alerts, or for what
    is left of them. Once a failure is recorded, the alert is repeated under the id that it had.
    """
    contents_by_id: dict[tuple[str, str], frozenset[Delivered]] = {}
    failed = [
        (number, entry.value) for number, entry in enumerate(entries.streams["delivery.v1"]) if entry.value.get("message")
    ]
    failed_ids: dict[Delivered, str] = {}
    for each in received:
        delivered = delivered_by(each)
        contents, names = frozenset(delivered), [f"{ident}:{version}" for _, ident, version in delivered]
        while failed and failed[0][0] < each.recorded:
            _, record = failed.pop(0)
            failed_ids[record["target"], record["alert"], record["version"]] = record["message"]
        key = each.target, each.id
        if key not in contents_by_id and names != [each.id] and len(names) == 1:
            yield Finding("webhook id", f"{delivered} is a new message with the id {each.id}")
        elif not contents <= contents_by_id.setdefault(key, contents):
            yield Finding("webhook id", f"{delivered} has the id of {sorted(contents_by_id[key])}: {each.id}")
        if ids := [failed_ids[one] for one in delivered if failed_ids.get(one, each.id) != each.id]:
            yield Finding("webhook id", f"{delivered} has the id {each.id} after {ids}")
        if len(names) > 1 and json.loads(each.body)["data"]["ids"] != names:
            yield Finding("webhook id", f"the digest {each.id} has other ids than {names}")


def _content_findings(alerts: Alerts, received: Sequence[Received], wishes: Wishes) -> Iterator[Finding]:
    """Yield what is not as in the log, goes to a wrong target, must not be sent, or comes after a later version."""
    last: dict[tuple[str, str], int] = {}
    for each in received:
        for delivered, body in zip(delivered_by(each), alerts_in(each), strict=True):
            target, ident, version = delivered
            if (alert := alerts.get((ident, version))) is None:
                yield Finding("delivery", f"{delivered} is not in the log", may_pass=True)
            elif body != alert:
                yield Finding("delivery", f"{delivered} differs from the alert in the log")
            elif target not in alert["to"]:
                yield Finding("delivery", f"{delivered} is for {alert['to']}")
            elif not wishes.get(target, EVERYTHING).is_severe(alert):
                yield Finding("wish", f"{delivered} has only the severity {alert['severity']}")
            if barred := each.barred & {target, ident}:
                yield Finding("barred", f"{delivered} was sent by a process that started after {set(barred)} was barred")
            if version < last.get((target, ident), 0):
                yield Finding("delivery order", f"{delivered} came after version {last[target, ident]}")
            last[target, ident] = version


def _repeat_findings(entries: Entries, received: Sequence[Received]) -> Iterator[Finding]:
    """Yield what was sent again although it had been accepted.

    It may be repeated by a process that has started since, or that may not have got the answer, but not once it is recorded as
    sent.
    """
    recorded: dict[Delivered, int] = {}
    for number, entry in enumerate(entries.streams["delivery.v1"]):
        if entry.value["state"] == "sent":
            recorded.setdefault((entry.value["target"], entry.value["alert"], entry.value["version"]), number)
    accepted: set[tuple[int, Delivered]] = set()
    for each in received:
        for delivered in delivered_by(each):
            if recorded.get(delivered, each.recorded) < each.recorded:
                yield Finding("delivery", f"{delivered} was sent again after it was recorded as sent")
            elif (each.sender, delivered) in accepted:
                yield Finding("delivery", f"{delivered} was sent again by the process that had sent it")
            if each.is_accepted and each.is_answered:
                accepted.add((each.sender, delivered))


def _update_findings(entries: Entries, alerts: Alerts, received: Sequence[Received], wishes: Wishes) -> Iterator[Finding]:
    """Yield what was sent to a target that did not ask for it, and whose records say that it has all it has asked for."""
    records = [(number, entry.value) for number, entry in enumerate(entries.streams["delivery.v1"])]
    sent, told = [(number, record) for number, record in records if record["state"] == "sent"], dict[tuple[str, str], int]()
    for each in received:
        while sent and sent[0][0] < each.recorded:
            _, record = sent.pop(0)
            key = record["target"], record["alert"]
            told[key] = max(record["version"], told.get(key, 0))
        wish = wishes.get(each.target, EVERYTHING)
        for target, ident, version in delivered_by(each):
            before = [(ident, number) for number in range(told.get((target, ident), 0) + 1, version + 1)]
            if before and not any(one not in alerts or wish.asks_for(alerts[one]) for one in before):
                yield Finding("wish", f"{target} has all that it asks for, {wish.updates}, and got {ident}:{version}")


def _notice_findings(entries: Entries) -> Iterator[Finding]:
    """Yield the disabled targets of which no notice was made, and notices of no disabled target."""
    disabled = Counter(entry.key for entry in entries.streams["target.v1"] if entry.value["state"] == "disabled")
    told = Counter(_subject(notice) for notice in notices(entries) if not _is_of_failures(notice))
    for target in disabled.keys() | told.keys():
        if disabled[target] != told[target]:
            yield Finding("notice", f"{target} was disabled {disabled[target]} times, with {told[target]} notices")


def _failure_notice_findings(entries: Entries, notice_after: timedelta) -> Iterator[Finding]:
    """Yield the targets of which notices say without reason that they fail, or more than once in a time of failures.

    Who is told of one, and whether, depends on who works at that moment. That there is none at all for many is a mistake.
    """
    failed = {entry.value["target"] for entry in entries.streams["delivery.v1"] if entry.value["state"] == "failed"}
    begins: defaultdict[str, set[str]] = defaultdict(set)
    long = set[tuple[str, str]]()
    for entry in entries.streams["target.v1"]:
        if entry.value["state"] == "waiting":
            since, at = entry.value["since"], entry.value["at"]
            begins[entry.key].add(since)
            if datetime.fromisoformat(at) - datetime.fromisoformat(since) >= notice_after:
                long.add((entry.key, since))
    told = Counter(_subject(notice) for notice in notices(entries) if _is_of_failures(notice))
    for target, count in told.items():
        if target not in failed and target not in {each for each, _ in long}:
            yield Finding("notice", f"{target} is said to fail, and has neither failed for {notice_after} nor for good")
        if count > len(begins[target]):
            yield Finding("notice", f"{target} has failed {len(begins[target])} times, with {count} notices of it")
    if len(long) >= MANY and not told:
        yield Finding("notice", f"targets have failed {len(long)} times for {notice_after}, and nobody was told")


def _subject(notice: Mapping[str, Any]) -> str:
    """Return the target that *notice* is about."""
    return str(notice["id"]).split(":target:")[1].partition(":")[0]


def _is_of_failures(notice: Mapping[str, Any]) -> bool:
    return " is disabled: " not in notice["title"]


def _record_findings(
    entries: Entries, alerts: Alerts, received: Sequence[Received], wishes: Wishes, muted: Collection[str]
) -> Iterator[Finding]:
    """Yield the differences between what was accepted and delivery.v1, and what a target asks for that it has not accepted."""
    accepted = {delivered for each in received if each.is_accepted for delivered in delivered_by(each)}
    sent = set()
    for entry in entries.streams["delivery.v1"]:
        record = entry.value
        delivered = record["target"], record["alert"], record["version"]
        if record["state"] == "sent":
            sent.add(delivered)
            if delivered not in accepted:
                yield Finding("delivery", f"{delivered} is recorded as sent, and no receiver has accepted it")
        if record["state"] in {"failed", "dropped"} and record["alert"] not in muted:
            yield Finding("delivery", f"{delivered} has {record['state']}: {record['error']}")
    for enough in _asked_for(alerts, wishes, muted):
        if accepted.isdisjoint(enough):
            yield Finding("delivery", f"{enough[0]} was not accepted by the receiver", may_pass=True)
        elif sent.isdisjoint(enough):
            yield Finding("delivery", f"{enough[0]} is not recorded as sent", may_pass=True)


def _asked_for(alerts: Alerts, wishes: Wishes, muted: Collection[str]) -> Iterator[list[Delivered]]:
    """Yield the newest version that each target asks for of each alert, followed by later versions that may stand for it."""
    versions: dict[str, list[Mapping[str, Any]]] = {}
    for (ident, _), alert in sorted(alerts.items()):
        versions.setdefault(ident, []).append(alert)
    for ident, of_alert in versions.items():
        for target in of_alert[-1]["to"] if ident not in muted else ():
            wish = wishes.get(target, EVERYTHING)
            wanted = [alert["version"] for alert in of_alert if wish.is_severe(alert) and wish.asks_for(alert)]
            if wanted:
                yield [(target, ident, version) for version in range(wanted[-1], of_alert[-1]["version"] + 1)]


def is_signed(message: Received, secret: str) -> bool:
    """Return whether one of the signatures of *message* is that of the Standard Webhooks specification with *secret*."""
    if len(message.timestamp) != TIMESTAMP_LENGTH or not message.id:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message.id}.{message.timestamp}.".encode() + message.body
    wanted = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return wanted in message.signature.split()
