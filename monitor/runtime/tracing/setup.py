"""Whether the environment asks for traces, and what records them. The packages are imported only then."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, nullcontext

import structlog

ASKING = ("OTEL_TRACES_EXPORTER", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
"""The variables of OpenTelemetry of which one, if set, asks for traces."""
MISSING = "no traces: they need the packages of the extra otel: pip install 'newsmonitor[otel]'"

log = structlog.get_logger()


def tracing(environ: Mapping[str, str], system: str) -> AbstractAsyncContextManager[None]:
    """Return a context in which spans are recorded, if *environ* asks for it. *system* is the kind of the bus.

    Raises Misconfigured.
    """
    if not is_wanted(environ):
        return nullcontext()
    try:
        from monitor.runtime.tracing.otel import exporting
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "opentelemetry":
            raise
        log.warning(MISSING)
        return nullcontext()
    return exporting(environ, system)


def is_wanted(environ: Mapping[str, str]) -> bool:
    """Return whether *environ* asks for traces, by the variables that OpenTelemetry defines."""
    is_off = environ.get("OTEL_SDK_DISABLED", "").lower() == "true" or environ.get("OTEL_TRACES_EXPORTER", "").lower() == "none"
    return not is_off and any(environ.get(name) for name in ASKING)
