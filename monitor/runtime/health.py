"""The health of the services, and the HTTP endpoints /ready and /live that report it."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

import orjson
import structlog
from aiohttp import web

from monitor.bus import Misconfigured
from monitor.config.reload import ConfigStatus
from monitor.escape import escape_json
from monitor.http.listening import CannotListen, start_listening
from monitor.messages.codec import to_dict
from monitor.runtime.loop_monitor import LoopStalls
from monitor.runtime.measures import Measure
from monitor.runtime.tally import Tally

STALE_SECONDS = 60.0
"""Age of the last heartbeat, in seconds, above which a service is not ready."""
HUNG_SECONDS = 300.0
"""Age of the last heartbeat, in seconds, above which a service hangs. One that waits reports more often than that."""
MAX_TROUBLE_CHARS = 1000
"""The longest reason that is reported, in code points."""

Page = Callable[[web.Request], Awaitable[web.Response]]
NO_PAGES: Mapping[str, Page] = {}
State = Literal["starting", "running", "waiting", "broken", "stopped"]

log = structlog.get_logger()


@dataclass
class Health:
    """The state of a service, the reason if it makes no progress, and the time of its last heartbeat (monotonic seconds).

    *tally* has what the service has done since the process started, and *measures* returns what it knows itself, for /metrics.
    *partitions* is the number of partitions that it reads. *progress* returns how far the service is with what it prepares;
    None if there is nothing to say.
    """

    state: State = "starting"
    trouble: str | None = None
    heartbeat: float = field(default_factory=time.monotonic)
    partitions: int = 0
    tally: Tally = field(default_factory=Tally)
    measures: Callable[[], Iterable[Measure]] = lambda: ()
    progress: Callable[[], str | None] = lambda: None

    def is_ready(self, now: float) -> bool:
        """Return True if the service makes progress at *now*, in monotonic seconds."""
        return self.state == "running" and now - self.heartbeat < STALE_SECONDS

    def is_alive(self, now: float) -> bool:
        """Return False if the service hangs at *now*, so that only a new process helps. It may wait, restore or fail."""
        return self.state == "stopped" or now - self.heartbeat < HUNG_SECONDS

    def text(self) -> str | None:
        """Return what the owner of the service has to know, or None. A service that works may have something to tell, too."""
        try:
            text = self.trouble or self.progress()
        except Exception:
            # What a service says of itself must not end the reports of the process.
            log.exception("the progress of a service cannot be shown")
            text = "its progress cannot be shown, because of an error in it; see the log, and report this"
        return shorten(text)

    def report(self, state: State, trouble: str | None = None) -> None:
        """Record the current state as a heartbeat."""
        self.state, self.heartbeat, self.trouble = state, time.monotonic(), trouble


def shorten(text: str | None) -> str | None:
    """Return the first MAX_TROUBLE_CHARS of *text*. Bytes of a path that are not UTF-8 are escaped."""
    return text and text.encode(errors="backslashreplace").decode()[:MAX_TROUBLE_CHARS]


@asynccontextmanager
async def health_endpoint(
    listen: str | None,
    services: Mapping[str, Health],
    stalls: LoopStalls | None = None,
    pages: Mapping[str, Page] = NO_PAGES,
    config: Callable[[], ConfigStatus] = ConfigStatus,
) -> AsyncIterator[None]:
    """Serve /ready and /live on *listen* (``HOST:PORT``). Serve nothing if it is None. Raises Misconfigured if it fails.

    *pages* are further ones by path, such as /metrics.

    /ready answers 200 if every service makes progress, else 503; it includes the *stalls* of the event loop, and by *config*
    why the latest edit of the config is not in use. /live answers 200 unless a service hangs, which only a new process can end.
    """
    if listen is None:
        yield
        return
    app = web.Application()
    app.router.add_get("/ready", partial(_ready, services, stalls, config))
    app.router.add_get("/live", partial(_live, services))
    for path, page in pages.items():
        app.router.add_get(path, page)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        try:
            await start_listening(runner, listen, "listen", "NEWSMONITOR_LISTEN")
        except CannotListen as error:
            raise Misconfigured(str(error)) from error
        yield
    finally:
        await runner.cleanup()


async def _ready(
    services: Mapping[str, Health], stalls: LoopStalls | None, config: Callable[[], ConfigStatus], _: web.Request
) -> web.Response:
    now = time.monotonic()
    states = {
        name: {"ready": health.is_ready(now), "state": health.state, "trouble": health.text()}
        for name, health in services.items()
    }
    ready = all(health.is_ready(now) for health in services.values())
    event_loop = {"event_loop": to_dict(stalls.summary(now))} if stalls else {}
    process = {"config_trouble": shorten(config().trouble), **event_loop}
    body = escape_json(orjson.dumps({"ready": ready, "services": states, **process}))
    return web.Response(body=body, status=200 if ready else 503, content_type="application/json")


async def _live(services: Mapping[str, Health], _: web.Request) -> web.Response:
    hung = [name for name, health in services.items() if not health.is_alive(time.monotonic())]
    if hung:
        return web.Response(text=f"no sign of life for {HUNG_SECONDS:g} s: {', '.join(hung)}\n", status=503)
    return web.Response(text="ok\n")
