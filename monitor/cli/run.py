"""`newsmonitor run` and `newsmonitor demo`: run the services."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
import structlog

from monitor.bus.backends import Address, check_streams, create_streams, storage
from monitor.cli.options import reject_nan
from monitor.cli.page_process import ask_to_reload, keep_page_running, no_page, page_command, recorded_page
from monitor.clock import steady, utc
from monitor.config.privacy import lax_files
from monitor.config.reload import ConfigReloader
from monitor.demo.play import play
from monitor.runtime import registry
from monitor.runtime.connection import bus_address, once_there, open_bus_once_there, reloaded_address
from monitor.runtime.health import Health, health_endpoint
from monitor.runtime.loop_monitor import LoopStalls, monitor_loop
from monitor.runtime.presence import presence, this_process
from monitor.runtime.runner import run_services
from monitor.runtime.signals import stop_on_signal
from monitor.runtime.systemd import Condition, condition_of, reporting, supervisor
from monitor.runtime.tracing.setup import tracing
from monitor.terminal.live import open_console

if TYPE_CHECKING:
    from monitor.runtime.metrics.endpoint import Metrics

log = structlog.get_logger()


@click.command()
@click.argument("service", nargs=-1)
@click.pass_obj
def run(path: Path, service: tuple[str, ...]) -> None:
    """Run all services, or only those named.

    The services are poller, entities, topics, stories, alerts and delivery, and those of other installed packages. All
    services together also serve the web page (`newsmonitor serve`). Edits of the config take effect when they are saved. On
    SIGTERM or Ctrl-C the services finish their current messages and stop; a second Ctrl-C ends them at once. SIGHUP makes them
    read the config at once.
    """
    modules = registry.service_modules()
    if unknown := [name for name in service if name not in modules]:
        raise click.BadParameter(f"{unknown[0]!r}; choose from {', '.join(modules)}", param_hint="SERVICE")
    log.info("reading the config", file=str(path))
    reloader = ConfigReloader(path, registry.check, registry.extensions())
    # Where the services run apart, `newsmonitor serve` is one of the processes.
    page = page_command(path) if not service and reloader().page.start else None
    asyncio.run(_run(reloader, tuple(dict.fromkeys(service)) or tuple(modules), page))


async def _run(reloader: ConfigReloader, names: tuple[str, ...], page: Sequence[str] | None) -> None:
    config = reloader()
    health = {name: Health() for name in names}
    log.info("starting", services=" ".join(names), bus=config.bus, feeds=len(config.feeds), watches=len(config.watches))
    for hint in lax_files(config, reloader.path):
        log.warning("secret readable by others", problem=hint.text)
    page_inputs: set[asyncio.StreamWriter] = set()
    systemd = supervisor(os.environ, os.getpid())

    def reload() -> None:
        reloader.reload()
        ask_to_reload(page_inputs)

    def condition() -> Condition:
        now = condition_of(health, time.monotonic(), reloader.trouble)
        return replace(now, reloads=reloader.reloads, reloaded=reloader.reloaded)

    async with (
        stop_on_signal(_log_signal, reload) as stop,
        monitor_loop() as stalls,
        _endpoint(reloader, health, stalls) as metrics,
        reporting(systemd, condition, stop),
        tracing(os.environ, config.bus.partition(":")[0]),
    ):
        address = bus_address(config)
        if await once_there(partial(_prepare_streams, address), stop, partial(_report_wait, health)):
            await _serve(reloader, names, health, stop, stalls, page, page_inputs, metrics)
    log.info("stopped")


@asynccontextmanager
async def _endpoint(reloader: ConfigReloader, health: dict[str, Health], stalls: LoopStalls) -> AsyncIterator["Metrics | None"]:
    """Serve the health and the metrics of this process. Serve neither if the config does not say where."""
    config, modules = reloader(), registry.service_modules()
    if config.listen is None:
        yield None
        return
    from monitor.runtime.metrics.endpoint import Metrics

    inputs = {name: [kind.STREAM.name for kind in registry.inputs(modules[name])] for name in health}
    size = partial(storage, bus_address(config))
    metrics = Metrics(health, inputs, stalls, reloader.status, size)
    async with health_endpoint(config.listen, health, stalls, {"/metrics": metrics.respond}, reloader.status):
        yield metrics


def _log_signal(signal: str) -> None:
    log.info("stopping", signal=signal, until="the current batches are finished")


async def _prepare_streams(address: Address) -> None:
    """Create and check the streams. Raises Misconfigured and Transient."""
    for line in await create_streams(address):
        log.info("stream created", stream=line.removeprefix("created "))
    for difference in await check_streams(address):
        tell = log.warning if difference.must_change else log.info
        tell("stream differs from its expected settings", problem=str(difference))


def _report_wait(health: Mapping[str, Health], reason: str | None) -> None:
    """Report that no service runs yet because of *reason*, or that all start."""
    for each in health.values():
        each.report("waiting" if reason else "starting", reason)


async def _serve(
    reloader: ConfigReloader,
    names: tuple[str, ...],
    health: dict[str, Health],
    stop: asyncio.Event,
    stalls: LoopStalls,
    page: Sequence[str] | None,
    page_inputs: set[asyncio.StreamWriter],
    metrics: "Metrics | None",
) -> None:
    async with open_bus_once_there(reloaded_address(reloader), stop, partial(_report_wait, health)) as bus:
        if bus is None:
            return
        if metrics:
            metrics.lag = bus.lag
        reloading = asyncio.create_task(reloader.run())
        serving = asyncio.create_task(keep_page_running(page, stop, page_inputs)) if page else None
        try:
            async with presence(bus, this_process(utc()), health, stop, stalls, reloader.status):
                await run_services(registry.make(names, reloader), bus, steady(), stop, health)
        finally:
            reloading.cancel()
            if serving:
                stop.set()
                await serving


@click.command()
@click.option(
    "--speed",
    default=2880.0,
    show_default=True,
    type=click.FloatRange(4, 5000),
    callback=reject_nan,
    help="How many times faster than real time the day is replayed; 2,880 takes half a minute.",
)
@click.option("--save-picture", type=click.Path(dir_okay=False, path_type=Path), help="Save the final view as an SVG picture.")
def demo(speed: float, save_picture: Path | None) -> None:
    """Replay a recorded day of news, with the real services.

    The feeds are served on this machine. Needs no config and no network. On a terminal, the web page shows the day too, until
    Ctrl-C.
    """
    sys.exit(asyncio.run(play(speed, save_picture, recorded_page if open_console() else no_page)))
