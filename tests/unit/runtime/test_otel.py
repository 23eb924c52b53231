"""Spans of OpenTelemetry for what may be malformed: headers of records, texts of errors, and the variables."""

import logging
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from monitor.bus import Misconfigured, Partition, Record
from monitor.runtime.tracing.otel import MAX_TEXT_CHARS, OtelTracer
from monitor.runtime.tracing.setup import tracing
from monitor.runtime.tracing.spans import request_span, step_span, tracing_with

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """Record spans, and keep them."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with tracing_with(OtelTracer(provider.get_tracer("test")), "kafka"):
        yield exporter
    provider.shutdown()


def record(**headers: str) -> Record:
    return Record(Partition("alert.v1", 2), 7, 0.0, "key", b"value", headers)


def test_a_step_belongs_to_the_trace_of_its_record(spans: InMemorySpanExporter) -> None:
    with step_span("alerts", record(traceparent=f"00-{TRACE}-{SPAN}-01")) as span:
        assert span.traceparent.startswith(f"00-{TRACE}-")
    (found,) = spans.get_finished_spans()
    assert found.parent is not None
    assert f"{found.parent.span_id:016x}" == SPAN


@pytest.mark.parametrize(
    "header",
    [
        "",
        "00",
        "x" * 1_000_000,
        f"00-{TRACE}-{SPAN}-01\n",
        f"00-{TRACE}-{SPAN}-01-{' ' * 100_000}\nx",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        "\ud800\x00",
    ],
    ids=lambda header: repr(header[:60]),
)
def test_a_malformed_header_begins_a_new_trace_and_is_not_logged(
    spans: InMemorySpanExporter, caplog: pytest.LogCaptureFixture, header: str
) -> None:
    with caplog.at_level(logging.DEBUG), step_span("alerts", record(traceparent=header)) as span:
        pass
    (found,) = spans.get_finished_spans()
    assert found.parent is None
    assert len(span.traceparent) == 55
    assert caplog.records == []


def test_texts_of_others_are_cut_and_can_be_exported(spans: InMemorySpanExporter) -> None:
    with step_span("alerts", record(ce_id="i" * 1_000_000)) as span:
        span.fail("invalid", "\ud800" + "x" * 1_000_000)
    (found,) = spans.get_finished_spans()
    assert found.attributes is not None
    assert found.attributes["messaging.message.id"] == "i" * MAX_TEXT_CHARS
    assert found.attributes["error.type"] == "invalid"
    assert found.status.description == "\\ud800" + "x" * (MAX_TEXT_CHARS - 1)


def test_an_exception_is_named_without_its_text(spans: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="token"), request_span("poll", {}):
        raise ValueError("https://example.org/?token=Pfefferminz7")
    (found,) = spans.get_finished_spans()
    assert found.attributes == {"error.type": "ValueError"}
    assert (found.status.is_ok, found.status.description, found.events) == (False, None, ())


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("OTEL_BSP_MAX_QUEUE_SIZE", "-1", "max_queue_size must be a positive integer"),
        ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "many", "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT must be a non-negative integer"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "OTEL_EXPORTER_OTLP_PROTOCOL = grpc: there is no exporter 'otlp_proto_grpc'"),
        ("OTEL_TRACES_EXPORTER", "zipkin", "OTEL_TRACES_EXPORTER = zipkin: there is no exporter 'zipkin'"),
    ],
)
async def test_a_wrong_variable_is_told(monkeypatch: pytest.MonkeyPatch, variable: str, value: str, told: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(Misconfigured, match=told):
        async with tracing({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", variable: value}, "sqlite"):
            pass
