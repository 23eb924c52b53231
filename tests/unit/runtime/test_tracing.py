"""Spans of steps and requests, and the header that joins them, with a tracer that keeps what it is told."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest

from monitor.bus import Bus, Partition, ProducerRecord, Record, check_size
from monitor.bus.streams import STREAMS
from monitor.messages import ArticleRaw
from monitor.messages.codec import encode
from monitor.runtime.tracing.setup import is_wanted, tracing
from monitor.runtime.tracing.spans import (
    MAX_REMEMBERED,
    NO_SPAN,
    Attributes,
    Kind,
    Span,
    article_subject,
    remember,
    request_span,
    step_span,
    tracing_with,
    with_remembered,
    with_span,
)
from tests.bus import replay
from tests.make import START, article
from tests.running import until
from tests.unit.runtime.harness import DEAD, OUT, RAW, forward, invalid_record, raw, running, service


@dataclass
class Recorded:
    """A span that was recorded."""

    name: str
    kind: Kind
    attributes: Attributes
    parent: str
    links: Sequence[str]
    traceparent: str
    failure: str = ""

    def fail(self, reason: str, text: str) -> None:
        """See Span."""
        self.failure = f"{reason}: {text[:12]}"


@dataclass
class Recorder:
    """A tracer that keeps its spans, whose traceparents are numbers."""

    spans: list[Recorded] = field(default_factory=list)

    @contextmanager
    def span(self, name: str, kind: Kind, attributes: Attributes, parent: str, links: Sequence[str]) -> Iterator[Span]:
        """See Tracer."""
        self.spans.append(Recorded(name, kind, attributes, parent, links, str(len(self.spans) + 1)))
        yield self.spans[-1]


def record(**headers: str) -> Record:
    return Record(Partition("alert.v1", 2), 7, 0.0, "key", b"value", headers)


def test_without_a_tracer_nothing_is_recorded_or_changed() -> None:
    message = ArticleRaw(article("Title", id="a"), {"received": START})
    published = encode(message)
    with step_span("alerts", record(traceparent="0")) as step, request_span("poll", {}) as request:
        remember([article_subject("a")], request)
    assert step is request is NO_SPAN
    assert with_span([published], STREAMS, step) == [published]
    assert with_remembered(published, message) is published


def test_a_step_is_a_part_of_the_trace_of_its_record() -> None:
    with tracing_with(recorder := Recorder(), "kafka"), step_span("delivery", record(traceparent="t", ce_id="a:1")) as span:
        (out,) = with_span([ProducerRecord("delivery.v1", "k", b"", {"a": "b"})], STREAMS, span)
    (found,) = recorder.spans
    assert (found.name, found.kind, found.parent) == ("process alert.v1", "consumer", "t")
    assert found.attributes == {
        "messaging.system": "kafka",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.destination.name": "alert.v1",
        "messaging.destination.partition.id": "2",
        "messaging.kafka.offset": 7,
        "messaging.consumer.group.name": "delivery",
        "messaging.message.body.size": 5,
        "messaging.message.id": "a:1",
    }
    assert out.headers == {"a": "b", "traceparent": "1"}


def test_a_message_that_is_published_later_names_the_span_that_found_it() -> None:
    message = ArticleRaw(article("Title", id="a"), {"received": START})
    with tracing_with(Recorder(), "sqlite"):
        with request_span("poll", {}) as span:
            remember([article_subject("a"), article_subject("b")], span)
        assert with_remembered(encode(message), message).headers["traceparent"] == "1"
        with request_span("deliver webhook", {}, ["unknown", article_subject("b"), article_subject("a")]):
            pass
    assert "traceparent" not in with_remembered(encode(message), message).headers


@pytest.mark.parametrize(("spare", "is_traced"), [(len("traceparent1"), True), (len("traceparent1") - 1, False)])
def test_a_message_that_fits_goes_out_whether_it_is_traced_or_not(spare: int, *, is_traced: bool) -> None:
    message = ArticleRaw(article("Title", id="a"), {"received": START})
    encoded = encode(message)
    texts = sum(len(text.encode()) for text in (encoded.key, *encoded.headers, *encoded.headers.values()))
    large = replace(encoded, value=bytes(message.STREAM.max_bytes - texts - spare))
    with tracing_with(Recorder(), "sqlite"), request_span("poll", {}) as span:
        remember([article_subject("a")], span)
        (out,) = with_span([large], STREAMS, span)
        for each in (out, with_remembered(large, message)):
            check_size(each, message.STREAM)
            assert ("traceparent" in each.headers) == is_traced


def test_a_request_for_several_belongs_to_the_first_trace_and_links_the_others() -> None:
    with tracing_with(recorder := Recorder(), "sqlite"):
        for name in ("a", "b"):
            with request_span("poll", {}) as span:
                remember([name], span)
        with request_span("deliver webhook", {}, ["unknown", "b", "a"]):
            pass
    assert (recorder.spans[2].parent, recorder.spans[2].links) == ("2", ["1"])


def test_the_oldest_spans_are_forgotten() -> None:
    with tracing_with(recorder := Recorder(), "sqlite"):
        with request_span("poll", {}) as span:
            remember((f"{number}" for number in range(MAX_REMEMBERED + 1)), span)
        with request_span("a", {}, ["0"]), request_span("b", {}, ["1"]):
            pass
    assert [each.parent for each in recorder.spans] == ["", "", "1"]


async def test_the_loop_records_a_span_for_each_step_and_its_failure(bus: Bus) -> None:
    await bus.publish([raw(1), invalid_record(2, "example.org/feed")])
    with tracing_with(recorder := Recorder(), "sqlite"):
        async with running(service(forward), bus):
            await until(lambda: replay(bus, DEAD))
    assert [(each.name, each.failure) for each in recorder.spans] == [
        (f"process {RAW}", ""),
        (f"process {RAW}", "invalid: article.raw."),
    ]
    assert [each.headers["traceparent"] for name in (OUT, DEAD) for each in await replay(bus, name)] == ["1", "2"]


@pytest.mark.parametrize(
    ("variables", "wanted"),
    [
        ({}, False),
        ({"OTEL_SERVICE_NAME": "news"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}, True),
        ({"OTEL_TRACES_EXPORTER": "console"}, True),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}, False),
        ({"OTEL_TRACES_EXPORTER": "console", "OTEL_SDK_DISABLED": "True"}, False),
    ],
)
def test_the_standard_variables_ask_for_traces(variables: dict[str, str], *, wanted: bool) -> None:
    assert is_wanted(variables) is wanted


async def test_nothing_is_in_use_where_nobody_asks() -> None:
    async with tracing({}, "sqlite"):
        with step_span("alerts", record()) as span:
            assert span is NO_SPAN
