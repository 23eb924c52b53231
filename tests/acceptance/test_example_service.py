"""The example in examples/sentiment: a package of its own adds a service, with its stream and its section of monitor.toml."""

import importlib
import os
import secrets
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from monitor.bus.backends import Address, connect, create_streams
from monitor.bus.streams import STREAMS
from monitor.messages import ArticleRaw
from monitor.messages.codec import encode
from tests.bus import read_all
from tests.make import START, article
from tests.running import until

EXAMPLE = Path(__file__).parents[2] / "examples" / "sentiment"
CONFIG = """
bus = "{url}"

[entities]
model = "table"

[sentiment]
negative = ["delayed"]
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, built and installed in a folder of its own."""
    folder = tmp_path_factory.mktemp("site")
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--target", folder, EXAMPLE],
        check=True,
        timeout=120,
        env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
    return folder


@pytest.fixture(params=["sqlite", pytest.param("kafka", marks=pytest.mark.kafka)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty bus."""
    if request.param == "sqlite":
        return f"sqlite:{tmp_path / 'news.db'}"
    return f"kafka://{request.getfixturevalue('broker')}/{secrets.token_hex(4)}"


def newsmonitor(folder: Path, installed: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start the command with the example installed."""
    return subprocess.Popen(
        [sys.executable, "-m", "monitor", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(installed)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


async def test_the_service_runs_beside_ours(url: str, tmp_path: Path, installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(installed))
    kind: Any = importlib.import_module("newsmonitor_sentiment").Sentiment
    (tmp_path / "monitor.toml").write_text(CONFIG.format(url=url))
    at = Address(url, streams={**STREAMS, kind.STREAM.name: kind.STREAM})
    await create_streams(at)
    articles = (
        article("Ferry delayed again", "The ferry was delayed for the third time this week, the harbour office said.", id="a"),
        article("Crew rescued off Gull Point", "All six sailors were rescued before noon, the coast guard said.", id="b"),
    )
    async with connect(at) as bus:
        await bus.publish([encode(ArticleRaw(each, {"received": START})) for each in articles])
        with newsmonitor(tmp_path, installed, "run", "entities", "sentiment") as process:
            try:

                async def all_ratings() -> list[Any]:
                    published = await read_all(bus, kind)
                    return published if len(published) == len(articles) else []

                ratings = await until(all_ratings, seconds=60)
            finally:
                process.send_signal(signal.SIGTERM)
                process.communicate(timeout=40)
    assert {each.article: each.score for each in ratings} == {"a": -1.0, "b": 1.0}


def test_the_section_is_checked_like_ours(tmp_path: Path, installed: Path) -> None:
    (tmp_path / "monitor.toml").write_text('[sentiment]\npositive = ["calm"]\nnegativ = ["storm"]\n')
    out, _ = newsmonitor(tmp_path, installed, "check").communicate(timeout=60)
    assert "monitor.toml:3: " in out
    assert "did you mean 'negative'?" in out
    (tmp_path / "monitor.toml").write_text('[sentiment]\npositive = ["calm"]\nnegative = ["calm"]\n')
    out, _ = newsmonitor(tmp_path, installed, "check").communicate(timeout=60)
    assert "'calm' is both positive and negative" in out


def test_without_the_package_its_section_is_refused(tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text('[sentiment]\npositive = ["calm"]\n')
    out, _ = newsmonitor(tmp_path, tmp_path, "check").communicate(timeout=60)
    assert "monitor.toml:1: " in out
    assert "unknown key 'sentiment'" in out
