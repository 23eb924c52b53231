"""What tests need of the machine, and the settings of hypothesis. Tests for which it lacks a program are deselected."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import pytest

from tests import broker as kafka
from tests.broker import kafka_broker
from tests.browser import machine
from tests.chaos import clock
from tests.ports import unused_port

# Tests that run all services at once must not all serve a page at one address.
os.environ.setdefault("NEWSMONITOR_PAGE", "off")
hypothesis.settings.register_profile("newsmonitor", deadline=None)
# A machine that other programs use, and a first call that imports a library, make a single example slow.
hypothesis.settings.load_profile("newsmonitor")


def has_systemd_analyze() -> bool:
    """Return whether systemd can examine units on this machine."""
    return shutil.which("systemd-analyze") is not None


NEEDS = {
    "kafka": ("Kafka", kafka.is_available, kafka.INSTALL_HINT),
    "browser": ("browser", machine.is_available, machine.INSTALL_HINT),
    "faketime": ("clock", clock.is_available, clock.INSTALL_HINT),
    "systemd": ("systemd", has_systemd_analyze, "install systemd (systemd-analyze), and run again"),
}
"""By marker: the name of its tests, whether this machine can run them, and what is to be installed."""
DESELECTED = pytest.StashKey[dict[str, int]]()
"""The number of tests that were not run, by marker."""


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """HOST:PORT of a real Kafka broker."""
    with kafka_broker(tmp_path_factory.mktemp("kafka")) as address:
        yield address


@pytest.fixture
def unused_tcp_port() -> int:
    """Return a port that no other test takes, unlike that of pytest-asyncio."""
    return unused_port()


@pytest.fixture(scope="session")
def unused_tcp_port_factory() -> Callable[[], int]:
    """Return a function that returns such ports."""
    return unused_port


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return the number of test processes: two more than there are processors, because those with a broker mostly wait."""
    return (os.cpu_count() or 1) + 2


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give the Kafka tests to two workers, each with a broker, and those of the page to one with a browser.

    Of the first two, one has the contract of the bus, the other those of services. Both mostly wait, and begin first, because
    xdist begins with the largest groups. What this machine cannot run is deselected.
    """
    for item in items:
        if item.get_closest_marker("kafka"):
            group = "kafka contract" if "contract" in item.path.parts else "kafka services"
            item.add_marker(pytest.mark.xdist_group(group))
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))
    config.stash[DESELECTED] = {}
    for marker, (_, is_available, _) in NEEDS.items():
        needing = [item for item in items if item.get_closest_marker(marker)]
        if needing and not is_available():
            config.hook.pytest_deselected(items=needing)
            items[:] = [item for item in items if item not in needing]
            config.stash[DESELECTED][marker] = len(needing)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take from a worker of xdist, each of which collects all tests, how many were deselected."""
    node.config.stash.setdefault(DESELECTED, {}).update(getattr(node, "workeroutput", {}).get("deselected", {}))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail in CI if a test was deselected. A worker of xdist cannot, so it passes on how many were."""
    deselected = session.config.stash.get(DESELECTED, {})
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["deselected"] = deselected
    if deselected and os.environ.get("CI") == "true":
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_unconfigure(config: pytest.Config) -> None:
    """Print that tests were deselected, as the last line so that it is seen."""
    for marker, count in config.stash.get(DESELECTED, {}).items():
        name, _, hint = NEEDS[marker]
        rule = "!" * 100
        print(f"\n{rule}\n{count} {name} tests were NOT RUN: {hint}\n{rule}")
