"""newsmonitor under systemd: what a real process tells it, and the units in deploy/systemd."""

import asyncio
import configparser
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from monitor.config.load import parse
from monitor.runtime.runner import SHUTDOWN_SECONDS
from tests.integration.command import running
from tests.ports import unused_port
from tests.running import until

ROOT = Path(__file__).parents[2]
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
PROGRAM = "/usr/local/bin/newsmonitor"
MAX_EXPOSURE = 2.0


@pytest.fixture
def heard(tmp_path: Path) -> Iterator[Callable[[], list[str]]]:
    """Yield a function that returns what has arrived at the socket notify in the folder of the test."""
    found: list[str] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as connection:
        connection.bind(str(tmp_path / "notify"))
        connection.settimeout(0)

        def take() -> list[str]:
            try:
                while True:
                    found.append(connection.recv(4096).decode())
            except BlockingIOError:
                return found

        yield take


def order(found: Sequence[str]) -> list[str]:
    """Return the changes of state in *found*, by their first word."""
    words = [each.partition("=")[0] for each in found]
    return [word for word in words if word in {"READY", "RELOADING", "STOPPING"}]


@pytest.mark.parametrize("command", ["run alerts delivery", "serve"])
async def test_a_process_tells_when_it_is_ready_reads_its_config_and_stops(
    command: str, tmp_path: Path, heard: Callable[[], list[str]]
) -> None:
    (tmp_path / "monitor.toml").write_text('bus = "sqlite:news.db"\n[entities]\nmodel = "table"\n')
    page, notify = f"127.0.0.1:{unused_port()}", str(tmp_path / "notify")
    variables = {"NOTIFY_SOCKET": notify, "WATCHDOG_USEC": "1000000", "NEWSMONITOR_PAGE": page}
    async with running(tmp_path, *command.split(), log="run.log", stdin=subprocess.DEVNULL, **variables) as process:
        await until(lambda: "WATCHDOG=1" in heard())
        assert order(heard()) == ["READY"]
        process.send_signal(signal.SIGHUP)
        await until(lambda: order(heard()) == ["READY", "RELOADING", "READY"])
        assert any(re.fullmatch(r"RELOADING=1\nMONOTONIC_USEC=\d+", each) for each in heard())
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 60) == 0
    assert order(heard())[3] == "STOPPING"
    status = "2 of 2 services ready" if command.startswith("run") else "the page is served"
    assert f"STATUS={status}" in heard()


class Unit(configparser.RawConfigParser):
    """A unit file. Of several lines of a key the last is kept."""

    def __init__(self, file: Path) -> None:
        super().__init__(strict=False, interpolation=None, delimiters="=")
        self.optionxform = str  # type: ignore[assignment,method-assign]
        self.read(file)


@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.name)
def test_a_unit_gives_the_process_what_it_needs_and_no_more(file: Path) -> None:
    service = Unit(file)["Service"]
    assert service["Type"] == "notify"
    assert service["ExecStart"].startswith(f"{PROGRAM} ")
    assert float(service["TimeoutStopSec"]) > SHUTDOWN_SECONDS
    assert (service["ProtectSystem"], service["StateDirectory"], service["User"]) == ("strict", "newsmonitor", "newsmonitor")
    for name in ("NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectHome", "MemoryDenyWriteExecute", "LockPersonality"):
        assert service[name] == "yes", name
    assert service["CapabilityBoundingSet"] == ""
    assert set(service["RestrictAddressFamilies"].split()) == {"AF_INET", "AF_INET6", "AF_UNIX"}


@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.name)
def test_the_page_may_keep_the_owner_of_the_config_that_it_edits(file: Path) -> None:
    filters = re.findall("^SystemCallFilter=(.+)$", file.read_text(), re.MULTILINE)
    serves = not file.name.endswith("@.service")
    assert filters == ["@system-service", "~@privileged @resources", *(["@chown"] if serves else [])]


def test_the_config_in_the_documentation_names_files_that_a_unit_may_write(tmp_path: Path) -> None:
    section = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").partition("\n## systemd\n")[2].partition("\n## ")[0]
    (text,) = re.findall(r"```toml\n(.*?)```", section, re.DOTALL)
    config, state = parse(text, tmp_path), f"/var/lib/{Unit(UNITS[0])['Service']['StateDirectory']}/"
    assert [config.bus.startswith(f"sqlite:{state}"), config.page.index.startswith(state)] == [True, True]


@pytest.mark.systemd
@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.name)
def test_systemd_accepts_a_unit_and_finds_it_confined(file: Path, tmp_path: Path) -> None:
    analyze = str(shutil.which("systemd-analyze"))
    copy = tmp_path / file.name.replace("@", "@alerts")
    copy.write_text(file.read_text().replace(PROGRAM, sys.executable))
    verified = subprocess.run([analyze, "verify", "--man=no", copy], capture_output=True, text=True, check=False)
    assert (verified.returncode, verified.stderr) == (0, "")
    examined = subprocess.run([analyze, "security", "--offline=true", copy], capture_output=True, text=True, check=True)
    exposure = re.search(r"Overall exposure level for .*: ([\d.]+)", examined.stdout)
    assert exposure
    assert float(exposure[1]) < MAX_EXPOSURE
