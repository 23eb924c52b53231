"""The tracer of OpenTelemetry, set up by its standard variables (OTEL_*). Imported only where they ask for traces."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from importlib.metadata import entry_points, version

import structlog
from opentelemetry import trace
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from monitor.bus import Misconfigured
from monitor.runtime.tracing.spans import TRACEPARENT, Attributes, Kind, Span, tracing_with

NAME = "newsmonitor"
FLUSH_SECONDS = 5.0
"""The most seconds that the end of the process waits for the receiver of the spans."""
KINDS: Mapping[Kind, trace.SpanKind] = {"consumer": trace.SpanKind.CONSUMER, "client": trace.SpanKind.CLIENT}
PROTOCOLS: Mapping[str, str] = {"http/protobuf": "otlp_proto_http", "grpc": "otlp_proto_grpc"}
"""The exporters of the protocols of OTLP, by the value of OTEL_EXPORTER_OTLP_PROTOCOL."""

log = structlog.get_logger()


@asynccontextmanager
async def exporting(environ: Mapping[str, str], system: str) -> AsyncIterator[None]:
    """Record spans, and export them as *environ* says, until the context ends. See `tracing_with`. Raises Misconfigured."""
    resource = Resource.create({"service.name": NAME, "service.version": version(NAME)}).merge(OTELResourceDetector().detect())
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(_exporter(environ)))
    log.info("tracing", exporter=environ.get("OTEL_TRACES_EXPORTER") or "otlp")
    try:
        with tracing_with(OtelTracer(provider.get_tracer(NAME, version(NAME))), system):
            yield
    finally:
        # A receiver that does not answer must not hold up the end, and neither must the thread that waits for it.
        flushing = threading.Thread(target=provider.shutdown, name="tracing", daemon=True)
        flushing.start()
        await asyncio.to_thread(flushing.join, FLUSH_SECONDS)


class OtelTracer:
    """Records spans with *tracer*. See Tracer."""

    def __init__(self, tracer: trace.Tracer) -> None:
        self._tracer, self._propagator = tracer, TraceContextTextMapPropagator()

    @contextmanager
    def span(self, name: str, kind: Kind, attributes: Attributes, parent: str, links: Sequence[str]) -> Iterator[Span]:
        """See Tracer."""
        context = self._propagator.extract({TRACEPARENT: parent}) if parent else None
        with self._tracer.start_as_current_span(
            name, context, kind=KINDS[kind], attributes=dict(attributes), links=[self._link(each) for each in links]
        ) as span:
            yield OtelSpan(span)

    def _link(self, traceparent: str) -> trace.Link:
        context = self._propagator.extract({TRACEPARENT: traceparent})
        return trace.Link(trace.get_current_span(context).get_span_context())


class OtelSpan:
    """A span of OpenTelemetry. See Span."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span
        carrier: dict[str, str] = {}
        TraceContextTextMapPropagator().inject(carrier, trace.set_span_in_context(span))
        self.traceparent = carrier.get(TRACEPARENT, "")

    def fail(self, reason: str, text: str) -> None:
        """See Span."""
        self._span.set_attribute("error.type", reason)
        self._span.set_status(trace.StatusCode.ERROR, text)


def _exporter(environ: Mapping[str, str]) -> SpanExporter:
    """Return the exporter that *environ* names, of an installed package. Raises Misconfigured."""
    name = environ.get("OTEL_TRACES_EXPORTER") or "otlp"
    if name == "otlp":
        protocol = environ.get("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL") or environ.get("OTEL_EXPORTER_OTLP_PROTOCOL")
        name = PROTOCOLS.get(protocol or "http/protobuf", protocol or "")
    found = {each.name: each for each in entry_points(group="opentelemetry_traces_exporter")}
    if name not in found:
        known = ", ".join(sorted(found))
        raise Misconfigured(
            f"OTEL_TRACES_EXPORTER: there is no exporter {name!r}; installed are {known}, and otlp stands for one"
        )
    exporter: SpanExporter = found[name].load()()
    return exporter
