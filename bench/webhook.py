"""The time from the publication of an alert to its arrival at a webhook, which a process of its own sends, and its CPU time.

The CPU time is that of the process while it sends many alerts at once, each to another target.
"""

import asyncio
import json
import random
import sys
import tempfile
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from time import perf_counter

import aiohttp
import psutil
from aiohttp import web

from bench.harness import median_and_p99
from bench.kafka import kafka_address
from monitor.bus import Bus
from monitor.bus.backends import Address, connect
from monitor.clock import utc
from monitor.messages import Alert
from monitor.messages.codec import encode
from tests.integration.receiver import SECRET
from tests.make import alert
from tests.running import until

ALERTS, WARM_UP = 300, 20
TARGETS = 500
"""Targets that take turns. Alerts for one target are sent together, so for the CPU time each is for another one."""
LONGEST_PAUSE = 0.2
"""The longest pause in seconds between two alerts. Their length is random, so that it does not keep in step with anything."""
ROOT = Path(__file__).parents[1]


@dataclass
class Arrivals:
    """The seconds from the publication of each alert until it arrived, by its id."""

    seconds: dict[str, float] = field(default_factory=dict)
    port: int = 0

    async def receive(self, request: web.Request) -> web.Response:
        """Note when the alert of *request* has arrived, by the stamp of its publication."""
        body, now = await request.read(), utc()
        data = json.loads(body)["data"]
        published = datetime.fromisoformat(data["stamps"][Alert.STREAM.name])
        self.seconds[data["id"]] = (now - published).total_seconds()
        return web.Response(status=204)


@asynccontextmanager
async def receiving() -> AsyncIterator[Arrivals]:
    """Receive alerts on 127.0.0.1."""
    arrivals, app = Arrivals(), web.Application()
    app.router.add_post("/", arrivals.receive)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        arrivals.port = runner.addresses[0][1]
        yield arrivals
    finally:
        await runner.cleanup()


@asynccontextmanager
async def delivering(folder: Path, url: str, port: int) -> AsyncIterator[Process]:
    """Run the delivery service in a process of its own, on the bus at *url*."""
    (folder / "secret").write_text(SECRET)
    (folder / "monitor.toml").write_text(
        f'bus = "{url}"\n[delivery]\nallow_networks = ["127.0.0.0/8"]\n[[watches]]\nid = "kim"\nany = ["Kim"]\n'
        + "".join(
            f'[[targets]]\nid = "desk{number}"\nwebhook = "http://127.0.0.1:{port}/"\nsecret_file = "secret"\n'
            for number in range(TARGETS)
        )
    )
    command = (sys.executable, "-m", "monitor", "-c", str(folder / "monitor.toml"), "run", "delivery")
    with (folder / "delivery.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        await process.wait()


async def measure(bus: Bus, arrivals: Arrivals) -> list[float]:
    """Publish alerts one after the other; return the seconds until each has arrived."""
    for number in range(WARM_UP + ALERTS):
        new = make_alert(f"s{number}", number)
        await bus.publish([encode(new)])
        await until(partial(arrivals.seconds.__contains__, new.id))
        await asyncio.sleep(random.uniform(0, LONGEST_PAUSE))
    return list(arrivals.seconds.values())[WARM_UP:]


def make_alert(story: str, number: int) -> Alert:
    """Return an alert of *story* for one of the targets."""
    now = utc()
    made = alert(id=f"kim:{story}", story=story, to=(f"desk{number % TARGETS}",))
    return replace(made, raised=now, updated=now).stamped(utc())


async def measure_cpu(bus: Bus, arrivals: Arrivals, process: Process) -> float:
    """Publish an alert for each target at once; return the seconds of CPU that each takes until its arrival is recorded."""
    service = psutil.Process(process.pid)
    new, before = [make_alert(f"w{number}", number) for number in range(TARGETS)], sum(service.cpu_times()[:2])
    await bus.publish([encode(each) for each in new])
    await until(lambda: arrivals.seconds.keys() >= {each.id for each in new})
    await asyncio.sleep(1.0)
    return (sum(service.cpu_times()[:2]) - before) / TARGETS


async def post_alone(port: int) -> list[float]:
    """Return the seconds that a request with an alert takes, without the bus and the service, for comparison."""
    body, seconds = encode(alert().stamped(utc())).value, []
    async with aiohttp.ClientSession() as session:
        for _ in range(ALERTS):
            began = perf_counter()
            async with session.post(f"http://127.0.0.1:{port}/", data=b'{"data": %s}' % body):
                seconds.append(perf_counter() - began)
    return seconds


async def report(address: Address, folder: Path) -> None:
    """Measure on the bus at *address*, and print the median, the 99th percentile and the CPU time."""
    async with receiving() as arrivals:
        alone, _ = median_and_p99(await post_alone(arrivals.port))
        arrivals.seconds.clear()
        async with connect(address) as bus, delivering(folder, address.url, arrivals.port) as process:
            p50, p99 = median_and_p99(await measure(bus, arrivals))
            cpu = await measure_cpu(bus, arrivals, process)
    name = address.url.partition(":")[0]
    print(f"{name:<8} p50 {p50:5.1f} ms   p99 {p99:5.1f} ms   (a request alone {alone:.1f} ms: {p50 / alone:.1f} times)")
    print(f"{name:<8} {cpu * 1000:.2f} ms of CPU an alert, of {TARGETS} at once, each for another target")


async def main() -> None:
    """Measure on SQLite, then on Kafka."""
    with tempfile.TemporaryDirectory() as folder:
        await report(Address(f"sqlite:{Path(folder) / 'bench.db'}"), Path(folder))
    with tempfile.TemporaryDirectory() as folder, kafka_address() as address:
        await report(address, Path(folder))


if __name__ == "__main__":
    asyncio.run(main())
