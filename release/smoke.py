"""`python -m release.smoke WHEEL`: install a wheel alone into a new environment, and see it raise an alert from a local feed.

It needs only the standard library, and is run by each Python that the wheel is for.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CONSTRAINTS = Path(__file__).parents[1] / "constraints.txt"
PATIENCE_SECONDS = 120
FIRST = "<item><guid>1</guid><title>A ferry leaves the harbour of Oslo</title></item>"
SECOND = "<item><guid>2</guid><title>The harbour of Bergen opens a second quay</title></item>"
CONFIG = """bus = "sqlite:news.db"

[fetch]
every = 1
allow_networks = ["127.0.0.0/8"]

[page]
start = false

[[feeds]]
url = "{url}"

[[watches]]
id = "bergen"
any = ["Bergen"]
"""


def main() -> None:
    """Test the wheel that the command line names. Exits with the text of what is wrong."""
    wheel = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix="newsmonitor-smoke-") as name:
        folder = Path(name)
        venv.create(folder / "venv", with_pip=True)
        pip = [str(folder / "venv/bin/python"), "-m", "pip", "--disable-pip-version-check", "--quiet"]
        subprocess.run([*pip, "install", "-c", str(CONSTRAINTS), str(wheel)], check=True)
        subprocess.run([*pip, "check"], check=True)
        work = folder / "work"
        work.mkdir()
        check(folder / "venv/bin/newsmonitor", work, wheel.name.split("-")[1])
    print(f"{wheel.name} works on Python {sys.version.split()[0]}")


def check(command: Path, folder: Path, version: str) -> None:
    """Check that *command* has *version*, makes a valid config, and raises an alert. Exits with what is wrong."""
    if (told := output(folder, command, "--version")) != f"newsmonitor, version {version}\n":
        sys.exit(f"--version says {told!r}, and the wheel {version}")
    output(folder, command, "init")
    output(folder, command, "check")
    with feed() as (url, items):
        (folder / "monitor.toml").write_text(CONFIG.format(url=url), encoding="utf-8")
        output(folder, command, "check")
        running = subprocess.Popen([command, "run"], cwd=folder, env=environment())
        try:
            # The first items of a feed are old news, which raise no alerts.
            wait(folder, command, "feeds", "list", "--json", until='"state":"ok"')
            items.append(SECOND)
            alerts = wait(folder, command, "alerts", "--json", until="bergen")
        finally:
            running.terminate()
            code = running.wait(timeout=PATIENCE_SECONDS)
    if code != 0 or json.loads(alerts.splitlines()[0])["watch"] != "bergen":
        sys.exit(f"run ended with code {code}, and alerts printed {alerts}")


def wait(folder: Path, command: Path, *words: str, until: str) -> str:
    """Run *command* until its output contains *until*, and return the output."""
    for _ in range(PATIENCE_SECONDS):
        found = output(folder, command, *words, succeeds=False)
        if until in found:
            return found
        time.sleep(1)
    sys.exit(f"after {PATIENCE_SECONDS} seconds, {' '.join(words)} prints no {until}: {found}")


def output(folder: Path, command: Path, *words: str, succeeds: bool = True) -> str:
    """Return what *command* prints. Exits if it fails, unless it need not succeed."""
    result = subprocess.run(
        [command, *words], cwd=folder, env=environment(), capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
    )
    if succeeds and result.returncode != 0:
        sys.exit(f"{' '.join(words)} ended with code {result.returncode}: {result.stdout}{result.stderr}")
    return result.stdout


def environment() -> dict[str, str]:
    """Return the environment without what would change the config or the imports."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("NEWSMONITOR_", "PYTHON"))}


@contextmanager
def feed() -> Iterator[tuple[str, list[str]]]:
    """Serve a feed on 127.0.0.1. Yield its URL and its items, to which more may be added."""
    items = [FIRST]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Answer with the feed."""
            body = f"<rss version='2.0'><channel><title>Harbours</title>{''.join(items)}</channel></rss>".encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/rss+xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/world.rss", items
        server.shutdown()


if __name__ == "__main__":
    main()
