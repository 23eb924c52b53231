"""Live reload of monitor.toml and its watch files."""

import asyncio
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from monitor.config import Config
from monitor.config.files import ConfigFiles, read_files
from monitor.config.reload import ConfigReloader
from tests.unit.config.texts import VALID, write


async def test_a_valid_edit_takes_effect_and_an_invalid_one_does_not(config_file: Path) -> None:
    reloader = ConfigReloader(config_file)
    write(config_file, VALID.replace("Kim Jong Un", "Kim Yo Jong"))
    await reloader.apply_edit()
    assert reloader().watches[0].any == ("Kim Yo Jong",)
    write(config_file, VALID.replace("any =", "ayn ="))
    await reloader.apply_edit()
    assert reloader().watches[0].any == ("Kim Yo Jong",)
    write(config_file, None)
    await reloader.apply_edit()
    assert reloader().watches[0].any == ("Kim Yo Jong",)


async def test_a_file_that_is_still_being_written_is_not_applied(config_file: Path) -> None:
    rest = [VALID.replace("Kim Jong Un", "Kim Yo Jong")]

    def read_before_the_rest_is_written(path: Path) -> ConfigFiles:
        files = read_files(path)
        if not path.stat().st_size:
            write(path, rest.pop())
        return files

    reloader = ConfigReloader(config_file, read=read_before_the_rest_is_written)
    write(config_file, "")
    await reloader.apply_edit()
    assert not rest
    assert reloader().watches[0].any == ("Kim Jong Un",)
    await reloader.apply_edit()
    assert reloader().watches[0].any == ("Kim Yo Jong",)


async def test_a_problem_that_a_service_finds_refuses_the_edit(config_file: Path) -> None:
    reloader = ConfigReloader(config_file, lambda config: ["too many watches"] if len(config.watches) > 1 else [])
    write(config_file, VALID + '\n[[watches]]\nid = "b"\nany = ["b"]\n')
    await reloader.apply_edit()
    assert len(reloader().watches) == 1


async def test_a_check_that_raises_refuses_only_that_edit(config_file: Path) -> None:
    def faulty(config: Config) -> list[str]:
        return [] if config.feeds[0].name != "Mail" else [str(1 / 0)]

    reloader = ConfigReloader(config_file, faulty)
    write(config_file, VALID.replace("Post", "Mail"))
    await reloader.apply_edit()
    assert reloader().feeds[0].name == "Post"
    write(config_file, VALID.replace("Post", "Times"))
    await reloader.apply_edit()
    assert reloader().feeds[0].name == "Times"


async def test_an_edit_during_the_first_check_is_applied(config_file: Path) -> None:
    def edit(config: Config) -> list[str]:
        write(config_file, VALID.replace("Post", "Mail"))
        return [] if config.feeds else ["no feeds"]

    reloader = ConfigReloader(config_file, edit)
    await reloader.apply_edit()
    assert reloader().feeds[0].name == "Mail"


@pytest.mark.parametrize(
    ("edit", "logged"),
    [
        (b"\xff", "is not UTF-8"),
        (None, "there is no"),
        (VALID.encode() + b"[streams]\ndays = 10\n", "change takes effect at the next start"),
        (VALID.encode() + b"[entities]\nprocesses = 3\n", "entities.processes"),
    ],
)
async def test_an_edit_without_immediate_effect_is_logged_once(config_file: Path, edit: bytes | None, logged: str) -> None:
    reloader = ConfigReloader(config_file)
    write(config_file, edit)
    with capture_logs() as logs:
        await reloader.apply_edit()
        await reloader.apply_edit()
    assert [logged in str(event) for event in logs if event["log_level"] != "info"] == [True]
    assert reloader().feeds[0].name == "Post"


async def test_a_running_reloader_applies_an_edit(config_file: Path) -> None:
    reloader = ConfigReloader(config_file)
    running = asyncio.create_task(reloader.run())
    write(config_file, VALID.replace("Post", "Mail"))
    async with asyncio.timeout(20):
        while reloader().feeds[0].name != "Mail":
            await asyncio.sleep(0.05)
    running.cancel()


async def test_asked_for_it_tells_what_it_has_told_before(config_file: Path) -> None:
    reloader = ConfigReloader(config_file)
    with capture_logs() as logs:
        await reloader.apply_edit()
        await reloader.apply_edit(asked=True)
        write(config_file, "bus = 1\n")
        await reloader.apply_edit()
        await reloader.apply_edit()
        await reloader.apply_edit(asked=True)
    refused = "config refused; the last valid config stays in use"
    assert [each["event"] for each in logs] == ["config is as it was", refused, "config read again"]
    assert "must be a text" in logs[-1]["problem"]


async def test_an_edit_of_a_key_that_is_read_at_the_start_is_remembered_until_it_is_undone(config_file: Path) -> None:
    reloader = ConfigReloader(config_file, settle_seconds=0)
    assert reloader.status().deferred == ()
    write(config_file, f'listen = "127.0.0.1:1"\n{VALID}')
    await reloader.apply_edit()
    write(config_file, f'listen = "127.0.0.1:1"\n{VALID}\n[fetch]\nevery = 77\n')
    await reloader.apply_edit()
    assert reloader.status().deferred == ("listen",)
    write(config_file, VALID)
    await reloader.apply_edit()
    assert reloader.status().deferred == ()
