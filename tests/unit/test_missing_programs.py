"""Tests for which the machine lacks a program are not passed over in silence, and fail CI."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHOICE = ("tests/integration/test_systemd.py", "-k", "accepts_a_unit or needs_and_no_more")
"""Tests of which half need systemd."""


@pytest.mark.parametrize(("in_ci", "option", "code"), [("true", "-n1", 1), ("", "-pno:xdist", 0)])
def test_tests_that_cannot_run_are_told_and_fail_ci(tmp_path: Path, in_ci: str, option: str, code: int) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-pno:cacheprovider", option, *CHOICE]
    done = subprocess.run(
        command, env={**kept, "PATH": str(tmp_path), "CI": in_ci}, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "3 passed" in done.stdout
    assert "3 systemd tests were NOT RUN: install systemd (systemd-analyze), and run again" in done.stdout
    assert done.returncode == code
