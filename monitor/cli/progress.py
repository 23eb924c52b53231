"""The progress bar of commands that replay the log."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

Advance = Callable[[datetime], None]
"""Advances a progress bar to the time of a message."""

_PROGRESS_COLUMNS = (
    TextColumn("{task.description}"),
    BarColumn(),
    TaskProgressColumn(),
    TextColumn("{task.fields[count]} articles"),
)


@contextmanager
def progress_bar(description: str, since: datetime, until: datetime) -> Iterator[Advance]:
    """Show the progress from *since* to *until* on standard error, if it is a terminal. Yields a function that advances it."""
    console = Console(stderr=True)
    columns = (*_PROGRESS_COLUMNS, TimeRemainingColumn())
    progress = Progress(*columns, console=console, disable=not console.is_terminal, transient=True)
    seconds = max((until - since).total_seconds(), 1e-6)
    count = 0
    with progress:
        task = progress.add_task(description, total=seconds, count=0)

        def advance(time: datetime) -> None:
            nonlocal count
            count += 1
            if count % 100 == 0 or count == 1:
                progress.update(task, completed=min(max((time - since).total_seconds(), 0), seconds), count=f"{count:,}")

        yield advance
        progress.update(task, completed=seconds, count=f"{count:,}")
