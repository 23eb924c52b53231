"""Logs on standard error: coloured lines on a terminal, JSON lines otherwise. Repeated events are counted."""

import io
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from itertools import groupby
from operator import itemgetter
from typing import Literal, TextIO

import structlog

from monitor.escape import printable
from monitor.repeats import Repeats

MAX_KIND_CHARS = 500
"""Characters of a repeated event that are shown."""
MALFORMED = frozenset({"aiohttp.http_exceptions", "aiohttp.web_protocol"})
"""The modules of the errors that aiohttp raises for requests that it cannot read."""

Level = Literal["debug", "info", "warning", "error"]
Clock = Callable[[], float]
CallLater = Callable[[float, Callable[[], None]], None]
Kind = tuple[str, str]
"""What equal events share: the package that logs them, and their text without what differs."""


def set_up(level: Level = "info", *, json: bool | None = None) -> None:
    """Send all logs, including those of libraries, to standard error.

    Write JSON lines if *json* is True. None means JSON lines unless standard error is a terminal.
    """
    as_json = not sys.stderr.isatty() if json is None else json
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _put_first("timestamp", "level", "event"),
    ]
    renderers: list[structlog.typing.Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if as_json
        else [
            structlog.processors.format_exc_info,
            _escape,
            structlog.dev.ConsoleRenderer(
                colors=_wants_colours(), sort_keys=False, exception_formatter=structlog.dev.plain_traceback
            ),
        ]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        cache_logger_on_first_use=True,
    )
    handler = FoldingHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderers],
        )
    )
    handler.addFilter(_is_relevant)
    handler.addFilter(_shorten)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # Lines of urllib3 have the paths of requests, in which services have tokens.
    for noisy in ("aiokafka", "asyncio", "urllib3"):
        logging.getLogger(noisy).setLevel(logging.ERROR)


class FoldingHandler(logging.StreamHandler[TextIO]):
    """Writes the first of several equal events, and once a minute the number of the others in one line for each library.

    Events of a library are equal if they have the same template, whatever its arguments are. Events of newsmonitor are equal if
    all their texts are; those below a warning are always written. *clock* returns monotonic seconds, and *call_later* calls a
    function after some of them, so that the counts are written although no other event follows.
    """

    def __init__(
        self,
        stream: TextIO,
        repeats: Repeats[Kind] | None = None,
        clock: Clock = time.monotonic,
        call_later: CallLater | None = None,
    ) -> None:
        super().__init__(stream)
        self._repeats, self._clock, self._call_later = repeats or Repeats(), clock, call_later or _call_in_thread

    def emit(self, record: logging.LogRecord) -> None:
        """Write the counts that are due, and *record* unless it repeats another."""
        now, kind = self._clock(), _kind(record)
        self._write_counts(self._repeats.due(now))
        counted_before = self._repeats.ends is not None
        if kind is None or self._repeats.passes(kind, now):
            super().emit(record)
        elif not counted_before:
            self._call_later(self._repeats.seconds, self.write_due)

    def write_due(self) -> None:
        """Write the counts that are due."""
        with self.lock or nullcontext():
            self._write_counts(self._repeats.due(self._clock()))

    def close(self) -> None:
        """Write the counts that are not written yet."""
        self._write_counts(self._repeats.take())
        super().close()

    def _write_counts(self, counts: Mapping[Kind, int]) -> None:
        for source, kinds in groupby(sorted(counts), key=itemgetter(0)):
            text = "; ".join(f"{counts[kind]} x {kind[1]}" for kind in kinds)
            message = "repeated events of %s: %s"
            super().emit(logging.LogRecord(__name__, logging.WARNING, __file__, 0, message, (source, text), None))


def _call_in_thread(seconds: float, function: Callable[[], None]) -> None:
    """Call *function* after *seconds*, unless the process ends before. Once a minute at most, so a thread costs nothing."""
    timer = threading.Timer(seconds, function)
    timer.daemon = True
    timer.start()


@contextmanager
def held_back() -> Iterator[None]:
    """Write no log line while the context is open, so that none disturbs a live view. At its end, write the warnings."""
    lines = io.StringIO()
    handlers = [handler for handler in logging.getLogger().handlers if isinstance(handler, logging.StreamHandler)]
    before = [(handler, handler.setStream(lines), handler.level) for handler in handlers]
    for handler in handlers:
        handler.setLevel(logging.WARNING)
    try:
        yield
    finally:
        for handler, stream, level in before:
            handler.setStream(stream or sys.stderr)
            handler.setLevel(level)
        sys.stderr.write(lines.getvalue())


def _wants_colours() -> bool:
    """Return True on a terminal, unless the user has set NO_COLOR (no-color.org)."""
    return sys.stderr.isatty() and not os.environ.get("NO_COLOR")


def _put_first(*keys: str) -> structlog.typing.Processor:
    def reorder(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        first = {key: event[key] for key in keys if key in event}
        return {**first, **event}

    return reorder


def _is_relevant(record: logging.LogRecord) -> bool:
    """Return False for an event that tells nobody anything."""
    if record.name == "asyncio" and record.exc_info and record.exc_info[0]:
        # A producer that was fenced or stopped leaves futures behind. The commit that failed has raised the error.
        return not record.exc_info[0].__module__.startswith("aiokafka.")
    # A new broker sends this error until it has created its group topic; aiokafka retries by itself.
    return "GroupCoordinatorNotAvailableError" not in record.getMessage()


def _shorten(record: logging.LogRecord) -> bool:
    """Tell of a request that is no HTTP in one line: its traceback shows how aiohttp reads requests, and no fault of ours."""
    error = record.exc_info[1] if record.exc_info else None
    if record.name == "aiohttp.server" and type(error).__module__ in MALFORMED:
        text = " ".join(str(error).split())[:MAX_KIND_CHARS]
        record.msg, record.args, record.exc_info = "a request cannot be read: %s", (text,), None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
    return True


def _kind(record: logging.LogRecord) -> Kind | None:
    """Return what *record* shares with its repetitions; None if it is always written.

    Times and counts differ between repetitions, so only the texts of an event of newsmonitor count. The second line of a
    message of asyncio is the representation of an object.
    """
    if not isinstance(record.msg, dict):
        return record.name.partition(".")[0], str(record.msg).partition("\n")[0][:MAX_KIND_CHARS]
    if record.levelno < logging.WARNING:
        return None
    fields = {key: value for key, value in record.msg.items() if isinstance(value, str)}
    if record.msg.get("exc_info"):
        fields["exception"] = repr(sys.exc_info()[1])
    details = ", ".join(f"{key}={value}" for key, value in fields.items() if key not in {"timestamp", "level", "event"})
    return "newsmonitor", f"{fields.get('event')}{f' ({details})' if details else ''}"[:MAX_KIND_CHARS]


def _escape(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Escape what is invisible or controls the terminal: a title could use it to forge a log line. Tracebacks keep lines."""
    return {
        key: value
        if isinstance(value, bool | int | float | None)
        else printable(value if isinstance(value, str) else repr(value), keep="\n" if key in {"exception", "stack"} else "")
        for key, value in event.items()
    }
