"""The tests that share a broker or a browser run in one process, as tests/conftest.py asks pytest-xdist."""

import os

import pytest


@pytest.mark.xdist_group("a group")
def test_a_group_stays_together(request: pytest.FixtureRequest) -> None:
    """Pytest-xdist keeps tests together by the end of their ids. If it did not, each process would start a broker."""
    assert request.node.nodeid.endswith("@a group") is ("PYTEST_XDIST_WORKER" in os.environ)
