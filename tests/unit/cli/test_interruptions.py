"""A command whose reader goes away, or that Ctrl-C ends, says nothing."""

import os
import signal
import subprocess
import sys
from pathlib import Path

COMMAND = (sys.executable, "-m", "monitor")
HEEDING = (
    sys.executable,
    "-c",
    "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])",
)
"""What runs a command that heeds Ctrl-C, also if the tests run in the background of a shell, where it is ignored."""
WATCHES = "".join(f'[[watches]]\nid = "w{number}"\nany = ["x"]\n' for number in range(10))


def test_a_closed_pipe_ends_a_command_quietly(tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text(WATCHES)
    reading, writing = os.pipe()
    os.close(reading)
    arguments = (*COMMAND, "-c", str(tmp_path / "monitor.toml"), "watch", "list")
    result = subprocess.run(arguments, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (result.returncode, result.stderr) == (0, b"")


def test_ctrl_c_during_the_first_imports_prints_no_traceback(tmp_path: Path) -> None:
    # The module interrupts the program in the middle of an import, as Ctrl-C does.
    (tmp_path / "click.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    environment = dict(os.environ) | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{Path(__file__).parents[3]}"}
    result = subprocess.run((*HEEDING, *COMMAND), env=environment, capture_output=True, check=False)
    assert (result.returncode, result.stderr) == (-signal.SIGINT, b"")


def test_the_handler_of_ctrl_c_is_restored_after_the_imports() -> None:
    code = "import signal, monitor.cli; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"
    result = subprocess.run((*HEEDING, sys.executable, "-c", code), capture_output=True, check=True)
    assert result.stdout == b"True\n"
