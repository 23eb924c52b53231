"""The Kafka broker of the tests, and the settings of hypothesis. Without a broker, the Kafka tests are deselected."""

import os
from collections.abc import Iterator

import hypothesis
import pytest

from tests.broker import INSTALL_HINT, is_available, kafka_broker

# Tests that run all services at once must not all serve a page at one address.
os.environ.setdefault("NEWSMONITOR_PAGE", "off")
hypothesis.settings.register_profile("newsmonitor", deadline=None)
# A machine that other programs use, and a first call that imports a library, make a single example slow.
hypothesis.settings.load_profile("newsmonitor")

DESELECTED = pytest.StashKey[int]()
"""The number of Kafka tests that were not run."""


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """HOST:PORT of a real Kafka broker."""
    with kafka_broker(tmp_path_factory.mktemp("kafka")) as address:
        yield address


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return the number of test processes: two more than there are processors, because those with a broker mostly wait."""
    return (os.cpu_count() or 1) + 2


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give the Kafka tests to two workers, each with a broker. Deselect them if this machine cannot run a broker.

    One has the contract of the bus, the other those of services. Both mostly wait, and begin first, because xdist begins with
    the largest groups.
    """
    kafka_tests = [item for item in items if item.get_closest_marker("kafka")]
    for item in kafka_tests:
        group = "kafka contract" if "contract" in item.path.parts else "kafka services"
        item.add_marker(pytest.mark.xdist_group(group))
    if not kafka_tests or is_available():
        return
    config.hook.pytest_deselected(items=kafka_tests)
    items[:] = [item for item in items if item not in kafka_tests]
    config.stash[DESELECTED] = len(kafka_tests)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail in CI if a test was deselected."""
    if DESELECTED in session.config.stash and os.environ.get("CI") == "true":
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_unconfigure(config: pytest.Config) -> None:
    """Print that tests were deselected, as the last line so that it is seen."""
    if DESELECTED in config.stash:
        rule = "!" * 100
        print(f"\n{rule}\n{config.stash[DESELECTED]} Kafka tests were NOT RUN: {INSTALL_HINT}\n{rule}")
