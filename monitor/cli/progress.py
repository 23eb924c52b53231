"""How far a command is, on standard error; nothing where that is no terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

Advance = Callable[[datetime], None]
"""Told of each message when its stream took it."""
_COLUMNS = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[count]} articles"))


@contextmanager
def through_time(what: str, since: datetime, until: datetime) -> Iterator[Advance]:
    """A bar that fills as messages come from *since* to *until*."""
    console = Console(stderr=True)
    shown = Progress(*_COLUMNS, TimeRemainingColumn(), console=console, disable=not console.is_terminal, transient=True)
    seconds = max((until - since).total_seconds(), 1e-6)
    count = 0
    with shown:
        task = shown.add_task(what, total=seconds, count=0)

        def advance(at: datetime) -> None:
            nonlocal count
            count += 1
            if count % 100 == 0 or count == 1:
                shown.update(task, completed=min(max((at - since).total_seconds(), 0), seconds), count=f"{count:,}")

        yield advance
        shown.update(task, completed=seconds, count=f"{count:,}")
