"""Live reload: a valid edit of the config files takes effect; after any other edit the last valid config stays in use.

Each process that runs services polls the files. An edit takes effect in all of them within two seconds: POLL_SECONDS,
SETTLE_SECONDS, and the time to read and check it, which is 0.4 s for 10,000 watches but 4 s for 100,000 (bench/edits.py).
SIGHUP (`reload`) saves the first of these. A batch of messages, which takes at most a quarter of a second, is processed with
one config.

The files are read and checked in a thread, so neither a slow disk nor a large config holds the event loop.
"""

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import TypeVar

import structlog

from monitor.config.environment import find_overrides
from monitor.config.extensions import NO_EXTENSIONS, Extensions
from monitor.config.files import ConfigFiles, locate_problems, read_files
from monitor.config.load import parse_files
from monitor.config.model import Config
from monitor.config.problems import InvalidConfig, KeyProblem, Problem, WatchProblem, show_path
from monitor.gc_pause import collections_paused

POLL_SECONDS = 0.5
"""Seconds between two reads of the files."""
SETTLE_SECONDS = 0.2
"""Seconds after which a second read must return the same content, since an editor may still be writing."""
RECHECK_SECONDS = 30.0
"""Seconds after which a refused edit is checked again: what it lacks may be outside the config, such as a secret."""
UNSETTLED_SECONDS = 10.0
"""Seconds after which it is told that the files are written so often that no two reads agree."""
SLOW_SECONDS = 60.0
"""Seconds after which it is told that reading or checking the files has not ended, as when a network disk does not answer."""
GC_PAUSE_CHARS = 1 << 20
"""The garbage collector pauses while a config of more characters is loaded."""

AT_START = (
    "bus", "listen", "streams", "kafka", "entities.model", "entities.processes",
    "page.start", "page.listen", "page.token_env", "page.token_file", "page.index",
    "websub.callback", "websub.listen", "websub.key_file",
)  # fmt: skip
"""Keys that are read only when the services start. All others, and the sections of other packages, are reloaded."""
REFUSED = "config refused; the last valid config stays in use"

log = structlog.get_logger()
T = TypeVar("T")
_Content = ConfigFiles | tuple[Problem, ...]
"""The files, or why the main file cannot be read."""


@dataclass(frozen=True, slots=True)
class ConfigStatus:
    """Which config is in use, by its *hash*, and which edits are not.

    *deferred* has the keys that differ from what they were at the start, and take effect only at the next one. *trouble* says
    why the latest edit is not in use; None if it is.
    """

    hash: str = ""
    deferred: tuple[str, ...] = ()
    trouble: str | None = None


