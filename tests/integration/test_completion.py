"""`newsmonitor completion` in a real bash, and that the scripts for the other shells ask the program the same way."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.command import invoke

BASH = r"""
source <(newsmonitor completion bash)
COMP_WORDS=(newsmonitor "$@")
COMP_CWORD=$#
_newsmonitor_completion newsmonitor
printf '%s\n' "${COMPREPLY[@]}"
complete -p newsmonitor
"""


def completed(folder: Path, *words: str) -> list[str]:
    """Return what bash offers for the last of *words*, and how it completes the command."""
    bash, programs = shutil.which("bash"), Path(sys.executable).parent
    assert bash
    environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}
    command = [bash, "--norc", "-c", BASH, "bash", *words]
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True, timeout=120)
    assert result.stderr == ""
    return result.stdout.splitlines()


def test_bash_completes_commands_and_options(tmp_path: Path) -> None:
    *commands, registered = completed(tmp_path, "st")
    assert commands == ["status", "streams"]
    assert registered.endswith("-F _newsmonitor_completion newsmonitor")
    assert completed(tmp_path, "feeds", "dis")[:-1] == ["discover"]
    assert "--json" in completed(tmp_path, "doctor", "--")


@pytest.mark.parametrize(
    ("shell", "word"), [("zsh", "#compdef newsmonitor"), ("fish", "complete --no-files --command newsmonitor")]
)
async def test_the_script_of_another_shell_asks_the_program(tmp_path: Path, shell: str, word: str) -> None:
    code, out, _ = await invoke(tmp_path, "completion", shell)
    assert (code, word in out, f"_NEWSMONITOR_COMPLETE={shell}_complete" in out) == (0, True, True)


async def test_an_unknown_shell_is_refused_with_those_that_are_known(tmp_path: Path) -> None:
    code, _, err = await invoke(tmp_path, "completion", "tcsh")
    assert (code, "'bash', 'zsh', 'fish'" in err) == (2, True)
