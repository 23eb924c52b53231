"""What a page says that has nothing to show, and what it looks like where there is nothing to read but the page."""

import re
from pathlib import Path

import pytest

from monitor.clock import utc
from monitor.messages import Report, Voice
from tests.browser.conftest import OpenPage
from tests.make import alert, article_stories
from tests.page import at_work, served
from tests.running import until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WATCH = '[[watches]]\nid = "kim"\nany = ["Kim"]\n'
FEED = '[[feeds]]\nurl = "https://example.org/feed"\n'
ARABIC = "كيم جونغ أون يغادر بيونغ يانغ"


@pytest.mark.parametrize(
    ("config", "steps"),
    [("", ["Add a feed", "Make a watch"]), (FEED, ["Make a watch"]), (WATCH, ["Add a feed"]), (FEED + WATCH, [])],
    ids=["nothing", "a feed", "a watch", "both"],
)
async def test_the_first_run_leads_to_what_is_missing(tmp_path: Path, opened: OpenPage, config: str, steps: list[str]) -> None:
    async with served(tmp_path, config, at_work()) as page, opened(page.url) as shown:
        assert await shown.locator(".first a").all_inner_texts() == steps
        words = f"Nothing new since [^;]*; {1 if FEED in config else 0} feeds?, no article yet"
        assert await shown.locator(".empty", has_text=re.compile(words)).count() == 1
        for step in steps:
            await shown.goto(page.url)
            await shown.locator(".first").get_by_role("link", name=step).click()
            assert await shown.locator("h1").inner_text() in {"Feeds", "New watch"}


async def test_a_filter_that_hides_all_says_how_many(tmp_path: Path, opened: OpenPage) -> None:
    alerts = [alert(number, id=f"kim:s{number}") for number in (1, 2)]
    async with served(tmp_path, FEED + WATCH, *alerts, at_work()) as page, opened(f"{page.url}/?watch=none") as shown:
        await shown.get_by_role("link", name="2 without the filters").click()
        assert await shown.locator("li.al").count() == 2


async def test_a_title_says_its_language_and_its_direction_wherever_it_stands(tmp_path: Path, opened: OpenPage) -> None:
    told = article_stories(ARABIC, "Kim", story="s1", id="a1", language="ar", fetched=utc())
    known = alert(
        1,
        id="kim:s1",
        title=ARABIC,
        language="ar",
        articles=(Report("a1", 1, "Outlet", ARABIC, None, utc(), (Voice("said", "named", "Kim"),)),),
    )
    async with served(tmp_path, WATCH, known, told) as page, opened(page.url) as shown:
        for path, place in (("/", "h3 a"), ("/stories/s1", "h1"), ("/stories/s1", "ol h3"), ("/search?q=كيم", "ol h3")):
            await shown.goto(page.url + path)
            title = shown.locator(f"main {place}", has_text=ARABIC).first
            direction = "e => [e.closest('[lang]').lang, getComputedStyle(e).direction]"
            assert (path, await title.evaluate(direction)) == (path, ["ar", "rtl"])
        await shown.goto(f"{page.url}/watches")
        assert await shown.locator("bdi", has_text=ARABIC).count() == 1


async def test_the_wall_only_shows(tmp_path: Path, opened: OpenPage) -> None:
    alerts = [alert(number, id=f"kim:s{number}", title=f"Story {number}") for number in (1, 2)]
    async with served(tmp_path, WATCH, *alerts) as page, opened(f"{page.url}/?wall") as shown:
        assert await shown.locator("form:visible, button:visible, nav:visible, input:visible").count() == 0
        for key in ("j", "a", "m", "g", "f"):
            await shown.keyboard.press(key)
        assert shown.url == f"{page.url}/?wall"
        await page.publish(*(alert(9, id=f"kim:n{number}", title=f"News {number}") for number in range(5)))
        await until(lambda: "kim:n4" in page.follower.records.alerts)
        await shown.get_by_text("News 4").wait_for()
        assert await shown.locator("li.al").count() == 7


async def test_the_choice_of_a_theme_is_kept(tmp_path: Path, opened: OpenPage) -> None:
    async with served(tmp_path) as page, opened(page.url, color_scheme="light") as shown:
        await shown.get_by_role("button", name="Light or dark").click()
        await shown.goto(f"{page.url}/settings")
        assert await shown.locator("html").get_attribute("data-theme") == "dark"
        assert await shown.get_by_label("Dark", exact=True).is_checked()
        assert await shown.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(19, 20, 22)"


@pytest.mark.parametrize(
    ("path", "field", "value"),
    [
        ("/watches/kim/rename", "#id", "xi"),
        ("/search", "#query", "kim AND ("),
        ("/feeds", "#url", "ftp://example.org/"),
        ("/login", "#token", "wrong"),
    ],
)
async def test_after_a_refused_form_its_summary_has_the_focus(
    tmp_path: Path, opened: OpenPage, monkeypatch: pytest.MonkeyPatch, path: str, field: str, value: str
) -> None:
    monkeypatch.setenv("PAGE_TOKEN", "0123456789abcdef0123456789abcdef")
    config = '[page]\ntoken_env = "PAGE_TOKEN"\n' if path == "/login" else WATCH + WATCH.replace("kim", "xi")
    async with served(tmp_path, config) as page, opened(page.url + path, "(Bad Request)", "400", "403", "401") as shown:
        await shown.fill(field, value)
        await shown.keyboard.press("Enter")
        await shown.locator("[role=alert]:focus").wait_for()
