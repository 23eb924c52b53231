"""Config files that are never read to an end, or that never settle: their owner is told, and the edit is used afterwards."""

import asyncio
import threading
from pathlib import Path

from structlog.testing import capture_logs

from monitor.config import Config
from monitor.config.reload import ConfigReloader
from tests.running import until
from tests.unit.config.texts import VALID, write


async def test_files_that_change_at_each_read_are_told_and_used_once_they_settle(config_file: Path) -> None:
    now, number, new_file = 0.0, 0, config_file.with_name("new.toml")
    reloader = ConfigReloader(config_file, monotonic=lambda: now)

    async def keep_writing() -> None:
        nonlocal number
        while True:
            number += 1
            write(new_file, VALID.replace("Post", f"Times {number}"))
            new_file.replace(config_file)
            await asyncio.sleep(0)

    writer = asyncio.create_task(keep_writing())
    with capture_logs() as logs:
        for now in (1.0, 5.0, 12.0, 13.0):
            assert reloader.trouble is None or now > 12.0
            await reloader.apply_edit()
        assert "the config files change at each read" in str(reloader.trouble)
        writer.cancel()
        await asyncio.gather(writer, return_exceptions=True)
        await reloader.apply_edit()
    assert reloader().feeds[0].name == f"Times {number}"
    assert reloader.trouble is None
    assert [each["log_level"] for each in logs] == ["error", "error", "info"]


async def test_a_read_or_check_that_does_not_end_is_told(config_file: Path) -> None:
    answer = threading.Event()
    answer.set()

    def check(_: Config) -> list[str]:
        answer.wait()
        return []

    reloader = ConfigReloader(config_file, check, slow_seconds=0.01)
    answer.clear()
    write(config_file, VALID.replace("Post", "Times"))
    with capture_logs() as logs:
        edit = asyncio.create_task(reloader.apply_edit())
        await until(lambda: reloader.trouble)
        assert "takes over 0.01 s: see whether their disk answers" in str(reloader.trouble)
        assert not edit.done()
        answer.set()
        await edit
    assert reloader().feeds[0].name == "Times"
    assert reloader.trouble is None
    assert logs[0]["log_level"] == "error"
