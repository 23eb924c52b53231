"""Commands that run in the process of the tests set up logging; each test leaves it as it was."""

from collections.abc import Iterator

import pytest

from tests import running


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """Restore the configuration of logging after the test."""
    with running.logging_as_before():
        yield
