"""`newsmonitor backup` and `newsmonitor restore`, with the services and the page that use the log."""

import json
import stat
from pathlib import Path

import pytest

from tests.fakefeed import FakeFeed
from tests.integration.command import newsmonitor, started, write_config
from tests.running import until


async def alerts(folder: Path) -> list[tuple[str, str, int]]:
    """The alerts of the log: title, id and version."""
    _, out, _ = await newsmonitor(folder, "alerts", "--json")
    return sorted((alert["title"], alert["id"], alert["version"]) for alert in map(json.loads, out.splitlines()))


async def searched(folder: Path, word: str) -> list[str]:
    """The titles of the articles that the page's index finds."""
    _, out, _ = await newsmonitor(folder, "search", word, "--json")
    return [json.loads(line)["article"]["title"] for line in out.splitlines()]


async def test_a_log_saved_while_services_run_goes_on_after_it_was_restored(
    tmp_path: Path, fake: FakeFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSMONITOR_PAGE", "off")
    write_config(tmp_path, fake, watches='[[watches]]\nid = "others"\nany = ["Olaf Scholz", "Narendra Modi"]\n')
    fake.responds_with_items("/a")
    first, second = "Kim Jong Un visits the harbour of Oslo", "Olaf Scholz opens a vineyard near Mainz"
    third = "Narendra Modi crosses a glacier in Ladakh"
    async with started(tmp_path, "run"):
        await until(lambda: fake.count("/a") > 0)
        fake.responds_with_items("/a", first)

        async def raised(count: int) -> bool:
            return len(await alerts(tmp_path)) >= count

        await until(lambda: raised(1))
        code, out, err = await newsmonitor(tmp_path, "backup", "saved.db", "--json")
        assert (code, err) == (0, "")
        saved = json.loads(out)
        status = (tmp_path / "saved.db").stat()
        assert (saved["type"], saved["file"], saved["bytes"]) == ("backup.v1", "saved.db", status.st_size)
        assert stat.S_IMODE(status.st_mode) == 0o600
        fake.responds_with_items("/a", first, second)
        await until(lambda: raised(2))
        before = await alerts(tmp_path)
        code, _, err = await newsmonitor(tmp_path, "restore", "saved.db")
        assert (code, "have" in err, "open: stop them, and the page, then try again" in err) == (1, True, True)
    assert await searched(tmp_path, "vineyard") == [second]
    code, out, _ = await newsmonitor(tmp_path, "restore", "saved.db")
    assert (code, "The former log is " in out) == (0, True)
    assert await alerts(tmp_path) == before[:1]
    # The index was of the former log.
    assert await searched(tmp_path, "vineyard") == []
    assert await searched(tmp_path, "harbour") == [first]
    fake.responds_with_items("/a", first, second, third)
    async with started(tmp_path, "run"):
        await until(lambda: raised(3))
    # What was raised after the backup is raised again, once, with the same id. What was raised before is not.
    after = await alerts(tmp_path)
    assert [each for each in after if each[0] != third] == before
    assert [title for title, _, _ in after] == [first, third, second]


async def test_a_backup_needs_a_log_and_a_new_file(tmp_path: Path, fake: FakeFeed) -> None:
    write_config(tmp_path, fake)
    code, _, err = await newsmonitor(tmp_path, "backup", "saved.db")
    assert (code, "nothing has run yet" in err) == (1, True)
    code, _, err = await newsmonitor(tmp_path, "restore", "saved.db")
    assert (code, "there is no file saved.db" in err) == (1, True)
    assert not (tmp_path / "news.db").exists()