class ConfigReloader:
    """Reloads the config. A call returns the config in use.

    *check* returns the problems that the services find. A problem of one watch does not refuse the edit: the alerts service
    keeps the last valid version of that watch. *read* reads the files: every *poll_seconds*, and again *settle_seconds* after a
    change. *trouble* says why the latest edit is not in use; None if it is. *reloads* counts the calls of `reload`, *reloaded*
    those that have been answered.
    """

    def __init__(
        self,
        path: Path,
        check: Callable[[Config], Sequence[str | WatchProblem | KeyProblem]] = lambda _: (),
        extensions: Extensions = NO_EXTENSIONS,
        monotonic: Callable[[], float] = time.monotonic,
        slow_seconds: float = SLOW_SECONDS,
        read: Callable[[Path], ConfigFiles] = read_files,
        poll_seconds: float = POLL_SECONDS,
        settle_seconds: float = SETTLE_SECONDS,
    ) -> None:
        """Load the config. Raises InvalidConfig."""
        self.path, self._check, self._extensions, self._monotonic = path, check, extensions, monotonic
        self._slow_seconds = slow_seconds
        self._read_files, self._poll_seconds, self._settle_seconds = read, poll_seconds, settle_seconds
        self.trouble: str | None = None
        self.reloads = self.reloaded = 0
        self._refused_at = 0.0
        self._refused: Sequence[Problem] = ()
        self._unsettled_since: float | None = None
        self._asked = asyncio.Event()
        # Stored before the checks run, so that the next poll sees an edit made during them.
        self._content: _Content = (files := read(path))
        self._config, problems = self._load(files)
        self._started = self._config
        self._log_watches(files, problems)

    def __call__(self) -> Config:
        """Return the config in use."""
        return self._config

    def status(self) -> ConfigStatus:
        """Return which config is in use, and which edits are not."""
        return ConfigStatus(self._config.hash, tuple(_differing(self._started, self._config)), self.trouble)

    def reload(self) -> None:
        """Read the files at once, and tell the result, also if nothing has changed."""
        self.reloads += 1
        self._asked.set()

    async def run(self) -> None:
        """Apply edits as they are made. Never returns, whatever happens to the files."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._poll_seconds):
                    await self._asked.wait()
            asked, reloads = self._asked.is_set(), self.reloads
            self._asked.clear()
            try:
                await self.apply_edit(asked=asked)
            except Exception as error:
                text = f"the config cannot be read again: {type(error).__name__}: {error}; the last valid config stays in use"
                self.trouble = text
                log.exception(REFUSED, file=show_path(self.path))
            self.reloaded = reloads

    async def apply_edit(self, *, asked: bool = False) -> None:
        """Apply the latest edit if it is complete and valid. Log an invalid one once, or if it is *asked* for."""
        content = await self._in_thread(self._read_if_changed)
        is_recheck = self.trouble is not None and (asked or self._monotonic() - self._refused_at > RECHECK_SECONDS)
        if content is None and not is_recheck:
            self._unsettled_since = None
            if asked:
                log.info("config is as it was", file=show_path(self.path), hash=self._config.hash)
            return
        if content is not None:
            await asyncio.sleep(self._settle_seconds)
            if content != await self._in_thread(self._read):
                self._tell_unsettled()
                return
            self._content, self._refused = content, ()
        self._unsettled_since = None
        self._refused_at = self._monotonic()
        try:
            await self._use(self._content)
        except InvalidConfig as error:
            self._refuse(error.problems)
            if asked:
                # An error that has been told within the last minute would be counted only.
                log.info("config read again", problem=self.trouble)
        except Exception as error:
            # After a bug in a check, later edits must still be applied.
            self.trouble = f"{REFUSED}: {type(error).__name__}: {error}"
            log.exception(REFUSED, file=show_path(self.path))

    async def _use(self, content: _Content) -> None:
        """Put the config in *content* in use. Raises InvalidConfig."""
        if not isinstance(content, ConfigFiles):
            raise InvalidConfig(content)
        config, problems = await self._in_thread(self._load, content)
        self._log_watches(content, problems)
        self.trouble = None
        if deferred := _differing(self._config, config):
            log.warning("change takes effect at the next start", file=show_path(self.path), changed=", ".join(deferred))
        self._config = config
        counts = {"feeds": len(config.feeds), "watches": len(config.watches)}
        log.info("config reloaded", file=show_path(self.path), hash=config.hash, **counts)

    async def _in_thread(self, function: Callable[..., T], *args: object) -> T:
        """Return the result of *function*, called in a thread. Tell when it takes long."""
        call = asyncio.ensure_future(asyncio.to_thread(function, *args))
        ended, _ = await asyncio.wait({call}, timeout=self._slow_seconds)
        if not ended:
            seconds = f"{self._slow_seconds:g} s"
            self._tell(f"reading and checking the config files takes over {seconds}: see whether their disk answers")
        return await call

    def _tell_unsettled(self) -> None:
        """Tell that the files keep changing, if they do so for long. *_unsettled_since* is when two reads first differed."""
        now = self._monotonic()
        if self._unsettled_since is None:
            self._unsettled_since = now
        if now - self._unsettled_since > UNSETTLED_SECONDS:
            self._tell("the config files change at each read: stop what writes them, or write a new file and rename it")

    def _tell(self, problem: str) -> None:
        """Log why an edit is not in use, and set *trouble*."""
        self.trouble = f"{REFUSED}: {problem}"
        log.error(REFUSED, file=show_path(self.path), problem=problem)

    def _refuse(self, problems: Sequence[Problem]) -> None:
        first, more = problems[0], f" (and {len(problems) - 1:,} more, see the log)" if len(problems) > 1 else ""
        self.trouble = f"{REFUSED}: {first.location(self.path)}: {first.text}{more}"
        if problems != self._refused:
            self._log_problems(REFUSED, problems)
        self._refused = problems

    def _read_if_changed(self) -> _Content | None:
        """Return what is in the files now; None if it is what was there before."""
        content = self._read()
        return None if content == self._content else content

    def _read(self) -> _Content:
        """Return the files, or the problems that make the main file unreadable."""
        try:
            return self._read_files(self.path)
        except InvalidConfig as error:
            return error.problems

    def _load(self, files: ConfigFiles) -> tuple[Config, Sequence[Problem]]:
        """Return the config in *files*, and the problems of single watches. Raises InvalidConfig."""
        is_large = sum(map(len, files.texts.values())) > GC_PAUSE_CHARS
        with collections_paused() if is_large else nullcontext():
            config = parse_files(files, self._extensions)
            problems = locate_problems(files, self._check(config), find_overrides(os.environ, self._extensions.schema))
        if any(problem.watch is None for problem in problems):
            raise InvalidConfig(problems)
        return config, problems

    def _log_watches(self, files: ConfigFiles, problems: Sequence[Problem]) -> None:
        self._log_problems("watch refused; its last valid version stays in use", problems)
        for hint in files.hints:
            log.warning("not read", file=show_path(self.path), line=hint.line, problem=hint.text)

    def _log_problems(self, event: str, problems: Sequence[Problem]) -> None:
        for problem in problems:
            file = problem.variable or show_path(problem.file or self.path)
            place = {"file": file, "line": problem.line, "column": problem.column, "watch": problem.watch}
            log.error(event, **place, problem=problem.text)


def _differing(before: Config, after: Config) -> list[str]:
    """Return the keys of AT_START whose values differ."""
    return [key for key in AT_START if attrgetter(key)(before) != attrgetter(key)(after)]
