"""Each record is a CloudEvent in the binary mode of the binding for Kafka."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import ClassVar

import orjson
import pytest

import schemas
from monitor.bus import Partition, ProducerRecord, Record
from monitor.bus.streams import STREAMS, Stream
from monitor.messages import MESSAGES, ArticleRaw, DeadLetter, Message, Story, to_raw
from monitor.messages.cloudevents import ATTRIBUTES, attributes
from monitor.messages.codec import decode, encode
from monitor.runtime.dead_letters import original_message, to_dead_letter
from tests.make import START, alert, article, article_stories

LATER = START + timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Note(Message):
    """A message of a package, with a header that newsmonitor would set."""

    STREAM: ClassVar[Stream] = Stream("note.v1")

    key: str

    @property
    def headers(self) -> Mapping[str, str]:
        """The type and another attribute of CloudEvents."""
        return {"ce_type": "org.example.note", "ce_subject": "a note"}


def read(record: ProducerRecord) -> Record:
    """Return *record* as a bus returns it."""
    return Record(Partition(record.stream), 0, 0.0, record.key, record.value, record.headers)


def test_an_alert_has_the_attributes_beside_its_own_headers() -> None:
    assert encode(alert(2)).headers == {
        "ce_specversion": "1.0",
        "ce_id": "kim:s1:2",
        "ce_source": "urn:newsmonitor:stream:alert.v1",
        "ce_type": "newsmonitor.alert.v1",
        "ce_time": "2026-03-10T04:02:00Z",
        "ce_partitionkey": "kim:s1",
        "content-type": "application/json",
        "watch": "kim",
        "severity": "high",
    }


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.__name__)
def test_every_record_has_the_required_attributes(kind: type[Message]) -> None:
    value = orjson.dumps(schemas.load(kind.STREAM.name)["examples"][0])
    headers = encode(decode(kind, Record(Partition(kind.STREAM.name), 0, 0.0, "", value, {}))).headers
    assert all(headers[name] for name in ATTRIBUTES if name != "ce_time")
    assert headers["ce_source"].endswith(f":{kind.STREAM.name}")
    assert headers.keys() == {*headers.keys() & ATTRIBUTES.keys(), *kind.HEADERS}


def test_an_article_or_alert_that_is_published_again_later_has_the_same_id() -> None:
    for message in (article_stories(), alert()):
        first, again = encode(message.stamped(START)), encode(message.stamped(LATER))
        assert first.value != again.value
        assert first.headers == again.headers


def test_versions_have_ids_of_their_own() -> None:
    messages = [to_raw(article(version=version), {"received": START}) for version in (1, 2)]
    assert len({encode(each).headers["ce_id"] for each in (*messages, alert(1), alert(2))}) == 4


def test_the_source_tells_the_stages_of_an_article_apart() -> None:
    late = article_stories()
    early = ArticleRaw(late.article, late.stamps)
    one, other = encode(early).headers, encode(late).headers
    assert one["ce_id"] == other["ce_id"]
    assert one["ce_source"] != other["ce_source"]


def test_a_state_has_the_same_id_until_it_changes() -> None:
    story = Story("s1", "A title", START, START, 1, ("a",), 1, ("example.org",), {}, {}, (), None)
    ids = [encode(each).headers["ce_id"] for each in (story, replace(story), replace(story, count=2))]
    assert ids[0] == ids[1] != ids[2]


def test_headers_of_the_message_take_precedence() -> None:
    headers = attributes(Note("n1"), b"{}")
    assert (headers["ce_type"], headers["ce_subject"]) == ("org.example.note", "a note")
    assert (headers["ce_source"], headers["ce_partitionkey"]) == ("urn:newsmonitor:stream:note.v1", "n1")
    assert "ce_time" not in headers


def test_an_empty_key_is_no_partition_key() -> None:
    assert "ce_partitionkey" not in attributes(Note(""), b"{}")


def test_a_dead_letter_keeps_the_attributes_of_its_record() -> None:
    record = encode(to_raw(article(), {"received": START}))
    facts = DeadLetter("entities", record.stream, "0", "7", "failed", "an error", LATER)
    dead_letter = to_dead_letter(read(record), facts)
    assert dead_letter.headers.items() > record.headers.items()
    redriven = original_message(read(dead_letter), STREAMS)
    assert redriven is not None
    assert redriven.headers == {**record.headers, "redriven": "1"}
