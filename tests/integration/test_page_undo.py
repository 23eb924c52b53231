"""A reader takes back a mark: each alert has the mark again that it had before."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from monitor.messages import Mark
from tests.bus import read_all
from tests.make import START, alert
from tests.page import ServedPage, served

NOW = START + timedelta(hours=1)
TOMORROW = START + timedelta(days=1)


async def newest(page: ServedPage) -> dict[str, Mark]:
    """The newest mark of each alert in the log."""
    return {mark.id: mark for mark in await read_all(page.bus, Mark)}


async def test_undo_gives_each_alert_the_mark_that_it_had(tmp_path: Path) -> None:
    alerts = [alert(1, id=f"{watch}:s1", watch=watch) for watch in ("kim", "putin", "xi")]
    snoozed = Mark("kim:s1", "snoozed", 1, TOMORROW, "reported", "ana", "later", START)
    muted = Mark("putin:s1", "muted", 1, None, "reported", "bo", None, START)
    async with served(tmp_path, "", *alerts, snoozed, muted, clock=lambda: NOW) as page:
        await page.post("/stories/s1/mark", {"state": "acknowledged"})
        assert {mark.state for mark in (await newest(page)).values()} == {"acknowledged"}
        assert (await page.post("/stories/s1/mark", {"state": "undo", "was": "acknowledged"}))[0] == 303
        marks = await newest(page)
        assert [(marks[id_].state, marks[id_].until, marks[id_].by, marks[id_].note) for id_ in ("kim:s1", "putin:s1")] == [
            ("snoozed", TOMORROW, "ana", "later"),
            ("muted", None, "bo", None),
        ]
        assert marks["xi:s1"].state == "open"
        assert (await page.get("/"))[1].count('class="al s-h') == 1


async def test_what_was_open_again_can_be_taken_back(tmp_path: Path) -> None:
    muted = Mark("kim:s1", "muted", 1, None, "reported", "bo", None, START)
    async with served(tmp_path, "", alert(1), muted, clock=lambda: NOW) as page:
        await page.post("/stories/s1/mark", {"state": "open"})
        await page.post("/stories/s1/mark", {"state": "undo", "was": "open"})
        assert (await newest(page))["kim:s1"].state == "muted"


async def test_the_mark_before_is_known_after_a_restart(tmp_path: Path) -> None:
    first = Mark("kim:s1", "muted", 1, None, "reported", "bo", None, START)
    second = replace(first, state="acknowledged", at=START + timedelta(minutes=1))
    async with served(tmp_path, "", alert(1), first, second, clock=lambda: NOW) as page:
        await page.post("/stories/s1/mark", {"state": "undo", "was": "acknowledged"})
        assert (await newest(page))["kim:s1"].state == "muted"


async def test_a_mark_that_somebody_else_has_set_since_is_not_taken_back(tmp_path: Path) -> None:
    async with served(tmp_path, "", alert(1), clock=lambda: NOW) as page:
        await page.post("/stories/s1/mark", {"state": "acknowledged"})
        await page.post("/stories/s1/mark", {"state": "muted", "by": "ana"})
        status, text = await page.post("/stories/s1/mark", {"state": "undo", "was": "acknowledged"})
        assert (status, "nothing was undone" in text) == (409, True)
        assert (await newest(page))["kim:s1"].state == "muted"


async def test_nothing_is_taken_back_from_an_alert_without_a_mark(tmp_path: Path) -> None:
    async with served(tmp_path, "", alert(1)) as page:
        assert (await page.post("/stories/s1/mark", {"state": "undo", "was": "open"}))[0] == 409
        assert await read_all(page.bus, Mark) == []
