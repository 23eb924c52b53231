"""The page by keyboard alone, and without its script."""

from pathlib import Path

import pytest
from playwright.async_api import Page

from monitor.messages import Mark
from tests.browser.conftest import OpenPage
from tests.bus import read_all
from tests.make import alert, article_stories
from tests.page import ServedPage, served
from tests.running import until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

THREE = [alert(number, id=f"kim:s{number}", title=f"Story {number}") for number in (1, 2, 3)]
"""Three stories; the list has the third first."""


async def focused(shown: Page) -> str:
    """The text of what has the focus."""
    return str(await shown.evaluate("document.activeElement.textContent.trim()"))


async def press(shown: Page, keys: str) -> None:
    """Press each of *keys*, which blanks separate."""
    for key in keys.split():
        await shown.keyboard.press(key)


async def last_mark(page: ServedPage, count: int) -> tuple[str, str, bool]:
    """The last of *count* marks on the bus: the alert, its state, and whether it has an end."""

    async def marks() -> list[Mark]:
        found = await read_all(page.bus, Mark)
        return found if len(found) == count else []

    mark = (await until(marks))[-1]
    return mark.id, mark.state, mark.until is not None


async def test_keys_move_through_the_list_and_open_a_story(tmp_path: Path, opened: OpenPage) -> None:
    async with served(tmp_path, "", *THREE) as page, opened(page.url) as shown:
        places = []
        for keys in ("j", "j", "k", "j j j", "k k k"):
            await press(shown, keys)
            places.append(await focused(shown))
        assert places == ["Story 3", "Story 2", "Story 3", "Story 1", "Story 3"]
        await press(shown, "Enter")
        await shown.wait_for_url("**/stories/s3")


async def test_marks_take_a_row_away_and_undo_brings_it_back_to_its_place(tmp_path: Path, opened: OpenPage) -> None:
    async with served(tmp_path, "", *THREE) as page, opened(page.url) as shown:
        await press(shown, "j j a")
        assert await focused(shown) == "Story 1"
        assert await last_mark(page, 1) == ("kim:s2", "acknowledged", False)
        await press(shown, "u")
        assert await focused(shown) == "Story 2"
        assert await last_mark(page, 2) == ("kim:s2", "open", False)
        assert await shown.locator("li.al h3:visible").all_inner_texts() == ["Story 3", "Story 2", "Story 1"]
        await press(shown, "z Tab Enter")
        assert await last_mark(page, 3) == ("kim:s2", "snoozed", True)
        await press(shown, "k m")
        assert await last_mark(page, 4) == ("kim:s3", "muted", False)
        assert await shown.locator("li.al h3:visible").all_inner_texts() == ["Story 1"]


async def test_a_snooze_that_is_not_decided_changes_nothing(tmp_path: Path, opened: OpenPage) -> None:
    async with served(tmp_path, "", *THREE) as page, opened(page.url) as shown:
        await press(shown, "j z Escape m")
        assert await last_mark(page, 1) == ("kim:s3", "muted", False)


async def test_keys_lead_to_pages_the_search_and_their_list(tmp_path: Path, opened: OpenPage) -> None:
    async with served(tmp_path, "", *THREE) as page, opened(page.url) as shown:
        await press(shown, "?")
        assert await shown.locator("dialog[open] h2").inner_text() == "Keys"
        await press(shown, "Escape /")
        await shown.keyboard.type("jam")
        assert await shown.locator(".find").input_value() == "jam"
        for key, path in {"f": "feeds", "t": "trends", "s": "system", "a": ""}.items():
            await shown.evaluate("document.activeElement.blur()")
            await press(shown, f"g {key}")
            await shown.wait_for_url(f"{page.url}/{path}")


async def test_keys_that_are_off_do_nothing(tmp_path: Path, opened: OpenPage) -> None:
    async with served(tmp_path, "", *THREE) as page, opened(page.url + "/settings") as shown:
        await shown.get_by_text("Off", exact=True).click()
        await shown.get_by_role("button", name="Save").click()
        await shown.goto(page.url)
        await press(shown, "j m g f ?")
        assert (await focused(shown), shown.url) != ("Story 3", f"{page.url}/feeds")
        assert await shown.locator("dialog[open]").count() == 0
        assert await read_all(page.bus, Mark) == []


async def test_a_story_is_acknowledged_on_its_page_which_says_so(tmp_path: Path, opened: OpenPage) -> None:
    async with served(tmp_path, "", *THREE, article_stories(story="s1")) as page, opened(page.url + "/stories/s1") as shown:
        await press(shown, "a")
        await shown.get_by_role("button", name="Reopen").wait_for()
        assert shown.url == f"{page.url}/stories/s1"
        assert await shown.get_by_text("Acknowledged on this page").count() == 1


async def test_filters_marks_and_search_need_no_script(tmp_path: Path, opened: OpenPage) -> None:
    messages = [*THREE, alert(4, id="putin:s4", watch="putin", title="Another"), article_stories("A train", story="s1")]
    async with served(tmp_path, "", *messages) as page, opened(page.url, java_script_enabled=False) as shown:
        await shown.get_by_label("Filters").get_by_role("link", name="putin").click()
        assert await shown.locator("li.al h3").all_inner_texts() == ["Another"]
        await shown.locator("li.al").hover()
        await shown.get_by_role("button", name="Acknowledge").click()
        assert await last_mark(page, 1) == ("putin:s4", "acknowledged", False)
        await shown.get_by_role("link", name="Acknowledged").click()
        assert await shown.locator("li.al h3").all_inner_texts() == ["Another"]
        await shown.goto(f"{page.url}/stories/s1")
        await shown.get_by_label("Snooze until").select_option("4h")
        await shown.get_by_role("button", name="Snooze").click()
        assert await last_mark(page, 2) == ("kim:s1", "snoozed", True)
        await shown.get_by_label("Search articles").fill("train")
        await shown.keyboard.press("Enter")
        await shown.wait_for_url("**/search?q=train")
        assert await shown.get_by_role("heading", level=1).inner_text() == "0 articles for “train”"
