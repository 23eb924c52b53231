"""Marks by mouse: a row goes at once, can be taken back for ten seconds, and is no news to the one who marked it."""

from pathlib import Path

import pytest
from playwright.async_api import Page

from monitor.messages import Mark
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.test_keys import THREE, last_mark
from tests.bus import read_all
from tests.make import article_stories
from tests.page import served

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def rows(shown: Page) -> list[str]:
    """The headlines of the list."""
    return await shown.locator("li.al h3:visible").all_inner_texts()


async def test_a_mark_can_be_taken_back_for_ten_seconds(tmp_path: Path, opened: OpenPage) -> None:
    async with served(tmp_path, "", *THREE) as page, opened("about:blank") as shown:
        await shown.clock.install()
        await shown.goto(page.url)
        await shown.locator("li.al", has_text="Story 2").hover()
        await shown.get_by_role("button", name="Mute").nth(1).click()
        assert await last_mark(page, 1) == ("kim:s2", "muted", False)
        assert await rows(shown) == ["Story 3", "Story 1"]
        await shown.get_by_role("button", name="Undo").click()
        assert await last_mark(page, 2) == ("kim:s2", "open", False)
        assert await rows(shown) == ["Story 3", "Story 2", "Story 1"]
        await shown.locator("li.al", has_text="Story 3").hover()
        await shown.get_by_role("button", name="Acknowledge").first.click()
        assert await last_mark(page, 3) == ("kim:s3", "acknowledged", False)
        await shown.clock.fast_forward(10_000)
        assert await shown.locator(".toast").inner_text() == ""
        await shown.keyboard.press("u")
        assert await rows(shown) == ["Story 2", "Story 1"]
        assert len(await read_all(page.bus, Mark)) == 3


async def test_ones_own_marks_do_not_wait_to_be_shown_those_of_others_do(tmp_path: Path, opened: OpenPage) -> None:
    async with (
        served(tmp_path, "", *THREE) as page,
        opened(page.url) as mine,
        opened(page.url, viewport=PHONE) as other,
    ):
        await mine.locator("li.al h3 a").first.focus()
        await mine.keyboard.press("a")
        await mine.keyboard.press("u")
        await last_mark(page, 2)
        await other.get_by_role("button", name="Acknowledge").last.click()
        await last_mark(page, 3)
        await mine.get_by_role("button", name="Show 1 change").wait_for()
        await mine.keyboard.press(".")
        await mine.get_by_role("button", name="Nothing else has come in").wait_for()
        assert await rows(mine) == ["Story 3", "Story 2"]
        await other.get_by_role("button", name="Show 1 change").wait_for()


async def test_a_row_that_a_new_list_does_not_have_comes_back_with_undo(tmp_path: Path, opened: OpenPage) -> None:
    async with served(tmp_path, "", *THREE[:2]) as page, opened(page.url) as shown:
        await shown.locator("li.al h3 a").first.focus()
        await shown.keyboard.press("a")
        await page.publish(THREE[2])
        await shown.get_by_role("button", name="Show 1 change").click()
        await shown.get_by_text("Story 3").wait_for()
        assert await rows(shown) == ["Story 3", "Story 1"]
        await shown.keyboard.press("u")
        await shown.get_by_text("Story 2").wait_for()
        assert await rows(shown) == ["Story 3", "Story 2", "Story 1"]


async def test_a_muted_story_is_opened_again_from_its_list(tmp_path: Path, opened: OpenPage) -> None:
    async with served(tmp_path, "", *THREE) as page, opened(page.url) as shown:
        await shown.locator("li.al h3 a").first.focus()
        await shown.keyboard.press("m")
        await last_mark(page, 1)
        await shown.get_by_role("link", name="Muted").click()
        assert "Muted on this page" in await shown.locator("li.al").inner_text()
        await shown.locator("li.al").hover()
        await shown.get_by_role("button", name="Reopen").click()
        assert await last_mark(page, 2) == ("kim:s3", "open", False)
        await shown.get_by_role("link", name="Open", exact=False).first.click()
        assert await rows(shown) == ["Story 3", "Story 2", "Story 1"]


async def test_coming_back_finds_the_row(tmp_path: Path, opened: OpenPage) -> None:
    articles = [article_stories(story=f"s{number}") for number in (1, 2, 3)]
    async with served(tmp_path, "", *THREE, *articles) as page, opened(page.url) as shown:
        await shown.keyboard.press("j")
        await shown.keyboard.press("j")
        await shown.keyboard.press("Enter")
        await shown.wait_for_url("**/stories/s2")
        await shown.go_back()
        await shown.locator("li.al:focus-within").wait_for()
        assert await shown.locator("li.al:focus-within h3").inner_text() == "Story 2"
