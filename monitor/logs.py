"""Logs on standard error: coloured lines on a terminal, JSON lines otherwise."""

import io
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import structlog

from monitor.escape import printable

Level = Literal["debug", "info", "warning", "error"]


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
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderers],
        )
    )
    handler.addFilter(_is_relevant)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for noisy in ("aiokafka", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.ERROR)


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
    # A new broker sends this error until it has created its group topic; aiokafka retries by itself.
    return "GroupCoordinatorNotAvailableError" not in record.getMessage()


def _escape(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Escape what is invisible or controls the terminal: a title could use it to forge a log line. Tracebacks keep lines."""
    return {
        key: value
        if isinstance(value, bool | int | float | None)
        else printable(value if isinstance(value, str) else repr(value), keep="\n" if key in {"exception", "stack"} else "")
        for key, value in event.items()
    }
