"""Spans around what the services do, for whoever records them. Nothing is recorded, or imported, unless a tracer is in use.

A record has its span in the header ``traceparent``, in the format of W3C Trace Context, so a trace goes on in the next service
and in any subscriber. Between a poll and the publication of its articles, and between an alert and its delivery, there is no
record: meanwhile the process remembers the span by the id of the article or alert. After a restart such a trace begins anew.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from monitor.bus import ProducerRecord, Record, TooLarge, check_size
from monitor.bus.streams import Stream
from monitor.messages import ArticleRaw, Delivery, Message

TRACEPARENT = "traceparent"
"""The header of a record that names the span that has published it."""
MAX_REMEMBERED = 10_000
"""The number of articles and alerts whose spans are remembered."""

Kind = Literal["consumer", "client"]
Attributes = Mapping[str, str | int]


class Span(Protocol):
    """A span that is being recorded."""

    @property
    def traceparent(self) -> str:
        """The span as the value of the header; "" if it is not recorded."""

    def fail(self, reason: str, text: str) -> None:
        """Mark the work as failed: for a *reason* out of few, and as *text* tells."""


class Tracer(Protocol):
    """Records spans."""

    def span(
        self, name: str, kind: Kind, attributes: Attributes, parent: str, links: Sequence[str]
    ) -> AbstractContextManager[Span]:
        """Record the time until the context ends as a span of *parent*, a traceparent or "", with *links* to others."""


class _NoSpan:
    """The span of work that nobody records."""

    traceparent = ""

    def fail(self, reason: str, text: str) -> None:
        """See Span."""


@dataclass
class _Tracing:
    """The *tracer* in use, the scheme of the bus, and the spans of articles and alerts in the process, the oldest first."""

    tracer: Tracer
    system: str
    remembered: OrderedDict[str, str] = field(default_factory=OrderedDict)


NO_SPAN: Span = _NoSpan()
_IN_USE: ContextVar[_Tracing | None] = ContextVar("tracing", default=None)


@contextmanager
def tracing_with(tracer: Tracer, system: str) -> Iterator[None]:
    """Record what happens in this context, and in the tasks that begin in it, with *tracer*. *system* is the bus's kind."""
    token = _IN_USE.set(_Tracing(tracer, system))
    try:
        yield
    finally:
        _IN_USE.reset(token)


def step_span(service: str, record: Record) -> AbstractContextManager[Span]:
    """Return the span of the step of *service* for *record*: a part of the trace that the record belongs to."""
    if (tracing := _IN_USE.get()) is None:
        return nullcontext(NO_SPAN)
    partition = record.partition
    attributes: dict[str, str | int] = {
        "messaging.system": tracing.system,
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.destination.name": partition.stream,
        "messaging.destination.partition.id": str(partition.number),
        f"messaging.{tracing.system}.offset": record.offset,
        "messaging.consumer.group.name": service,
        "messaging.message.body.size": len(record.value),
    }
    if event_id := record.headers.get("ce_id"):
        attributes["messaging.message.id"] = event_id
    parent = record.headers.get(TRACEPARENT, "")
    return tracing.tracer.span(f"process {partition.stream}", "consumer", attributes, parent, ())


def request_span(name: str, attributes: Attributes, subjects: Iterable[str] = ()) -> AbstractContextManager[Span]:
    """Return the span of a request to others. It belongs to the trace of the first of *subjects*, and links the rest."""
    if (tracing := _IN_USE.get()) is None:
        return nullcontext(NO_SPAN)
    known = [found for each in subjects if (found := tracing.remembered.get(each))]
    return tracing.tracer.span(name, "client", attributes, known[0] if known else "", known[1:])


def remember(subjects: Iterable[str], span: Span) -> None:
    """Remember *span* for *subjects*, whose messages are published later."""
    if (tracing := _IN_USE.get()) is None or not span.traceparent:
        return
    for each in subjects:
        tracing.remembered[each] = span.traceparent
        tracing.remembered.move_to_end(each)
    while len(tracing.remembered) > MAX_REMEMBERED:
        tracing.remembered.popitem(last=False)


def with_span(records: Iterable[ProducerRecord], streams: Mapping[str, Stream], span: Span) -> list[ProducerRecord]:
    """Return *records* of *streams* with the header of the *span* that publishes them."""
    if not span.traceparent:
        return list(records)
    return [_with_header(each, streams[each.stream], span.traceparent) for each in records]


def with_remembered(record: ProducerRecord, message: Message) -> ProducerRecord:
    """Return *record* with the header of the span that is remembered for its *message*, if there is one."""
    tracing = _IN_USE.get()
    subjects = subjects_of((message,)) if tracing else []
    found = tracing.remembered.get(subjects[0], "") if tracing and subjects else ""
    return _with_header(record, message.STREAM, found) if found else record


def subjects_of(messages: Iterable[Message]) -> list[str]:
    """Return by what the spans of *messages* are remembered: their articles, and the alerts that they deliver."""
    subjects = []
    for message in messages:
        if isinstance(message, Delivery):
            subjects.append(alert_subject(message.alert))
        elif isinstance(message, ArticleRaw):
            subjects.append(article_subject(message.article.id))
    return subjects


def article_subject(article_id: str) -> str:
    """Return by what the span of an article is remembered."""
    return f"article {article_id}"


def alert_subject(alert_id: str) -> str:
    """Return by what the span of an alert is remembered."""
    return f"alert {alert_id}"


def _with_header(record: ProducerRecord, stream: Stream, traceparent: str) -> ProducerRecord:
    """Return *record* with the header; without it if it would be too large for *stream* with it."""
    traced = replace(record, headers={**record.headers, TRACEPARENT: traceparent})
    try:
        check_size(traced, stream)
    except TooLarge:
        return record
    return traced
