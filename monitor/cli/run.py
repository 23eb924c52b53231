"""`newsmonitor run` and `newsmonitor demo`."""

import asyncio
import random
import sys
from pathlib import Path

import click
import structlog

from monitor.backoff import backoff, pause
from monitor.bus import Transient
from monitor.bus.backends import Address, check_streams, create_streams
from monitor.cli.shared import a_number
from monitor.clock import steady
from monitor.config.reload import ConfigReloader
from monitor.demo.play import play
from monitor.runtime import registry
from monitor.runtime.health import Health, health_endpoint
from monitor.runtime.runner import address, open_bus, run_services, until_signalled

log = structlog.get_logger()


@click.command()
@click.argument("service", nargs=-1)
@click.pass_obj
def run(path: Path, service: tuple[str, ...]) -> None:
    """Run the services; all of them, or those named: poller, entities, topics, stories, alerts, delivery.

    Edits of the config take effect as they are saved. SIGTERM or Ctrl-C finishes what is in hand and ends.
    """
    if unknown := [name for name in service if name not in registry.service_modules()]:
        raise click.BadParameter(f"{unknown[0]!r}; there are: {', '.join(registry.service_modules())}", param_hint="SERVICE")
    asyncio.run(_run(ConfigReloader(path, registry.check), service or tuple(registry.service_modules())))


async def _run(live: ConfigReloader, names: tuple[str, ...]) -> None:
    config = live()
    pulses = {name: Health() for name in names}
    log.info("starting", services=" ".join(names), bus=config.bus, feeds=len(config.feeds), watches=len(config.watches))
    async with until_signalled(log.info) as stop, health_endpoint(config.listen, pulses):
        if await _streams_are_there(address(config), stop):
            await _serve(live, names, pulses, stop)
    log.info("ended")


async def _streams_are_there(at: Address, stop: asyncio.Event) -> bool:
    """Make and check the streams, waiting for a broker that is away; False where a stop was asked for before."""
    failures = 0
    while not stop.is_set():
        try:
            for line in await create_streams(at):
                log.info(line)
            for problem in await check_streams(at):
                log.warning("stream differs", problem=problem)
            return True
        except Transient as error:
            failures += 1
            log.warning("waiting for the bus", error=str(error))
            await pause(stop, backoff(failures, random.random(), first=1.0))
    return False


async def _serve(live: ConfigReloader, names: tuple[str, ...], pulses: dict[str, Health], stop: asyncio.Event) -> None:
    async with open_bus(live()) as bus:
        following = asyncio.create_task(live.follow())
        try:
            await run_services(registry.make(names, live), bus, steady(), stop, pulses)
        finally:
            following.cancel()


@click.command()
@click.option(
    "--speed",
    default=2880.0,
    show_default=True,
    type=click.FloatRange(4, 1e6),
    callback=a_number,
    help="How many times faster than a day goes by.",
)
@click.option("--save-picture", type=click.Path(dir_okay=False, path_type=Path), help="Save the last view as an SVG picture.")
def demo(speed: float, save_picture: Path | None) -> None:
    """Watch a recorded day of news from outlets on this machine, at compressed time, with the real services."""
    sys.exit(asyncio.run(play(speed, save_picture)))
