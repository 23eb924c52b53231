"""The probes of the page tell who has no token that something is wrong, and not what."""

import json
from pathlib import Path

import pytest

from tests.page import served

TOKEN = "0123456789abcdef" * 2
PAGE = '[page]\ntoken_env = "PAGE_TOKEN"\n'


async def test_a_probe_without_the_token_gets_no_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGE_TOKEN", TOKEN)
    async with served(tmp_path, PAGE) as page:
        page.follower.trouble["other.v1"] = f"{tmp_path}/news.db: disk I/O error"
        page.index.trouble["other.v1"] = f"cannot write {tmp_path}/index.db"
        status, text = await page.get("/ready")
        assert (status, json.loads(text)) == (503, {"ready": False, "complete": True})
        assert await page.get("/live") == (200, "ok\n")
        for path in ("/login", "/login?next=/system"):
            assert str(tmp_path) not in (await page.get(path, Accept="text/html"))[1]
        status, text = await page.get("/ready", Authorization=f"Bearer {TOKEN}")
        assert (status, "index.db" in json.loads(text)["trouble"]["other.v1"]) == (503, True)


async def test_a_page_without_a_token_tells_the_reason(tmp_path: Path) -> None:
    async with served(tmp_path) as page:
        page.follower.trouble["other.v1"] = "disk I/O error"
        assert json.loads((await page.get("/ready"))[1])["trouble"]["other.v1"] == "disk I/O error"
