"""Serve the page: open the bus, follow the records, reload the config, and listen."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import structlog
from aiohttp import web

from monitor.backoff import pause
from monitor.bus import Bus, Misconfigured
from monitor.clock import Clock, utc
from monitor.config.reload import ConfigReloader
from monitor.http.listening import CannotListen, start_listening
from monitor.http.silent import close_silent
from monitor.runtime.presence import presence, this_process
from monitor.runtime.systemd import Condition
from page.app import make_app
from page.bodies import refuse_bad_names
from page.index import IndexFollower, open_index
from page.records import Follower, Records
from page.security.hosts import is_own_address
from page.security.token import read_token
from page.site import SITE, Site
from page.templates import load_all, make_environment

EXPIRE_SECONDS = 600.0
"""Seconds between two removals of what the log no longer holds."""

log = structlog.get_logger()


async def serve(
    reloader: ConfigReloader,
    file: Path,
    bus: Bus,
    stop: asyncio.Event,
    recorded: str = "",
    follower: Follower | None = None,
) -> None:
    """Serve the page of the config of *reloader*, which is the file *file*, until *stop* is set. Raises Misconfigured.

    *recorded* is the title of a recorded day, if it is one: then the newest record tells the time, and no process is reported.
    *follower* is a new one, for a caller that wants to know how far it is.
    """
    config = reloader()
    token = read_token(config)
    if token is None and not is_own_address(config.page.listen):
        raise Misconfigured(
            f"page.listen = {config.page.listen!r}: other machines reach this address, so the page needs a token; set"
            " token_env or token_file under [page], or listen on 127.0.0.1"
        )
    refuse_bad_names()
    follower = follower or Follower()
    templates = make_environment()
    load_all(templates)
    now = partial(newest_time, follower.records, utc) if recorded else utc
    async with AsyncExitStack() as stack:
        index = stack.enter_context(open_index(config))
        site = Site(reloader, file, bus, follower, index, templates, now, token, recorded)
        address = await stack.enter_async_context(listening(make_app(site), config.page.listen))
        if not recorded:
            await stack.enter_async_context(presence(bus, this_process(utc()), {}, stop, config=reloader.status))
        log.info("the page is at", url=f"http://{address}/")
        work = (follower.follow(bus), IndexFollower(index).follow(bus), reloader.run(), _expire(site, stop))
        tasks = [asyncio.create_task(each) for each in work]
        stopped = asyncio.create_task(stop.wait())
        try:
            done, _ = await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
            for task in done - {stopped}:
                task.result()
        finally:
            for task in (stopped, *tasks):
                task.cancel()
            await asyncio.gather(stopped, *tasks, return_exceptions=True)


def condition(follower: Follower, reloader: ConfigReloader) -> Condition:
    """Return the condition of the process of the page, which is ready when *follower* has read all records."""
    complete = follower.complete.is_set()
    troubles = "; ".join(f"{stream}: {trouble}" for stream, trouble in follower.trouble.items())
    status = troubles or ("the page is served" if complete else "reading the log")
    ready = complete and not troubles
    return Condition(status, ready, reloads=reloader.reloads, reloaded=reloader.reloaded)


def newest_time(records: Records, clock: Clock) -> datetime:
    """Return now on a recorded day: the time of the newest article in *records*, before it of the newest poll or *clock*.

    The polls go on after the last article, and the machine's own time is another one.
    """
    stories = max((story.last for story in records.stories.values()), default=None)
    return stories or max((feed.at for feed in records.feeds.values()), default=None) or clock()


@asynccontextmanager
async def listening(app: web.Application, listen: str) -> AsyncIterator[str]:
    """Serve *app* on *listen* (``HOST:PORT``). Yield the address with its true port. Raises Misconfigured."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        try:
            await start_listening(runner, listen, "page.listen", "NEWSMONITOR_PAGE")
        except CannotListen as error:
            raise Misconfigured(str(error)) from error
        closing = asyncio.create_task(close_silent(runner, app[SITE].limits.first_request))
        try:
            yield f"{listen.rpartition(':')[0]}:{runner.addresses[0][1]}"
        finally:
            closing.cancel()
    finally:
        await runner.cleanup()


async def _expire(site: Site, stop: asyncio.Event) -> None:
    while not stop.is_set():
        await pause(stop, EXPIRE_SECONDS)
        before = site.clock() - timedelta(days=site.config().streams.days)
        site.follower.records.expire(before)
        try:
            await asyncio.to_thread(site.index.expire, before.timestamp())
        except (OSError, sqlite3.Error, Misconfigured) as error:
            log.warning("old records stay in the index for now", error=str(error))
