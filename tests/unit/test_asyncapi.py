"""The AsyncAPI document conforms to the specification and describes the records and requests that newsmonitor sends."""

import base64
import copy
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner
from jsonschema_rs import Draft7Validator

import schemas
from consumers.delivery.batches import message_id
from consumers.delivery.channels.webhook import event_body, request_body, signed_headers
from monitor.asyncapi import components, document
from monitor.bus import Partition, Record
from monitor.bus.kafka.settings import creation_configs
from monitor.bus.streams import STREAMS
from monitor.cli import main
from monitor.messages import MESSAGES, Alert, DeadLetter, Message, codec
from monitor.messages.cloudevents import ATTRIBUTES
from tests.make import START, alert

OFFICIAL = Path(__file__).parents[1] / "data" / "asyncapi-3.0.0.json"
DOCUMENT = document(MESSAGES, "1.2.3")
Edit = Callable[[dict[str, Any]], None]


def refuse(uri: str) -> Any:
    """Refuse to fetch what a schema refers to."""
    raise ValueError(f"remote reference: {uri}")


def official() -> Draft7Validator:
    """Return a validator of AsyncAPI documents."""
    return Draft7Validator(orjson.loads(OFFICIAL.read_bytes()), validate_formats=True, retriever=refuse)


def described(part: Any) -> Draft7Validator:
    """Return a validator for a schema of the document, whose references are resolved in the document."""
    return Draft7Validator({"allOf": [part], "components": DOCUMENT["components"]}, validate_formats=True, retriever=refuse)


def references(part: Any) -> Iterator[str]:
    """Yield all references in *part*."""
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from references(each)


def published(kind: type[Message]) -> Any:
    """Return the record of the example in the schema of *kind*."""
    value = orjson.dumps(schemas.load(kind.STREAM.name)["examples"][0])
    return codec.encode(codec.decode(kind, Record(Partition(kind.STREAM.name), 0, 0.0, "key", value, {})))


def test_the_document_conforms_to_the_official_schema() -> None:
    official().validate(DOCUMENT)


@pytest.mark.parametrize(
    "edit",
    [
        lambda data: data["channels"]["alert.v1"]["bindings"]["kafka"].update(partitions=0),
        lambda data: data["operations"]["send.alert.v1"].pop("channel"),
        lambda data: data["components"]["messages"]["alert.v1"].update(body={}),
        lambda data: data["components"]["schemas"]["alert.v1"]["properties"]["id"].update(type="text"),
    ],
)
def test_the_official_schema_refuses_another_document(edit: Edit) -> None:
    data = copy.deepcopy(DOCUMENT)
    edit(data)
    assert not official().is_valid(data)


def test_every_reference_is_to_a_part_of_the_document() -> None:
    found = set(references(DOCUMENT))
    assert len(found) > 50
    for reference in found:
        part: Any = DOCUMENT
        for step in reference.removeprefix("#/").split("/"):
            part = part[step]
        assert part


def test_each_stream_is_a_channel_with_its_settings() -> None:
    assert set(DOCUMENT["channels"]) == {*STREAMS, "webhook"}
    for stream in STREAMS.values():
        channel = DOCUMENT["channels"][stream.name]
        binding = channel["bindings"]["kafka"]
        assert (channel["address"], binding["partitions"]) == (stream.name, stream.partitions)
        topic = creation_configs(stream, days=7, replication=1)
        assert ",".join(binding["topicConfiguration"]["cleanup.policy"]) == topic["cleanup.policy"]
        assert ("retention.ms" in binding["topicConfiguration"]) == (topic["retention.ms"] == "-1")
        assert DOCUMENT["operations"][f"send.{stream.name}"]["action"] == "send"


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.__name__)
def test_a_record_is_as_described(kind: type[Message]) -> None:
    record, message = published(kind), DOCUMENT["components"]["messages"][kind.STREAM.name]
    described(message["headers"]).validate(dict(record.headers))
    assert set(record.headers) - set(ATTRIBUTES) == set(message["headers"]["properties"])
    assert set(ATTRIBUTES) - set(record.headers) <= {"ce_time"}
    described(message["payload"]).validate(orjson.loads(record.value))
    assert message["bindings"]["kafka"]["key"]["description"]


def test_a_definition_of_another_stream_is_checked() -> None:
    payload = described(DOCUMENT["components"]["messages"]["article.stories.v1"]["payload"])
    value = copy.deepcopy(schemas.load("article.stories.v1")["examples"][0])
    assert payload.is_valid(value)
    del value["article"]["title"]
    assert not payload.is_valid(value)


def test_the_facts_of_a_dead_letter_are_its_headers() -> None:
    headers = described(DOCUMENT["components"]["messages"]["dead.v1"]["headers"])
    facts = codec.encode_facts(DeadLetter("topics", "article.entities.v1", "0", "17", "failed", "an error", START))
    assert headers.is_valid({**facts, "feed": "wire"})
    assert not headers.is_valid({"feed": "wire"})


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("body_of", [request_body, event_body])
def test_a_request_to_a_webhook_is_as_one_message_says(body_of: Callable[[Sequence[Alert]], bytes], count: int) -> None:
    batch = [alert(id=f"kim:s{number}") for number in range(count)]
    body = body_of(batch)
    secret = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
    headers = signed_headers(message_id(batch), body, [secret], START)
    names = [reference.rpartition("/")[2] for reference in references(DOCUMENT["channels"]["webhook"]["messages"])]
    messages = [DOCUMENT["components"]["messages"][name] for name in names]
    (message,) = (each for each in messages if described(each["payload"]).is_valid(orjson.loads(body)))
    described(message["headers"]).validate(headers)
    assert message["name"] == orjson.loads(body)["type"]


def test_a_schema_of_a_package_may_have_no_id_and_refer_to_a_stream() -> None:
    length = {
        "properties": {
            "alert": {"$ref": "urn:newsmonitor:alert.v1", "description": "It."},
            "why": {"$ref": "urn:newsmonitor:alert.v1#/$defs/reason"},
            "same": {"$ref": "#/properties/why"},
        }
    }
    properties = components({"length.v1": length, "alert.v1": {"$id": "urn:newsmonitor:alert.v1"}})["length.v1"]["properties"]
    assert properties["alert"] == {"allOf": [{"$ref": "#/components/schemas/alert.v1"}], "description": "It."}
    assert properties["why"] == {"$ref": "#/components/schemas/alert.v1.reason"}
    assert properties["same"] == {"$ref": "#/components/schemas/length.v1/properties/why"}


def test_a_reference_that_leaves_the_document_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"the schema of length\.v1 refers to https://example\.org/a"):
        components({"length.v1": {"$ref": "https://example.org/a"}})


def test_the_command_prints_the_document() -> None:
    result = CliRunner().invoke(main, ["streams", "asyncapi"], catch_exceptions=False)
    printed = orjson.loads(result.stdout)
    official().validate(printed)
    assert printed["channels"].items() >= DOCUMENT["channels"].items()
