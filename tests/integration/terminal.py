"""Run the command on a terminal of a given size, as a user sees it."""

import asyncio
import codecs
import fcntl
import os
import pty
import re
import signal
import struct
import termios
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.integration.command import COMMAND, environment

SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\].*?(?:\x07|\x1b\\)")
"""What moves the cursor, or sets a colour or a link."""
COLOUR = re.compile(r"\x1b\[(?:[0-9]+;)*(?:3[0-9]|4[0-9]|9[0-7]|10[0-7])(?:;[0-9]+)*m")

MAX_CHARS = 50_000
"""The characters of what was printed last that are searched. A screen has some thousands."""
SECONDS = 200
"""How long a test waits for what it expects: a busy machine may take a minute to start the services."""


@dataclass
class Terminal:
    """A command that runs on a terminal. *output* is all that it has printed, *seen* how much of that was looked at."""

    process: Process
    master: int
    output: str = ""
    seen: int = 0
    # Ctrl-C makes the system discard what was not read yet, at times from the middle of a character on.
    decoder: codecs.IncrementalDecoder = field(default_factory=lambda: codecs.getincrementaldecoder("utf-8")("replace"))

    def resize(self, width: int, height: int) -> None:
        """Change the size of the terminal."""
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        self.process.send_signal(signal.SIGINT)

    async def until(self, words: str) -> str:
        """Wait until *words* have been printed after what was looked at before. Return what was printed, without sequences."""
        async with asyncio.timeout(SECONDS):
            while words not in " ".join((text := SEQUENCE.sub("", self._newest())).split()):
                if not await self._read():
                    raise EOFError(f"no {words!r} in {text!r}")
        self.seen = len(self.output)
        return text

    async def end(self) -> str:
        """Wait until the command has ended. Return what it has printed since the last look, with all sequences."""
        async with asyncio.timeout(SECONDS):
            while await self._read():
                pass
            await self.process.wait()
        return self.output[self.seen :]

    def _newest(self) -> str:
        """Return the last screens of what was not looked at before."""
        return self.output[max(self.seen, len(self.output) - MAX_CHARS) :]

    async def _read(self) -> bool:
        """Read what is printed next. Return False if the command has closed the terminal."""
        loop = asyncio.get_running_loop()
        readable = asyncio.Event()
        loop.add_reader(self.master, readable.set)
        try:
            await readable.wait()
            data = os.read(self.master, 65536)
        except OSError:
            # On Linux, the end of a terminal is an error.
            return False
        finally:
            loop.remove_reader(self.master)
        self.output += self.decoder.decode(data)
        return bool(data)


@asynccontextmanager
async def on_terminal(folder: Path, *words: str, size: tuple[int, int] = (80, 24), **env: str) -> AsyncIterator[Terminal]:
    """Run the command on a terminal of *size*, columns and lines, until the context closes."""
    master, slave = pty.openpty()
    variables = {key: value for key, value in environment().items() if key not in {"NO_COLOR", "COLUMNS", "LINES"}}
    try:
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        process = await asyncio.create_subprocess_exec(
            *COMMAND,
            *words,
            cwd=folder,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=variables | {"TERM": "xterm-256color"} | env,
        )
    finally:
        os.close(slave)
    terminal = Terminal(process, master)
    try:
        yield terminal
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        os.close(master)
