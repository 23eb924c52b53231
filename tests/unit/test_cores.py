"""The number of cores for which worker processes are started."""

import os
from pathlib import Path

import pytest

from monitor.worker import usable_cores


@pytest.mark.parametrize("quota", ["10000 100000", "100000 100000", "199999 100000"])
def test_no_more_cores_are_used_than_the_container_may_use_and_at_least_one(tmp_path: Path, quota: str) -> None:
    (tmp_path / "cpu.max").write_text(quota)
    assert usable_cores(tmp_path / "cpu.max") == 1


def test_without_a_quota_all_cores_are_used(tmp_path: Path) -> None:
    (tmp_path / "cpu.max").write_text("max 100000")
    assert usable_cores(tmp_path / "cpu.max") == usable_cores(tmp_path / "absent") == len(os.sched_getaffinity(0))
