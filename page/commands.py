"""`newsmonitor serve`, `search` and `mcp`. What they need is imported when they run, so that the help starts fast."""

from datetime import timedelta
from pathlib import Path

import click

from monitor.cli.options import as_json, since_option


@click.command("serve", short_help="Serve the web page and the API.")
@click.option("--recorded", default="", hidden=True, help="The title of a recorded day, whose time the page takes for now.")
@click.option("--until-eof", is_flag=True, hidden=True, help="End when standard input is closed, as by the end of the parent.")
@click.pass_obj
def serve(path: Path, recorded: str, until_eof: bool) -> None:  # noqa: FBT001  (a command-line flag)
    """Serve the web page and the API for programs, until Ctrl-C.

    `newsmonitor run` serves them too, in a process of its own. The page reads the streams in no consumer group, so it holds up
    no service. SIGHUP makes it read the config at once.
    """
    import asyncio
    import os
    import sys
    from functools import partial

    from monitor.config.reload import ConfigReloader
    from monitor.runtime import registry
    from monitor.runtime.connection import bus_address, open_bus_once_there
    from monitor.runtime.garbage import short_collections
    from monitor.runtime.signals import stop_on_signal
    from monitor.runtime.systemd import reporting, supervisor
    from page import serving
    from page.records import Follower

    async def run() -> None:
        reloader = ConfigReloader(path, registry.check, registry.extensions())
        # The page of `newsmonitor run` is a part of what its parent reports.
        systemd, follower = supervisor(os.environ, os.getpid()), Follower()
        condition = partial(serving.condition, follower, reloader)
        async with stop_on_signal(reload=reloader.reload) as stop, reporting(systemd, condition, stop):

            def read_input() -> None:
                if os.read(sys.stdin.fileno(), 1000):
                    reloader.reload()
                else:
                    asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
                    stop.set()

            if until_eof:
                asyncio.get_running_loop().add_reader(sys.stdin.fileno(), read_input)
            async with open_bus_once_there(bus_address(reloader()), stop, follower.report_wait) as bus:
                if bus is not None:
                    with short_collections(asyncio.get_running_loop()):
                        await serving.serve(reloader, path, bus, stop, recorded=recorded, follower=follower)

    asyncio.run(run())


@click.command("search", short_help="Search the articles of the log.")
@click.argument("query")
@since_option
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="The most articles.")
@as_json
@click.pass_obj
def search(path: Path, query: str, since: timedelta, limit: int, json: bool) -> None:  # noqa: FBT001  (a command-line flag)
    """Search the articles that the log still holds for QUERY, in the language of docs/watches.md, the newest first.

    The first search builds an index beside the config, which may take a while. The exit code is 1 if nothing is found.
    """
    from page.search.command import search_articles

    search_articles(path, query, since, limit, json=json)


@click.command("mcp", short_help="Answer an assistant (Model Context Protocol).")
@click.pass_obj
def mcp(path: Path) -> None:
    """Answer an assistant on standard input and output, by the Model Context Protocol.

    The tools search articles, list alerts, tell a story, explain a match and try a query. They only read. The assistant starts
    this command by itself; docs/page.md says how it is set up.
    """
    import asyncio
    import signal
    import sys

    from monitor.config.reload import ConfigReloader
    from monitor.output import echo
    from monitor.runtime import registry
    from monitor.runtime.connection import open_bus

    # A thread that reads standard input cannot be cancelled, and there is nothing to finish: the tools only read.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.stdin.isatty():
        echo(
            "waiting for an assistant on standard input; Ctrl-C ends this. docs/page.md describes how an assistant starts it",
            err=True,
        )
    try:
        from page.mcp import server
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"mcp", "mcp_types"}:
            raise
        raise click.ClickException("this needs the package mcp: pip install 'newsmonitor[mcp]'") from None

    async def run() -> None:
        reloader = ConfigReloader(path, registry.check, registry.extensions())
        async with open_bus(reloader()) as bus:
            await server.serve(reloader, path, bus)

    asyncio.run(run())
