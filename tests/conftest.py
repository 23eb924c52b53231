"""The broker, and what happens where there is none."""

import os
from collections.abc import Iterator

import pytest

from tests import broker as brokers

LEFT_OUT = pytest.StashKey[int]()


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """HOST:PORT of a real Kafka broker."""
    with brokers.running(tmp_path_factory.mktemp("kafka")) as address:
        yield address


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the Kafka half out where no broker can be had."""
    on_kafka = [item for item in items if item.get_closest_marker("kafka")]
    if not on_kafka or brokers.can_run():
        return
    config.hook.pytest_deselected(items=on_kafka)
    items[:] = [item for item in items if item not in on_kafka]
    config.stash[LEFT_OUT] = len(on_kafka)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI nothing may be left out."""
    if LEFT_OUT in session.config.stash and os.environ.get("CI") == "true":
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_unconfigure(config: pytest.Config) -> None:
    """Say so last and loudly."""
    if LEFT_OUT in config.stash:
        print(f"\n{'!' * 100}\n{config.stash[LEFT_OUT]} tests: {brokers.MISSING}\n{'!' * 100}")
