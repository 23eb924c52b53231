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

AT_START = ("bus", "listen", "streams", "kafka")
"""What is only looked at when the services start."""
REFUSED = "config refused, the last good one stays"

log = structlog.get_logger()


class Live:
    """Call it for the config in use. *check* finds what the schema cannot."""

    def __init__(self, path: Path, check: Callable[[Config], list[str]] = lambda _: []) -> None:
        """Raises Refused."""
        self.path, self._check = path, check
        # First: an edit while the checks are at work is then seen by the next look.
        self._text = _text(path)
        self._config = self._accept(read(path))

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
        if text == self._text:
            return
        await asyncio.sleep(SETTLE)
        if text != _text(self.path):
            return
        self._text = text
        try:
            config = self._accept(read(self.path) if text is None else parse(text, self.path.parent))
        except Refused as error:
            for problem in error.problems:
                log.error(REFUSED, file=str(self.path), line=problem.line, problem=problem.text)
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

    def _accept(self, config: Config) -> Config:
        if found := self._check(config):
            raise Refused([Problem(0, text) for text in found])
        return config


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
