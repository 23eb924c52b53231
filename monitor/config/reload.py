"""The config in use, following its files: an edit counts once it is whole and good, else the last good one stays.

Each process that runs services follows them by itself, so that an edit reaches all within two seconds: GLANCE, SETTLE, and
what reading and checking take, which is 0.4 s at 10,000 watches, but four at 100,000 (bench/edits.py). A batch, of a quarter
of a second at most, is digested under one config.
"""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog

from monitor.config import Config
from monitor.config.files import Files, gather, locate_problems
from monitor.config.load import parse_files
from monitor.config.problems import InvalidConfig, Problem, WatchProblem

GLANCE = 0.5
"""Seconds between two looks at the file."""
SETTLE = 0.2
"""Seconds after which a second read must give the same: an editor may be half way through."""

AT_START = ("bus", "listen", "streams", "kafka")
"""What is only looked at when the services start."""
REFUSED = "config refused, the last good one stays"

log = structlog.get_logger()


class ConfigReloader:
    """Call it for the config in use. *check* finds what the schema cannot.

    What it finds wrong with one watch alone refuses nothing: the alerts service keeps that watch's last good version.
    """

    def __init__(self, path: Path, check: Callable[[Config], Sequence[str | WatchProblem]] = lambda _: ()) -> None:
        """Raises InvalidConfig."""
        self.path, self._check = path, check
        # First: an edit while the checks are at work is then seen by the next look.
        self._files: Files | None = (files := gather(path))
        self._config = self._accept(files)

    def __call__(self) -> Config:
        """The config in use."""
        return self._config

    async def follow(self) -> None:
        """Take edits over as they come, for ever."""
        while True:
            await asyncio.sleep(GLANCE)
            await self.look()

    async def look(self) -> None:
        """Take an edit over, if there is one that is whole and good; tell once what is wrong with it."""
        files = _gathered(self.path)
        if files == self._files:
            return
        await asyncio.sleep(SETTLE)
        if files != _gathered(self.path):
            return
        self._files = files
        try:
            config = await asyncio.to_thread(self._accept, files or gather(self.path))
        except InvalidConfig as error:
            self._tell(REFUSED, error.problems)
            return
        except Exception:
            # A fault in a check must not end the following of all later edits.
            log.exception(REFUSED, file=str(self.path))
            return
        if late := [name for name in AT_START if getattr(config, name) != getattr(self._config, name)]:
            log.warning("takes effect at the next start", file=str(self.path), changed=", ".join(late))
        self._config = config
        log.info(
            "config taken over", file=str(self.path), hash=config.hash, feeds=len(config.feeds), watches=len(config.watches)
        )

    def _accept(self, files: Files) -> Config:
        config = parse_files(files)
        found = locate_problems(files, self._check(config))
        if any(problem.watch is None for problem in found):
            raise InvalidConfig(found)
        self._tell("a watch is not taken over, its last good version stays", found)
        return config

    def _tell(self, event: str, problems: Sequence[Problem]) -> None:
        for problem in problems:
            file = str(problem.file or self.path)
            log.error(event, file=file, line=problem.line, column=problem.column, watch=problem.watch, problem=problem.text)


def _gathered(path: Path) -> Files | None:
    """The files as they are; None while one cannot be read."""
    try:
        return gather(path)
    except InvalidConfig:
        return None
