"""The cost of each fault of a hostile server, and the latency and memory of good feeds with and without all faults at once."""

import asyncio
import gzip
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace

from bench.feed_server import serving
from bench.harness import CurrentConfig, at_share, memory, print_latencies, print_ratio, run_json
from bench.polling import FETCH, at_steady_rate, feed_configs, running_poller, until_all_published
from monitor.config import Config, FeedConfig
from monitor.feeds.fetching.fetch import FetchError, Request, fetch
from monitor.http.address_policy import parse_networks
from monitor.http.connector import session
from monitor.logs import set_up
from tests.hostile import HostileServer, endless_head, hostile_server, response

GOOD_FEEDS = 500
FEEDS_PER_FAULT = 5
RETRY_LIMIT = 5.0
"""The longest interval between two polls of a failing feed, in seconds. The default is a day."""
SECONDS = 10.0
CHUNKED_HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
BILLION_LAUGHS = (
    "<!DOCTYPE r [<!ENTITY a '"
    + "ha" * 30
    + "'>"
    + "".join(f"<!ENTITY {after} '{f'&{before};' * 10}'>" for before, after in zip("abcdef", "bcdefg", strict=True))
    + "]><rss><channel><title>&g;</title></channel></rss>"
)
ENDLESS: dict[str, tuple[bytes, ...]] = {
    "endless-body": (endless_head(), b"<item>" * 10_000),
    "endless-chunks": (CHUNKED_HEAD, b"2000\r\n" + b"x" * 0x2000 + b"\r\n"),
    "endless-headers": (b"HTTP/1.1 200 OK\r\n", b"X: " + b"y" * 1000 + b"\r\n"),
}
"""Responses whose last piece is repeated as fast as the client reads it."""
DRIPPING: dict[str, tuple[bytes, ...]] = {
    "dripping-head": (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
    "dripping-body": (endless_head(), b" "),
    "no-response": (b"",),
}
"""Responses whose last piece is repeated ten times a second."""
ONCE = {
    "redirect-private": response(status="302 Found", Location="http://10.0.0.1/"),
    "redirect-file": response(status="302 Found", Location="file:///etc/passwd"),
    "redirect-loop": response(status="301 Moved", Location="/redirect-loop/0"),
    "gzip-bomb": response(gzip.compress(bytes(100 * 1024 * 1024)), Content_Encoding="gzip"),
    "gzip-nested": response(gzip.compress(gzip.compress(bytes(10_000_000))), Content_Encoding="gzip, gzip"),
    "gzip-members": response(gzip.compress(b"") * 100_000, Content_Encoding="gzip"),
    "web-page": response(b"<!DOCTYPE html><html><body>Log in</body></html>"),
    "billion-laughs": response(BILLION_LAUGHS.encode()),
    "deep-nesting": response(b"<rss><channel>" + b"<a>" * 100_000),
    "attributes": response(b"<rss " + b" ".join(b'a%d="1"' % number for number in range(100_000)) + b"/>"),
    "ssh-banner": b"SSH-2.0-OpenSSH_9.2\r\n",
    "status-500": response(status="500 Internal Server Error"),
    "unexpected-304": b"HTTP/1.1 304 Not Modified\r\n\r\n",
    "cut-body": b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<rss>",
}
FAULTS = (*ENDLESS, *DRIPPING, *ONCE)


def set_responses(server: HostileServer) -> None:
    """Set the response of each path /FAULT/NUMBER to that fault."""
    for number in range(FEEDS_PER_FAULT):
        for name, pieces in ENDLESS.items():
            server.responds(f"/{name}/{number}", *pieces, endlessly=True)
        for name, pieces in DRIPPING.items():
            server.responds(f"/{name}/{number}", *pieces, every=0.1, endlessly=True)
        for name, whole in ONCE.items():
            server.responds(f"/{name}/{number}", whole)


async def serve() -> None:
    """Serve the faults until killed."""
    async with hostile_server() as server:
        set_responses(server)
        print(server.base, flush=True)
        await asyncio.Event().wait()


@contextmanager
def serving_faults() -> Iterator[str]:
    """Run the hostile server in another process. Yield its base URL."""
    with subprocess.Popen([sys.executable, "-m", "bench.hostile", "serve"], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield (process.stdout.readline() if process.stdout else "").strip()
        finally:
            process.kill()


@dataclass
class Maximum:
    """The largest value so far."""

    value: float = 0.0

    @asynccontextmanager
    async def sampling(self, measure: Callable[[], Awaitable[float]]) -> AsyncIterator[None]:
        """Keep the largest result of *measure*, which is called repeatedly in the background."""

        async def sample() -> None:
            while True:
                self.value = max(self.value, await measure())

        task = asyncio.create_task(sample())
        try:
            yield
        finally:
            task.cancel()


async def memory_after_pause() -> float:
    """Return the memory of this process and its children, in MiB, after 0.05 seconds."""
    await asyncio.sleep(0.05)
    return memory()


async def busy_seconds() -> float:
    """Return the CPU seconds that other tasks of the event loop use in the next two milliseconds."""
    began = time.thread_time()
    await asyncio.sleep(0.002)
    return time.thread_time() - began


async def poll(base: str, hostile_base: str) -> dict[str, object]:
    """Measure the latency of articles of the good feeds and the peak memory in MiB. If *hostile_base* is "", run no faults."""
    good = feed_configs(base, GOOD_FEEDS)
    urls = [f"{hostile_base}/{name}/{number}" for name in FAULTS for number in range(FEEDS_PER_FAULT)] if hostile_base else []
    fetch_config = replace(FETCH, every=1, ceiling=RETRY_LIMIT, timeout=5)
    config = CurrentConfig(Config(fetch=fetch_config, feeds=(*good, *map(FeedConfig, urls))))
    largest = Maximum()
    async with running_poller(config) as bus, largest.sampling(memory_after_pause):
        await until_all_published(bus, GOOD_FEEDS)
        results = await at_steady_rate(base, bus, config, GOOD_FEEDS, SECONDS)
    return results | {"memory": largest.value}


async def print_fault_costs(hostile_base: str) -> None:
    """Print the CPU time that a fetch of each fault takes, and the longest time that it blocks the event loop."""
    limits = replace(FETCH, timeout=1.5)
    async with session(lambda: parse_networks(limits.allow_networks)) as client:
        for name in FAULTS:
            longest, began = Maximum(), time.thread_time()
            async with longest.sampling(busy_seconds):
                requests = [Request(f"{hostile_base}/{name}/{number}") for number in range(FEEDS_PER_FAULT)]
                fetches = (fetch(client, request, limits) for request in requests)
                results = await asyncio.gather(*fetches, return_exceptions=True)
            reasons = sorted({result.reason for result in results if isinstance(result, FetchError)}) or ["left to the parser"]
            cost = (time.thread_time() - began) / FEEDS_PER_FAULT
            print(f"  {name:<16} {cost * 1000:5.1f} ms CPU, longest step {longest.value * 1000:3.0f} ms: {', '.join(reasons)}")


async def main() -> None:
    """Measure each fault by itself, then good feeds without faults, then good feeds with all faults."""
    with serving_faults() as hostile_base:
        await print_fault_costs(hostile_base)
    with serving(GOOD_FEEDS) as base, serving_faults() as hostile_base:
        alone, beside = (run_json(sys.executable, "-m", "bench.hostile", base, faults) for faults in ("", hostile_base))
    hostile_feeds = FEEDS_PER_FAULT * len(FAULTS)
    for name, results in ((f"{GOOD_FEEDS} good feeds", alone), (f"beside {hostile_feeds} hostile ones", beside)):
        print(f"{name}: at most {results['memory']:.0f} MiB, {results['steady']['cores'] * 100:.0f} % of a core")
        print_latencies("from published to on the bus", results["from_published"])
        print_latencies("from received to on the bus", results["from_received"])
    for share, name in ((0.5, "p50"), (0.95, "p95")):
        first, second = (at_share(results["from_published"], share) for results in (beside, alone))
        print_ratio(f"{name} from published to on the bus, beside against alone", first, second)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve"]:
            asyncio.run(serve())
        case [good_feeds, hostile_feeds]:
            set_up("error")
            print(json.dumps(asyncio.run(poll(good_feeds, hostile_feeds))))
        case _:
            asyncio.run(main())
