"""Poll the same feeds with reader, a Python library. Runs in reader's own environment, and prints the results as JSON."""

import io
import json
import logging
import resource
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import feedparser
from reader import make_reader

from bench.feed_server import control


def update(base: str, reader: Any, status: str) -> dict[str, float]:
    """Poll every feed once. Return the CPU time in ms per response with *status*, and their number per second."""
    before, cpu_began, began = control(base)[status], time.process_time(), time.perf_counter()
    reader.update_feeds(scheduled=False)
    count = control(base)[status] - before
    return {
        "ms": (time.process_time() - cpu_began) / count * 1000,
        "rate": count / (time.perf_counter() - began),
    }


def parse(base: str, count: int) -> float:
    """Return the CPU time in ms that feedparser takes for a whole body, over *count* feeds."""
    bodies = [urllib.request.urlopen(f"{base}/feed/{feed}").read() for feed in range(count)]  # noqa: S310  (our own server)
    began = time.process_time()
    for body in bodies:
        feedparser.parse(io.BytesIO(body))
    return (time.process_time() - began) / count * 1000


def main() -> None:
    """Subscribe, then poll the unchanged feeds and the changed ones."""
    logging.disable()
    base, count = sys.argv[1], int(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder, make_reader(str(Path(folder) / "reader.db")) as reader:
        for feed in range(count):
            reader.add_feed(f"{base}/feed/{feed}")
        reader.update_feeds()
        unchanged = update(base, reader, "304")
        control(base, change_always=True)
        changed = update(base, reader, "200")
        control(base, change_always=False)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"unchanged": unchanged, "changed": changed, "memory": memory, "feedparser": parse(base, 40)}))


if __name__ == "__main__":
    main()
