"""Where the index is kept: in the file that the config names, or, if that cannot be written, in a temporary folder."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from monitor.bus import Misconfigured
from monitor.config import Config
from page.index.store import Index

log = structlog.get_logger()


@contextmanager
def open_index(config: Config) -> Iterator[Index]:
    """Yield the index of *config*, and close it in the end. One in a temporary folder is deleted then, and told in the log.

    Raises Misconfigured if there can be none.
    """
    path = config.folder / config.page.index
    reason = find_obstacle(path)
    if reason is None:
        with closing(Index(path, config.bus)) as index:
            yield index
        return
    try:
        folder = TemporaryDirectory(prefix="newsmonitor-", ignore_cleanup_errors=True)
    except OSError as error:
        raise Misconfigured(f"page.index: {reason}, and no temporary folder can be made: {error}") from error
    with folder as name, closing(Index(Path(name) / path.name, config.bus)) as index:
        remedy = "give newsmonitor that right, or name another file as `index` under [page]"
        told = f"the index is built anew at each start, in a temporary folder: {remedy}"
        log.warning(told, file=str(path), reason=reason)
        yield index


def find_obstacle(path: Path) -> str | None:
    """Return why this user cannot keep an SQLite file at *path*, which has others beside it; None if he can."""
    folder = path.resolve().parent
    if not folder.is_dir():
        return f"there is no folder {folder}"
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"the folder {folder} cannot be written"
    if path.exists() and not os.access(path, os.R_OK | os.W_OK):
        return f"{path} cannot be written"
    return None
