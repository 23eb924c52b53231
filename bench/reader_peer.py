"""reader, a Python library for feeds, on the same feeds. Runs in an environment of its own; prints JSON."""

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


def answers(base: str, change: str = "") -> dict[str, int]:
    """What the server has answered so far, after it was told to *change*."""
    with urllib.request.urlopen(f"{base}/-/{change}") as answer:  # noqa: S310
        return dict(json.load(answer))


def turn(base: str, reader: Any, status: str) -> dict[str, float]:
    """Ask for every feed once: CPU in ms for each answer with *status*, and such answers a second."""
    before, machine, clock = answers(base).get(status, 0), time.process_time(), time.perf_counter()
    reader.update_feeds(scheduled=False)
    count = answers(base).get(status, 0) - before
    return {
        "ms": (time.process_time() - machine) / count * 1000,
        "rate": count / (time.perf_counter() - clock),
    }


def parsing(base: str, number: int) -> float:
    """CPU in ms that feedparser takes for a whole body."""
    bodies = [urllib.request.urlopen(f"{base}/feed/{feed}").read() for feed in range(number)]  # noqa: S310
    began = time.process_time()
    for body in bodies:
        feedparser.parse(io.BytesIO(body))
    return (time.process_time() - began) / number * 1000


def main() -> None:
    """Subscribe, then ask for unchanged feeds and for changed ones."""
    logging.disable()
    base, number = sys.argv[1], int(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder, make_reader(str(Path(folder) / "reader.db")) as reader:
        for feed in range(number):
            reader.add_feed(f"{base}/feed/{feed}")
        reader.update_feeds()
        same = turn(base, reader, "304")
        answers(base, "?every=True")
        changed = turn(base, reader, "200")
        answers(base, "?every=False")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"same": same, "changed": changed, "memory": memory, "feedparser": parsing(base, 40)}))


if __name__ == "__main__":
    main()
