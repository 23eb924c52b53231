"""An AsyncAPI 3.0 document of the streams and of the webhook, made from the messages' classes and their JSON Schemas.

The document describes newsmonitor's operations, as the specification asks: newsmonitor sends, and a subscriber receives.
"""

import inspect
from collections.abc import Iterable, Mapping
from typing import Any

import schemas
from monitor.bus.streams import Stream
from monitor.messages import Alert, DeadLetter, Message
from monitor.messages.cloudevents import ATTRIBUTES, MEDIA_TYPE

KAFKA_BINDING = "0.5.0"
HTTP_BINDING = "0.3.0"
"""The versions of the bindings' specifications."""
WEBHOOK_HEADERS = {
    "webhook-id": "The id of the message. A message that is sent again has the same.",
    "webhook-timestamp": "When it was sent, in seconds since 1970.",
    "webhook-signature": "Its signature by each secret of the target, as Standard Webhooks has it.",
}
"""What each header of a webhook says."""
WHEN = "When the newest alert in it was updated."
DROPPED = frozenset({"$schema", "$id", "$defs"})
"""What a schema of a component lacks: a ``$id`` would change what its references are relative to."""


def document(kinds: Iterable[type[Message]], version: str) -> dict[str, Any]:
    """Return the document of newsmonitor *version* with the streams of *kinds*, the dead letters and the webhook.

    Every reference is to a part of the document. Raises ValueError if a schema refers to one that the document does not have.
    """
    known = list(kinds)
    streams = [*(kind.STREAM for kind in known), DeadLetter.STREAM]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "newsmonitor",
            "version": version,
            "description": "Articles, stories and alerts on watched subjects. Each channel of Kafka is a stream. On SQLite the "
            "same streams, keys, headers and values are in the file of the bus.",
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": _servers(),
        "channels": {**{each.name: _channel(each) for each in streams}, "webhook": _webhook_channel()},
        "operations": {**{f"send.{each.name}": _operation(each) for each in streams}, "send.webhook": _webhook_operation()},
        "components": {
            "messages": {
                **{kind.STREAM.name: _message(kind) for kind in known},
                DeadLetter.STREAM.name: _dead_letter(),
                **_webhook_messages(),
            },
            "schemas": {
                "cloudevents": {
                    "description": "Absent in records of older versions, and with streams.cloudevents = false.",
                    **_object(ATTRIBUTES, required=()),
                },
                **components({each.STREAM.name: each.schema() for each in known} | {"dead.v1": schemas.load("dead.v1")}),
            },
        },
    }


def components(by_name: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the schemas *by_name* and their definitions, each a component of its own: alert.v1, alert.v1.reason, ...

    References become those of the document. Raises ValueError if one is to a schema that is not *by_name*.
    """
    names = {schema.get("$id", f"urn:newsmonitor:{name}"): name for name, schema in by_name.items()}
    found: dict[str, Any] = {}
    for name, schema in by_name.items():
        parts = {name: {key: value for key, value in schema.items() if key not in DROPPED}}
        parts |= {f"{name}.{part}": value for part, value in schema.get("$defs", {}).items()}
        found |= {part: _localized(value, name, names) for part, value in parts.items()}
    return found


def _localized(part: Any, name: str, names: Mapping[str, str]) -> Any:
    """Return *part* of the schema *name* with references to components. *names* has the schemas' names by their ``$id``."""
    if isinstance(part, list):
        return [_localized(each, name, names) for each in part]
    if not isinstance(part, dict):
        return part
    rest = {key: _localized(value, name, names) for key, value in part.items()}
    if not isinstance(reference := rest.pop("$ref", None), str):
        return rest if reference is None else {**rest, "$ref": reference}  # a property of this name
    local = {"$ref": _target(reference, name, names)}
    # AsyncAPI ignores what stands beside a reference, such as the description of the property.
    return {"allOf": [local], **rest} if rest else local


def _target(reference: str, name: str, names: Mapping[str, str]) -> str:
    base, _, pointer = reference.partition("#")
    if base and base not in names:
        raise ValueError(f"the schema of {name} refers to {reference}; refer to the schema of a stream of this document")
    place = f"#/components/schemas/{names.get(base, name)}"
    return f"{place}.{pointer.removeprefix('/$defs/')}" if pointer.startswith("/$defs/") else f"{place}{pointer}"


def _servers() -> dict[str, Any]:
    return {
        "kafka": {
            "host": "{broker}",
            "protocol": "kafka",
            "description": "The brokers of the config's bus.",
            "variables": {"broker": {"default": "localhost:9092", "description": "The host and the port of a broker."}},
        },
        "receiver": {
            "host": "{receiver}",
            "protocol": "https",
            "description": "The host of a target's webhook.",
            "variables": {"receiver": {"default": "example.org", "description": "The host and the port of the receiver."}},
        },
    }


def _channel(stream: Stream) -> dict[str, Any]:
    policy = ["compact", "delete"] if stream.expires else ["compact"]
    configuration: dict[str, Any] = {"cleanup.policy": policy if stream.compact else ["delete"]}
    if not stream.expires:
        configuration["retention.ms"] = -1
    binding = {"partitions": stream.partitions, "topicConfiguration": configuration, "bindingVersion": KAFKA_BINDING}
    return {
        "address": stream.name,
        "servers": [{"$ref": "#/servers/kafka"}],
        "messages": {stream.name: {"$ref": f"#/components/messages/{stream.name}"}},
        "bindings": {"kafka": binding},
    }


def _operation(stream: Stream) -> dict[str, Any]:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{stream.name}"},
        "summary": f"newsmonitor publishes to {stream.name}; a subscriber receives.",
    }


