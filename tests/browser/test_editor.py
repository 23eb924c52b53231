"""The editor of a watch as a reader uses it: it checks while they write, tries the words, explains, and saves."""

from pathlib import Path

import pytest
from playwright.async_api import Page

from monitor.clock import utc
from monitor.config.load import read
from tests.browser.conftest import OpenPage
from tests.make import article_stories
from tests.page import served

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CONFIG = """# ours
[[watches]]
id = "kim"
query = 'Kim' # names
"""
ARTICLES = (
    article_stories("A train leaves", "The train left for the border.", id="a", story="s1", fetched=utc()),
    article_stories("A train in a film", "A film about a train.", id="b", story="s2", fetched=utc()),
)


async def press_save(shown: Page) -> None:
    """Save by the button."""
    await shown.get_by_role("button", name="Save and go live").click()


async def test_a_watch_is_made_while_the_page_checks_tries_and_explains(tmp_path: Path, opened: OpenPage) -> None:
    async with served(tmp_path, CONFIG, *ARTICLES) as page, opened(f"{page.url}/editor") as shown:
        await shown.fill("#id", "trains")
        await shown.locator("#query").press_sequentially("train NOT (film")
        # The page may have checked what was typed before.
        await shown.locator("#check pre", has_text="train NOT (film").wait_for()
        assert await shown.locator("#check .err b").inner_text() == "Line 1, column 11: "
        line, caret = (await shown.locator("#check pre").inner_text()).splitlines()[:2]
        assert (line, caret.index("^")) == ("train NOT (film", line.index("("))
        assert await shown.locator("#query").get_attribute("aria-invalid") == "true"
        assert await shown.get_by_role("button", name="Save and go live").is_disabled()
        await shown.locator("#query").press_sequentially(")")
        await shown.get_by_text("Good: ").wait_for()
        assert await shown.locator("#query").get_attribute("aria-invalid") == "false"
        await shown.locator("#backtest .delta li", has_text="A train leaves").wait_for()
        assert await shown.locator("#backtest .delta li").count() == 1
        assert await shown.locator("#backtest svg").get_attribute("role") == "img"
        await shown.locator("#preview ins", has_text="train NOT (film)").wait_for()
        await shown.locator("#explain .tree").wait_for()
        await shown.locator("#sample").select_option(label=await nearly(shown))
        await shown.locator("#explain .tree li", has_text="'film'").last.wait_for()
        assert await shown.get_by_role("button", name="Try on the past week").count() == 0
        await press_save(shown)
        await shown.get_by_text("Saved, and live after").wait_for()
        assert shown.url.startswith(f"{page.url}/watches/trains?live=")
    assert [(each.id, each.query) for each in read(tmp_path / "monitor.toml").watches] == [
        ("kim", "Kim"),
        ("trains", "train NOT (film)"),
    ]
    assert "# ours" in (tmp_path / "monitor.toml").read_text()


async def nearly(shown: Page) -> str:
    """The first article among the samples that the words nearly match."""
    labels = await shown.locator("#sample option").all_inner_texts()
    return next(each for each in labels if each.startswith("Nearly"))


async def test_an_article_of_ones_own_is_explained(tmp_path: Path, opened: OpenPage) -> None:
    async with served(tmp_path, CONFIG, *ARTICLES) as page, opened(f"{page.url}/watches/kim") as shown:
        await shown.get_by_text("Another article").click()
        await shown.fill("#sample_title", "Kim speaks")
        await shown.keyboard.press("Tab")
        await shown.locator("#explain mark", has_text="Kim").wait_for()


async def test_a_file_that_changed_meanwhile_is_not_overwritten(tmp_path: Path, opened: OpenPage) -> None:
    async with served(tmp_path, CONFIG) as page, opened(f"{page.url}/watches/kim", "409") as shown:
        file = tmp_path / "monitor.toml"
        file.write_text(f"{file.read_text()}\n[[watches]]\nid = 'theirs'\nany = ['Xi']\n")
        await shown.fill("#query", "Kim AND train")
        await press_save(shown)
        await shown.get_by_text("the config has changed since you opened this page").wait_for()
        assert await shown.evaluate("document.activeElement.id") == "problems"
        assert await shown.input_value("#query") == "Kim AND train"
        assert read(file).watches[0].query == "Kim"
        await press_save(shown)
        await shown.get_by_text("Saved, and live after").wait_for()
        assert [each.id for each in read(file).watches if each.query == "Kim AND train" or each.any] == ["kim", "theirs"]


async def test_the_editor_by_keyboard_alone(tmp_path: Path, opened: OpenPage) -> None:
    async with served(tmp_path, CONFIG) as page, opened(f"{page.url}/watches/kim") as shown:
        await shown.keyboard.press("e")
        assert await shown.evaluate("document.activeElement.id") == "query"
        await shown.keyboard.press("End")
        await shown.keyboard.type(" OR Xi")
        await shown.get_by_text("Good: ").wait_for()
        await shown.keyboard.press("Control+Enter")
        await shown.get_by_text("Saved, and live after").wait_for()
    assert read(tmp_path / "monitor.toml").watches[0].query == "Kim OR Xi"


async def test_the_editor_needs_no_script(tmp_path: Path, opened: OpenPage) -> None:
    settings = {"java_script_enabled": False}
    async with (
        served(tmp_path, CONFIG, *ARTICLES) as page,
        opened(f"{page.url}/editor", "400", **settings) as shown,
    ):
        await shown.fill("#id", "trains")
        await shown.fill("#query", "train AND (")
        await press_save(shown)
        assert (
            await shown.locator("#problems li").inner_text()
            == "line 1, column 11: " + (await shown.locator("#check .err").inner_text()).partition(": ")[2].partition("\n")[0]
        )
        await shown.fill("#query", "train")
        for name, found in (
            ("Check", "Good: "),
            ("Preview", 'id = "trains"'),
            ("Try on the past week", "2 alerts"),
            ("Explain", "found 2 times"),
        ):
            await shown.get_by_role("button", name=name, exact=True).click()
            assert found in await shown.locator("main").inner_text()
            assert await shown.input_value("#query") == "train"
        await press_save(shown)
        await shown.get_by_text("Saved, and live after").wait_for()
    assert [each.id for each in read(tmp_path / "monitor.toml").watches] == ["kim", "trains"]
