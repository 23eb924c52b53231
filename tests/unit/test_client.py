"""The client of newsmonitor: what it refuses, and what it does without a bus."""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import structlog

import newsmonitor
from monitor.bus.backends import connect
from monitor.bus.sqlite import tables
from monitor.bus.sqlite.bus import connect as connect_file
from monitor.messages.codec import encode
from tests.make import alert
from tests.ports import unused_port
from tests.running import until

CONFIG = 'bus = "sqlite:news.db"\n[streams]\ndays = 90\n[[watches]]\nid = "train"\nany = ["train"]\n'


@pytest.fixture(autouse=True)
def default_logs() -> Iterator[None]:
    """Undoes what the client sets for the logs of the bus, and what tests before have set."""
    structlog.reset_defaults()
    yield
    structlog.reset_defaults()


@pytest.fixture
async def folder(tmp_path: Path) -> AsyncIterator[Path]:
    """A folder with a config and the file of its bus."""
    (tmp_path / "monitor.toml").write_text(CONFIG)
    async with connect(f"sqlite:{tmp_path / 'news.db'}") as bus:
        await bus.publish([encode(alert(watch="train"))])
        yield tmp_path


@pytest.mark.parametrize("source", ["monitor.toml", Path("monitor.toml"), "sqlite:news.db"])
async def test_the_source_is_a_config_or_the_url_of_a_bus(
    folder: Path, source: str | Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    async for each in newsmonitor.subscribe(source, watch="train"):
        assert (type(each), each.watch, each.version) == (newsmonitor.Alert, "train", 1)
        break


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"watch": "trian"}, "there is no watch 'trian'; did you mean 'train'?"),
        ({"watch": ["train", "ferry"]}, "there is no watch 'ferry'"),
        ({"severity": "hihg"}, "there is no severity 'hihg'; did you mean 'high'?"),
        ({"since": datetime(2026, 1, 1)}, "has no time zone"),  # noqa: DTZ001
        ({"group": "a/b"}, "'a/b' cannot be the name of a group"),
        ({"group": "desk", "position": "0:1"}, "either a group"),
        ({"position": "yesterday"}, "'yesterday' is not a position"),
    ],
)
async def test_what_cannot_be_meant_is_refused(folder: Path, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message.replace("?", r"\?")):
        newsmonitor.subscribe(folder / "monitor.toml", **arguments)


async def test_a_bus_has_no_list_of_watches(folder: Path) -> None:
    subscription = newsmonitor.subscribe(f"sqlite:{folder / 'news.db'}", watch=["removed", "train"])
    assert (await anext(subscription)).watch == "train"


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        ("sqlite:absent.db", newsmonitor.Misconfigured, "nothing has run yet: there is no absent.db"),
        ("redis://127.0.0.1", newsmonitor.Misconfigured, "is not the address of a bus"),
        ("absent.toml", newsmonitor.InvalidConfig, "absent.toml"),
    ],
)
def test_a_source_that_does_not_exist_is_refused(
    folder: Path, source: str, error: type[Exception], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    with pytest.raises(error, match=message):
        newsmonitor.subscribe(source)
    assert not (folder / "absent.db").exists()


async def test_a_client_without_the_config_removes_no_alert(folder: Path) -> None:
    subscription = newsmonitor.subscribe(f"sqlite:{folder / 'news.db'}")
    retention = tables.Retention(subscription.address.days, subscription.address.max_mb * 2**20)
    async with connect_file(folder / "news.db", retention) as bus:
        await bus.trim(time.time() + 1000 * 86400)
    assert (await anext(subscription)).watch == "train"
    assert newsmonitor.subscribe(folder / "monitor.toml").address.days == 90


async def test_standard_output_belongs_to_the_program(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    newsmonitor.subscribe(folder / "monitor.toml")
    structlog.get_logger().warning("of the bus")
    out, err = capsys.readouterr()
    assert (out, "of the bus" in err) == ("", True)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory())
    newsmonitor.subscribe(folder / "monitor.toml")
    structlog.get_logger().warning("as the program wants it")
    assert "as the program wants it" in capsys.readouterr().out


async def test_the_position_tells_where_to_continue(folder: Path) -> None:
    url = f"sqlite:{folder / 'news.db'}"
    subscription = newsmonitor.subscribe(url, since=timedelta(hours=1))
    assert subscription.position == ""
    await anext(subscription)
    assert subscription.position == "0:1"
    assert newsmonitor.subscribe(url, position=subscription.position).position == "0:1"
    assert newsmonitor.subscribe(url, position="").position == ""


async def test_while_there_is_no_broker_the_subscription_waits(caplog: pytest.LogCaptureFixture) -> None:
    port = unused_port()
    subscription = newsmonitor.subscribe(f"kafka://127.0.0.1:{port}")
    reading = asyncio.create_task(anext(subscription))
    await until(lambda: "trying again" in caplog.text)
    assert not reading.done()
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)


def test_the_client_loads_neither_services_nor_models_nor_buses() -> None:
    heavy = {"aiohttp", "aiokafka", "consumers", "lark", "numpy", "spacy", "tomlkit"}
    program = f"import sys, newsmonitor; print(sorted({heavy} & sys.modules.keys()))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert loaded == "[]\n"


def test_the_client_is_typed() -> None:
    assert (files("newsmonitor") / "py.typed").is_file()