def _message(kind: type[Message]) -> dict[str, Any]:
    name, schema = kind.STREAM.name, kind.schema()
    texts = {field: schema[key] for field, key in (("title", "title"), ("description", "description")) if key in schema}
    return {
        "name": name,
        **texts,
        "contentType": "application/json",
        "headers": {"allOf": [{"$ref": "#/components/schemas/cloudevents"}], **_object(kind.HEADERS)},
        "payload": {"$ref": f"#/components/schemas/{name}"},
        "bindings": _key(inspect.getdoc(kind.key)),
    }


def _dead_letter() -> dict[str, Any]:
    return {
        "name": "dead.v1",
        "title": "Dead",
        "description": "A record that a service could not process. Its value is that of the original record, unchanged; its "
        "headers are those of the original, and these.",
        "contentType": "application/octet-stream",
        "headers": {"$ref": "#/components/schemas/dead.v1"},
        "bindings": _key("The key of the original record."),
    }


def _key(description: str | None) -> dict[str, Any]:
    key = {"type": "string", "description": description} if description else {"type": "string"}
    return {"kafka": {"key": key, "bindingVersion": KAFKA_BINDING}}


def _object(texts: Mapping[str, str], required: Iterable[str] | None = None) -> dict[str, Any]:
    """Return the schema of an object with *texts*, descriptions by name. All are required, or those in *required*."""
    properties = {name: {"type": "string", "description": description} for name, description in texts.items()}
    return {"type": "object", "required": list(texts if required is None else required), "properties": properties}


def _webhook_channel() -> dict[str, Any]:
    return {
        "address": None,
        "description": "The URL of a target in the config. A status from 200 to 299 accepts the message; else it comes again.",
        "servers": [{"$ref": "#/servers/receiver"}],
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _webhook_messages()},
    }


def _webhook_operation() -> dict[str, Any]:
    return {
        "action": "send",
        "channel": {"$ref": "#/channels/webhook"},
        "summary": "newsmonitor posts alerts to a target; its receiver answers with a status.",
        "bindings": {"http": {"method": "POST", "bindingVersion": HTTP_BINDING}},
    }


def _webhook_messages() -> dict[str, Any]:
    alert = {"$ref": f"#/components/schemas/{Alert.STREAM.name}"}
    ids = {
        "type": "array",
        "items": {"type": "string"},
        "description": "For each alert the webhook-id of a message with it alone.",
    }
    digest = {
        "type": "object",
        "required": ["count", "ids", "alerts"],
        "properties": {
            "count": {"type": "integer", "minimum": 1, "description": "How many alerts."},
            "ids": ids,
            "alerts": {"type": "array", "minItems": 1, "items": alert},
            "watches": {"type": "array", "items": {"type": "string"}, "description": "The watches that have raised them."},
            "story": {"type": "string", "description": "The id of their story, if they have one in common."},
            "burst": {"type": "string", "format": "date-time", "description": "The minute of their burst, if it is one."},
            "left_out": {"type": "integer", "minimum": 1, "description": "How many more alerts are only counted here."},
            "left_out_hint": {"type": "string", "description": "The command that lists these."},
        },
    }
    kinds = (("alert.v1", "An alert.", alert), ("alert.v1.digest", "Several alerts in one message.", digest))
    return {
        **{f"webhook.{kind}": _webhook_message(kind, summary, data) for kind, summary, data in kinds},
        **{f"webhook.{kind}.cloudevent": _webhook_event(kind, summary, data) for kind, summary, data in kinds},
    }


def _webhook_message(kind: str, summary: str, data: Mapping[str, Any]) -> dict[str, Any]:
    properties = {
        "type": {"const": kind},
        "timestamp": {"type": "string", "format": "date-time", "description": WHEN},
        "data": data,
    }
    return {
        "name": kind,
        "summary": summary,
        "contentType": "application/json",
        "headers": _object(WEBHOOK_HEADERS),
        "payload": {"type": "object", "required": list(properties), "properties": properties},
    }


def _webhook_event(kind: str, summary: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the message of a target with cloudevents = "structured"."""
    properties = {
        "specversion": {"const": "1.0"},
        "id": {
            "type": "string",
            "description": "ID:VERSION of the alert, as in the stream; of several alerts, the webhook-id.",
        },
        "source": {"const": f"urn:newsmonitor:stream:{Alert.STREAM.name}"},
        "type": {"const": f"newsmonitor.{kind}"},
        "time": {"type": "string", "format": "date-time", "description": WHEN},
        "datacontenttype": {"const": "application/json"},
        "data": data,
    }
    optional = {"partitionkey": {"type": "string", "description": "Of a message with one alert: the alert's id."}}
    return {
        "name": f"newsmonitor.{kind}",
        "summary": f"{summary} A CloudEvent, for targets with cloudevents = structured.",
        "contentType": MEDIA_TYPE,
        "headers": _object(WEBHOOK_HEADERS),
        "payload": {"type": "object", "required": list(properties), "properties": properties | optional},
    }
