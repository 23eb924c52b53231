"""The config in use, following its file: an edit counts once it is whole and good, else the last good one stays."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog

from monitor.config import Config
from monitor.configfile import Problem, Refused, parse, read

GLANCE = 0.5
"""Seconds between two looks at the file."""
SETTLE = 0.2
"""Seconds after which a second read must give the same: an editor may be half way through."""

log = structlog.get_logger()


class Live:
    """Call it for the config in use. *check* finds what the schema cannot."""

    def __init__(self, path: Path, check: Callable[[Config], list[str]] = lambda _: []) -> None:
        """Raises Refused."""
        self.path, self._check = path, check
        self._config = self._accept(read(path))
        self._text = _text(path)

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
        text = _text(self.path)
        if text is None or text == self._text:
            return
        await asyncio.sleep(SETTLE)
        if text != _text(self.path):
            return
        self._text = text
        try:
            config = self._accept(parse(text, self.path.parent))
        except Refused as error:
            for problem in error.problems:
                log.error(
                    "config refused, the last good one stays", file=str(self.path), line=problem.line, problem=problem.text
                )
            return
        if (config.bus, config.listen, config.kafka) != (self._config.bus, self._config.listen, self._config.kafka):
            log.warning("bus, listen and kafka take effect at the next start", file=str(self.path))
        self._config = config
        log.info(
            "config taken over", file=str(self.path), hash=config.hash, feeds=len(config.feeds), watches=len(config.watches)
        )

    def _accept(self, config: Config) -> Config:
        if found := self._check(config):
            raise Refused([Problem(0, text) for text in found])
        return config


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
