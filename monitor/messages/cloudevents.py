"""CloudEvents 1.0: the attributes of a record as headers, and an event as a JSON document.

The headers are those of the binary mode of the specification's binding for Kafka, the document that of its JSON format.
"""

from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from typing import Any

from monitor.messages.base import Message, isoformat

ATTRIBUTES: Mapping[str, str] = {
    "ce_specversion": "The version of CloudEvents: 1.0.",
    "ce_id": "The event's id, unique together with ce_source: ID:VERSION of an article or an alert, else a hash of the value.",
    "ce_source": "The stream: urn:newsmonitor:stream:NAME.",
    "ce_type": "What the event is: newsmonitor.NAME, with the version of the stream.",
    "ce_time": "When it happened, UTC; absent where the message does not say.",
    "ce_partitionkey": "The record's key.",
    "content-type": "The media type of the value: application/json.",
}
"""What each header says. Records of older versions have none of them."""
MEDIA_TYPE = "application/cloudevents+json"
"""The media type of an event in the JSON format, which is the structured mode of HTTP."""
ID_BYTES = 16
"""The bytes of a hash that is an id: enough that no two records of a stream ever share one."""


def attributes(message: Message, value: bytes) -> dict[str, str]:
    """Return the headers of *message*, whose encoded *value* is its id if it has none of its own.

    Headers of the message itself take precedence.
    """
    headers = {**_constant(message.STREAM.name), "ce_id": message.event_id or blake2b(value, digest_size=ID_BYTES).hexdigest()}
    if (moment := message.event_time) is not None:
        headers["ce_time"] = isoformat(moment)
    if key := message.key:
        headers["ce_partitionkey"] = key
    return {**headers, **message.headers}


def event(message: Message, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return *message*, whose value is *data*, as an event in the JSON format: the same event as its record. It has an id."""
    named = {f"ce_{name}": name for name in ("specversion", "id", "source", "type", "time", "partitionkey")}
    headers = attributes(message, b"")
    kept = {named[header]: value for header, value in headers.items() if header in named}
    return {**kept, "datacontenttype": "application/json", "data": data}


@cache
def _constant(stream: str) -> Mapping[str, str]:
    """Return the headers that all records of *stream* share."""
    return {
        "ce_specversion": "1.0",
        "ce_source": f"urn:newsmonitor:stream:{stream}",
        "ce_type": f"newsmonitor.{stream}",
        "content-type": "application/json",
    }
