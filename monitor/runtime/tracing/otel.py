"""The tracer of OpenTelemetry, set up by its standard variables (OTEL_*). Imported only where they ask for traces."""

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from importlib.metadata import entry_points, version

import structlog
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from monitor.bus import Misconfigured
from monitor.runtime.tracing.spans import TRACEPARENT, Attributes, Kind, Span, tracing_with

NAME = "newsmonitor"
FLUSH_SECONDS = 5.0
"""The most seconds that the end of the process waits for the receiver of the spans."""
MAX_TEXT_CHARS = 1000
"""The longest text of an attribute or a failure, in code points. Records may come from others, and spans wait in memory."""
PARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
"""A header that names a span. Another one begins a new trace: the library would log a line for each that is too long."""
KINDS: Mapping[Kind, trace.SpanKind] = {"consumer": trace.SpanKind.CONSUMER, "client": trace.SpanKind.CLIENT}
PROTOCOLS: Mapping[str, str] = {"http/protobuf": "otlp_proto_http", "grpc": "otlp_proto_grpc"}
"""The exporters of the protocols of OTLP, by the value of OTEL_EXPORTER_OTLP_PROTOCOL."""
PROPAGATOR = TraceContextTextMapPropagator()
PROTOCOL_VARIABLES = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")

log = structlog.get_logger()


@asynccontextmanager
async def exporting(environ: Mapping[str, str], system: str) -> AsyncIterator[None]:
    """Record spans, and export them as *environ* says, until the context ends. See `tracing_with`. Raises Misconfigured."""
    provider = _provider(environ)
    log.info("tracing", exporter=environ.get("OTEL_TRACES_EXPORTER") or "otlp")
    try:
        with tracing_with(OtelTracer(provider.get_tracer(NAME, version(NAME))), system):
            yield
    finally:
        # A receiver that does not answer must not hold up the end, and neither must the thread that waits for it.
        flushing = threading.Thread(target=provider.shutdown, name="tracing", daemon=True)
        flushing.start()
        await asyncio.to_thread(flushing.join, FLUSH_SECONDS)
        if flushing.is_alive():
            log.warning("the last spans are lost: their receiver does not answer", seconds=FLUSH_SECONDS)


class OtelTracer:
    """Records spans with *tracer*. See Tracer."""

    def __init__(self, tracer: trace.Tracer) -> None:
        self._tracer = tracer

    @contextmanager
    def span(self, name: str, kind: Kind, attributes: Attributes, parent: str, links: Sequence[str]) -> Iterator[Span]:
        """See Tracer."""
        given = {key: _short(value) if isinstance(value, str) else value for key, value in attributes.items()}
        linked = [trace.Link(trace.get_current_span(_context(each)).get_span_context()) for each in links]
        # The text of an exception may have the URL of a request, with its secrets.
        with self._tracer.start_as_current_span(
            name, _context(parent), KINDS[kind], given, linked, record_exception=False, set_status_on_exception=False
        ) as span:
            recorded = OtelSpan(span)
            try:
                yield recorded
            except Exception as error:
                recorded.fail(type(error).__name__, "")
                raise


class OtelSpan:
    """A span of OpenTelemetry. See Span."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span
        carrier: dict[str, str] = {}
        PROPAGATOR.inject(carrier, trace.set_span_in_context(span))
        self.traceparent = carrier.get(TRACEPARENT, "")

    def fail(self, reason: str, text: str) -> None:
        """See Span."""
        self._span.set_attribute("error.type", reason)
        self._span.set_status(trace.StatusCode.ERROR, _short(text) or None)


def _context(parent: str) -> Context | None:
    """Return the context of the span *parent*; None if it is no traceparent."""
    return PROPAGATOR.extract({TRACEPARENT: parent}) if PARENT.fullmatch(parent) else None


def _short(text: str) -> str:
    """Return *text* so that it can be exported: a text that UTF-8 cannot write would lose all spans that are sent with it."""
    return text[:MAX_TEXT_CHARS].encode(errors="backslashreplace").decode()


def _provider(environ: Mapping[str, str]) -> TracerProvider:
    """Return what makes tracers, as *environ* says. Raises Misconfigured."""
    try:
        resource = Resource.create({"service.name": NAME, "service.version": version(NAME)})
        provider = TracerProvider(resource=resource.merge(OTELResourceDetector().detect()), shutdown_on_exit=False)
        provider.add_span_processor(BatchSpanProcessor(_exporter(environ)))
    except ValueError as error:
        raise Misconfigured(f"a variable of OpenTelemetry (OTEL_*) has a wrong value: {error}") from error
    return provider


def _exporter(environ: Mapping[str, str]) -> SpanExporter:
    """Return the exporter that *environ* names, of an installed package. Raises Misconfigured."""
    variable, name = "OTEL_TRACES_EXPORTER", environ.get("OTEL_TRACES_EXPORTER") or "otlp"
    if name == "otlp":
        variable = next(filter(environ.get, PROTOCOL_VARIABLES), variable)
        protocol = environ.get(variable, "")
        name = PROTOCOLS["http/protobuf"] if protocol in {"", "otlp"} else PROTOCOLS.get(protocol, protocol)
    found = {each.name: each for each in entry_points(group="opentelemetry_traces_exporter")}
    if name not in found:
        known = ", ".join(sorted(found))
        raise Misconfigured(
            f"{variable} = {environ.get(variable)}: there is no exporter {name!r}; installed are {known}, and otlp stands for"
            " one; install the package of the exporter, or choose another"
        )
    exporter: SpanExporter = found[name].load()()
    return exporter
