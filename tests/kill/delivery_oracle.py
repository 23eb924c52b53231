"""Which messages the receivers must get of the alerts in the log. It shares no code with newsmonitor."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.kill.log import Entries
from tests.kill.oracle import Finding
from tests.kill.receiver import Received

Delivered = tuple[str, str, int]
"""A target, and the id and version of an alert."""
Alerts = Mapping[tuple[str, int], Mapping[str, Any]]
"""Alerts by id and version."""
TIMESTAMP_LENGTH = 10
"""Digits of a time in seconds since 1970."""


def delivery_findings(entries: Entries, received: Sequence[Received], secret: str) -> Iterator[Finding]:
    """Yield the differences between the alerts in alert.v1 and the webhooks *received*, which are signed with *secret*."""
    alerts = {(entry.value["id"], entry.value["version"]): entry.value for entry in entries.streams["alert.v1"]}
    yield from (
        Finding("signature", f"the message {each.id} is not signed by the secret")
        for each in received
        if not is_signed(each, secret)
    )
    yield from _id_findings(received)
    yield from _content_findings(alerts, received)
    yield from _repeat_findings(entries, received)
    yield from _record_findings(entries, alerts, received)


def delivered_by(message: Received) -> list[Delivered]:
    """Return what *message* delivers."""
    return [(message.target, str(body["id"]), int(body["version"])) for body in alerts_in(message)]


def alerts_in(message: Received) -> list[dict[str, Any]]:
    """Return the alerts in *message*: one, or several in a digest."""
    body = json.loads(message.body)
    return list(body["data"]["alerts"]) if body["type"] == "alert.v1.digest" else [body["data"]]


def _id_findings(received: Sequence[Received]) -> Iterator[Finding]:
    """Yield the messages that have another id when they are repeated, and those that share an id."""
    ids: dict[tuple[Delivered, ...], str] = {}
    for each in received:
        contents = tuple(delivered_by(each))
        if ids.setdefault(contents, each.id) != each.id:
            yield Finding("webhook id", f"{contents} has the id {each.id} after {ids[contents]}")
    if len(set(ids.values())) < len({tuple(delivered[1:] for delivered in contents) for contents in ids}):
        yield Finding("webhook id", "two messages with different alerts have the same id")


def _content_findings(alerts: Alerts, received: Sequence[Received]) -> Iterator[Finding]:
    """Yield what is not as in the log, goes to a wrong target, or comes after a later version."""
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
            if version < last.get((target, ident), 0):
                yield Finding("delivery order", f"{delivered} came after version {last[target, ident]}")
            last[target, ident] = version


def _repeat_findings(entries: Entries, received: Sequence[Received]) -> Iterator[Finding]:
    """Yield what was sent again although it had been accepted.

    Only a process that has started since may repeat it, and only if it is not recorded as sent.
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
            if each.is_accepted:
                accepted.add((each.sender, delivered))


def _record_findings(entries: Entries, alerts: Alerts, received: Sequence[Received]) -> Iterator[Finding]:
    """Yield the differences between what was accepted and delivery.v1, and the newest versions that were not accepted."""
    accepted = {delivered for each in received if each.is_accepted for delivered in delivered_by(each)}
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
