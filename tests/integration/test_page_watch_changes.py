"""A watch is removed and renamed on the page and by the API, without a script."""

import re
from pathlib import Path

import pytest

from monitor.clock import utc
from monitor.messages import Held, Mark
from tests.integration.test_page_api import tell
from tests.integration.test_page_watches import CONFIG, hidden, report
from tests.make import START, alert
from tests.page import ServedPage, served

MESSAGES = (
    alert(1, updated=utc()),
    alert(1, id="kim:s2", story="s2"),
    Mark("kim:s2", "acknowledged", 1, None, None, "ana", None, START),
    Held("kim:h1", "kim", "h1", (report("a"), report("b")), utc()),
)


def words(text: str) -> str:
    """The words of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def names(page: ServedPage) -> list[str]:
    """The ids of the watches in use."""
    return [each.id for each in page.site.config().watches]


async def test_a_watch_is_removed_after_a_question(tmp_path: Path) -> None:
    async with served(tmp_path, CONFIG, *MESSAGES) as page:
        assert 'href="/watches/kim/remove"' in (await page.get("/watches/kim"))[1]
        status, text = await page.get("/watches/kim/remove")
        told = words(text)
        assert "raised 2 alerts that the log still holds, 1 of them open, and 1 story waits for further outlets" in told
        assert "its alerts stay as they are and get no further version" in told
        assert "It is removed from monitor.toml, line 3" in told
        assert names(page) == ["kim", "train"]
        status, _ = await page.post("/watches/kim/remove", {"hash": hidden(text, "hash")})
        assert (status, names(page)) == (303, ["train"])
        assert "kim was removed" in words((await page.get("/watches?removed=kim"))[1])
        assert "was removed" not in words((await page.get("/watches?removed=train"))[1])
        assert "was removed" not in words((await page.get("/watches?removed=%3Cb%3E"))[1])
        left = (tmp_path / "monitor.toml").read_text()
        assert (left.count("# "), 'id = "kim"' in left) == (3, False)
        for path in ("/watches/kim", "/watches/kim/remove", "/watches/kim/rename"):
            status, text = await page.get(path)
            assert (status, "it was removed or renamed" in text) == (404, True)
        assert len(page.follower.records.alerts) == 2


async def test_a_watch_is_renamed(tmp_path: Path) -> None:
    async with served(tmp_path, CONFIG, *MESSAGES) as page:
        text = (await page.get("/watches/kim/rename"))[1]
        assert "a story that goes on is raised anew under the new name" in words(text)
        sent = {"hash": hidden(text, "hash")}
        for wrong, problem in (("train", "duplicate id"), ("a b", "is not an id"), ("", "id is missing")):
            status, text = await page.post("/watches/kim/rename", {**sent, "id": wrong})
            assert (status, problem in text) == (400, True)
        status, _ = await page.post("/watches/kim/rename", {**sent, "id": "kim-jong-un"})
        assert (status, names(page)) == (303, ["kim-jong-un", "train"])
        assert (tmp_path / "monitor.toml").read_text().endswith(CONFIG.replace('id = "kim"', 'id = "kim-jong-un"'))
        assert "live after 0.1 s" in (await page.get("/watches/kim-jong-un?live=0.1"))[1]


@pytest.mark.parametrize("act", ["remove", "rename"])
async def test_a_change_needs_the_page_and_the_config_that_it_has_shown(tmp_path: Path, act: str) -> None:
    async with served(tmp_path, CONFIG) as page:
        sent = {"hash": hidden((await page.get(f"/watches/kim/{act}"))[1], "hash"), "id": "other"}
        assert (await page.post(f"/watches/kim/{act}", sent, **{"Sec-Fetch-Site": "cross-site"}))[0] == 403
        (tmp_path / "monitor.toml").write_text((tmp_path / "monitor.toml").read_text().replace("film", "song"))
        status, text = await page.post(f"/watches/kim/{act}", sent)
        assert (status, "The config has changed since you opened this page" in text) == (409, True)
        assert 'id = "kim"' in (tmp_path / "monitor.toml").read_text()
        assert (await page.post(f"/watches/kim/{act}", {**sent, "hash": hidden(text, "hash")}))[0] == 303
        assert (await page.post(f"/watches/kim/{act}", {**sent, "hash": hidden(text, "hash")}))[0] in {404, 409}


async def test_a_config_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    async with served(tmp_path, CONFIG) as page:
        (tmp_path / "monitor.toml").write_text("bus = \n")
        status, text = await page.get("/watches/kim/remove")
        assert (status, ", line " in text) == (200, False)
        status, text = await page.post("/watches/kim/remove", {"hash": hidden(text, "hash")})
        assert (status, "Nothing was changed" in text, "not valid TOML" in text) == (400, True, True)
        (tmp_path / "monitor.toml").unlink()
        assert "It cannot be changed now" in (await page.get("/watches/kim/remove"))[1]


async def test_a_program_renames_and_removes(tmp_path: Path) -> None:
    async with served(tmp_path, CONFIG) as page:
        assert await tell(page, "/watches/kim/rename", {"id": "kju"}) == (200, {"id": "kju", "live": True})
        assert names(page) == ["kju", "train"]
        assert await tell(page, "/watches/kju/remove", {}) == (200, {"id": "kju", "live": True})
        assert names(page) == ["train"]
        for path, body, expected, detail in (
            ("/watches/kju/remove", {}, 404, "the config has no such watch"),
            ("/watches/train/rename", {"id": "a b"}, 400, "is not an id"),
            ("/watches/train/rename", {}, 400, '"id" is a required property'),
            ("/watches/train/remove", {"really": True}, 400, "Additional properties"),
        ):
            status, data = await tell(page, path, body)
            assert (status, detail in str(data["detail"])) == (expected, True), data
        assert (await tell(page, "/watches/train/remove", {}, Origin="http://example.org"))[0] == 403
        assert names(page) == ["train"]
