"""While the page still reads the log, nothing is said not to be there."""

from pathlib import Path

import pytest

from monitor.messages import Mark
from tests.bus import read_all
from tests.page import served

ASKED = ("/stories/s9", "/api/v1/stories/s9", "/api/v1/alerts/kim:s9")


@pytest.mark.parametrize("path", ASKED)
async def test_what_may_still_come_is_not_said_to_be_missing(tmp_path: Path, path: str) -> None:
    async with served(tmp_path) as page:
        assert (await page.get(path))[0] == 404
        page.follower.complete.clear()
        status, text = await page.get(path)
        assert (status, "The log is still being read" in text) == (503, True)
        assert (await page.get("/nowhere"))[0] == 404


async def test_a_mark_of_a_story_that_may_still_come_is_to_be_sent_again(tmp_path: Path) -> None:
    async with served(tmp_path) as page:
        page.follower.complete.clear()
        status, text = await page.post("/stories/s9/mark", {"state": "muted"})
        assert (status, "Try again" in text) == (503, True)
        assert await read_all(page.bus, Mark) == []
