"""No other user of the machine can read what newsmonitor writes for itself, whatever the umask."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.feeds.websub.keys import read_key
from tests.fakefeed import FakeFeed
from tests.integration.command import invoke, running
from tests.running import until

OF_THE_TEST = {"run.log", "serve.log"}


@pytest.fixture
def open_umask() -> Iterator[None]:
    """A umask that takes no right from a new file."""
    before = os.umask(0)
    yield
    os.umask(before)


def rights(folder: Path) -> dict[str, int]:
    """Return the rights of everything below *folder* that others than its owner have."""
    found = {str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode) & 0o077 for path in folder.rglob("*")}
    return {name: others for name, others in found.items() if name not in OF_THE_TEST}


@pytest.mark.usefixtures("open_umask")
def test_only_the_owner_can_read_the_key_of_websub(tmp_path: Path) -> None:
    read_key(tmp_path / "websub.key")
    assert rights(tmp_path) == {"websub.key": 0}


@pytest.mark.usefixtures("open_umask")
async def test_only_the_owner_can_read_the_config_the_log_the_index_and_the_backups(
    tmp_path: Path, fake: FakeFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSMONITOR_PAGE", "127.0.0.1:0")
    monkeypatch.setenv("NEWSMONITOR_ENTITIES_MODEL", "table")
    monkeypatch.setenv("NEWSMONITOR_FETCH_ALLOW_NETWORKS", '["127.0.0.0/8"]')
    fake.responds_with_items("/a", "Kim Jong Un visits the harbour of Oslo")
    for words in (["init"], ["feeds", "add", fake.url("/a")], ["watch", "add", "oslo", "--any", "Oslo"]):
        code, out, err = await invoke(tmp_path, *words)
        assert code == 0, out + err
    # Two processes that start fast: the files of all services are those of one.
    async with running(tmp_path, "run", "alerts"), running(tmp_path, "serve", log="serve.log"):
        await until((tmp_path / "newsmonitor-index.db").exists)
        assert (await invoke(tmp_path, "backup", "saved.db"))[0] == 0
        found = rights(tmp_path)
    assert {"monitor.toml", "saved.db", "newsmonitor-index.db"} <= found.keys()
    assert {f"newsmonitor.db{end}" for end in ("", "-wal", "-shm", "-locks")} <= found.keys()
    assert (await invoke(tmp_path, "restore", "saved.db"))[0] == 0
    found |= rights(tmp_path)
    assert any(".replaced-" in name for name in found)
    assert {name: oct(others) for name, others in found.items() if others} == {}
