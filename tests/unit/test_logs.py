"""Log lines have one order of fields, no colours if the user wants none, and stay out of a live view."""

import json
import os
import pty
import subprocess
import sys

WRITE = """
import structlog
from monitor import logs
logs.set_up()
log = structlog.get_logger()
log.info("articles", feed="example.org/feed", count=2)
with logs.held_back():
    log.info("hidden")
    log.warning("feed failed", feed="example.org/feed")
    print("view", flush=True)
log.info("stopped")
"""


def run(environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run WRITE with its standard error in a pipe."""
    command = [sys.executable, "-c", WRITE]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **(environment or {})}, check=True)


def run_on_terminal(environment: dict[str, str]) -> str:
    """Return what WRITE writes to a terminal."""
    master, slave = pty.openpty()
    process = subprocess.Popen([sys.executable, "-c", WRITE], stdout=slave, stderr=slave, env={**os.environ, **environment})
    os.close(slave)
    output = b""
    try:
        while chunk := os.read(master, 4096):
            output += chunk
    except OSError:
        # Linux reports the end of a terminal like this.
        pass
    finally:
        os.close(master)
        process.wait()
    return output.decode()


def test_time_level_and_event_come_first() -> None:
    first, *_ = run().stderr.splitlines()
    assert list(json.loads(first)) == ["timestamp", "level", "event", "feed", "count"]


def test_a_live_view_is_not_disturbed() -> None:
    events = [json.loads(line)["event"] for line in run().stderr.splitlines()]
    assert events == ["articles", "feed failed", "stopped"]
    screen = run_on_terminal({"NO_COLOR": "1"})
    assert screen.index("view") < screen.index("feed failed") < screen.index("stopped")
    assert "hidden" not in screen


def test_no_color_is_obeyed() -> None:
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    assert "\x1b[" not in run_on_terminal({**environment, "NO_COLOR": "1"})
    assert "\x1b[" in run_on_terminal({**environment, "NO_COLOR": ""})
