"""`newsmonitor serve`."""

import asyncio
from pathlib import Path

import click


@click.command("serve", short_help="Serve the web page and the API.")
@click.pass_obj
def serve(path: Path) -> None:
    """Serve the web page and the API for programs, until Ctrl-C.

    `newsmonitor run` serves them too, in a process of its own. The page reads the streams in no consumer group, so it holds up
    no service.
    """
    from monitor.config.reload import ConfigReloader
    from monitor.runtime import registry
    from monitor.runtime.connection import open_bus
    from monitor.runtime.runner import stop_on_signal
    from page import serving

    async def run() -> None:
        reloader = ConfigReloader(path, registry.check, registry.extensions())
        async with stop_on_signal(lambda _: None) as stop, open_bus(reloader()) as bus:
            await serving.serve(reloader, path, bus, stop)

    asyncio.run(run())
