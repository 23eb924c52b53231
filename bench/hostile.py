"""What each fault costs; and good feeds by themselves, and beside servers with every fault at once: latency and memory."""

import asyncio
import gzip
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from bench.feeds import contest, ratio, wait
from bench.polling import FETCH, all_known, at_a_pace, at_work, good, memory
from bench.served import serving
from monitor.config import Config, FeedConfig
from monitor.feeds.fetching.fetch import FetchError, Request, fetch
from monitor.http.address_policy import parse_networks
from monitor.http.connector import session
from monitor.logs import set_up
from tests.hostile import HostileServer, endless_head, hostile_server, response

GOOD = 500
EACH = 5
"""Feeds with each of the faults."""
AGAIN = 5.0
"""Seconds after which a failing feed is asked again, at the most: by default it would be a day."""
SECONDS = 10.0
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
LAUGHS = (
    "<!DOCTYPE r [<!ENTITY a '"
    + "ha" * 30
    + "'>"
    + "".join(f"<!ENTITY {after} '{f'&{before};' * 10}'>" for before, after in zip("abcdef", "bcdefg", strict=True))
    + "]><rss><channel><title>&g;</title></channel></rss>"
)
ENDLESS: dict[str, tuple[bytes, ...]] = {
    "body": (endless_head(), b"<item>" * 10_000),
    "chunks": (CHUNKED, b"2000\r\n" + b"x" * 0x2000 + b"\r\n"),
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X: " + b"y" * 1000 + b"\r\n"),
}
DRIPPING: dict[str, tuple[bytes, ...]] = {
    "head": (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
    "slow": (endless_head(), b" "),
    "silent": (b"",),
}
ONCE = {
    "private": response(status="302 Found", Location="http://10.0.0.1/"),
    "file": response(status="302 Found", Location="file:///etc/passwd"),
    "round": response(status="301 Moved", Location="/round/0"),
    "bomb": response(gzip.compress(bytes(100 * 1024 * 1024)), Content_Encoding="gzip"),
    "nested": response(gzip.compress(gzip.compress(bytes(10_000_000))), Content_Encoding="gzip, gzip"),
    "members": response(gzip.compress(b"") * 100_000, Content_Encoding="gzip"),
    "page": response(b"<!DOCTYPE html><html><body>Log in</body></html>"),
    "laughs": response(LAUGHS.encode()),
    "deep": response(b"<rss><channel>" + b"<a>" * 100_000),
    "attributes": response(b"<rss " + b" ".join(b'a%d="1"' % number for number in range(100_000)) + b"/>"),
    "banner": b"SSH-2.0-OpenSSH_9.2\r\n",
    "broken": response(status="500 Internal Server Error"),
    "unasked": b"HTTP/1.1 304 Not Modified\r\n\r\n",
    "cut": b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<rss>",
}
FAULTS = (*ENDLESS, *DRIPPING, *ONCE)


def arm(hostile: HostileServer) -> None:
    """Give each path its fault."""
    for number in range(EACH):
        for name, pieces in ENDLESS.items():
            hostile.responds(f"/{name}/{number}", *pieces, endlessly=True)
        for name, pieces in DRIPPING.items():
            hostile.responds(f"/{name}/{number}", *pieces, every=0.1, endlessly=True)
        for name, said in ONCE.items():
            hostile.responds(f"/{name}/{number}", said)


async def serve() -> None:
    """Speak the faults until killed."""
    async with hostile_server() as hostile:
        arm(hostile)
        print(hostile.base, flush=True)
        await asyncio.Event().wait()


@contextmanager
def speaking_apart() -> Iterator[str]:
    """The hostile server in a process of its own; its URL."""
    with subprocess.Popen([sys.executable, "-m", "bench.hostile", "serve"], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield (process.stdout.readline() if process.stdout else "").strip()
        finally:
            process.kill()


async def poll(base: str, bad: str) -> dict[str, object]:
    """Latencies of the good feeds' articles, and the most memory that was held; *bad* is "" for none beside them."""
    fetch = replace(FETCH, every=1, ceiling=AGAIN, timeout=5)
    hostile = [FeedConfig(f"{bad}/{name}/{number}") for name in FAULTS for number in range(EACH)] if bad else []
    now = [Config(fetch=fetch, feeds=(*good(base, GOOD), *hostile))]
    most = 0.0

    async def watch() -> None:
        nonlocal most
        while True:
            most = max(most, memory())
            await asyncio.sleep(0.05)

    async with at_work(now) as bus:
        watching = asyncio.create_task(watch())
        await all_known(bus, GOOD)
        found = await at_a_pace(base, bus, now, GOOD, SECONDS)
        watching.cancel()
    return found | {"most": most}


async def steps(bad: str) -> None:
    """Print what each fault costs a fetch in CPU, and the longest time that it keeps the loop to itself."""
    worst = 0.0

    async def look() -> None:
        nonlocal worst
        while True:
            before = time.thread_time()
            await asyncio.sleep(0.002)
            worst = max(worst, time.thread_time() - before)

    limits = replace(FETCH, timeout=1.5)
    async with session(lambda: parse_networks(limits.allow_networks)) as opened:
        for name in FAULTS:
            worst, before = 0.0, time.thread_time()
            looking = asyncio.create_task(look())
            asked = (fetch(opened, Request(f"{bad}/{name}/{number}"), limits) for number in range(EACH))
            ends = await asyncio.gather(*asked, return_exceptions=True)
            looking.cancel()
            reasons = sorted({end.reason for end in ends if isinstance(end, FetchError)}) or ["left to the parser"]
            cost = (time.thread_time() - before) / EACH
            print(f"  {name:<11} {cost * 1000:5.1f} ms CPU, longest step {worst * 1000:3.0f} ms: {', '.join(reasons)}")


async def main() -> None:
    """Each fault by itself; then good feeds alone, and beside all faults."""
    with speaking_apart() as bad:
        await steps(bad)
    with serving(GOOD) as base, speaking_apart() as bad:
        alone, beside = (contest(sys.executable, "-m", "bench.hostile", base, where) for where in ("", bad))
    for name, found in ((f"{GOOD} good feeds", alone), (f"beside {EACH * len(FAULTS)} hostile ones", beside)):
        print(f"{name}: at most {found['most']:.0f} MiB, {found['pace']['busy'] * 100:.0f} % of a core")
        wait("from published to on the bus", found["waits"])
        wait("from received to on the bus", found["handling"])
    for part, name in ((0.5, "p50"), (0.95, "p95")):
        first, second = (found["waits"][int(len(found["waits"]) * part)] for found in (beside, alone))
        ratio(f"{name} from published to on the bus, beside against alone", first, second)


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        asyncio.run(serve())
    elif sys.argv[1:]:
        set_up("error")
        print(json.dumps(asyncio.run(poll(*sys.argv[1:]))))
    else:
        asyncio.run(main())
