"""Changes that come while the page is open: nothing moves, nothing is lost, nothing comes twice."""

import asyncio
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Page

from monitor.bus.backends import connect
from monitor.messages.codec import encode
from tests.browser.conftest import OpenPage
from tests.integration.command import COMMAND, environment
from tests.make import START, alert
from tests.page import served
from tests.running import until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MANY = [alert(number, id=f"kim:s{number}", title=f"Story {number}") for number in range(1, 13)]
"""More stories than a window shows."""


def noon() -> datetime:
    """Return the time of the page."""
    return START + timedelta(hours=8)


async def waiting(shown: Page, count: int) -> None:
    """Wait until the bar tells of *count* changes."""
    await shown.get_by_role("button", name=f"Show {count} change").wait_for()


async def is_live(shown: Page) -> None:
    """Wait until the page is connected."""
    await shown.wait_for_function("source?.readyState === EventSource.OPEN")


async def test_a_new_alert_moves_no_pixel_until_it_is_asked_for(tmp_path: Path, opened: OpenPage) -> None:
    async with served(tmp_path, "", *MANY, clock=noon) as page, opened(page.url) as shown:
        await is_live(shown)
        for scroll in (0, 400):
            await shown.evaluate(f"scrollTo(0, {scroll})")
            before = await places(shown)
            await page.publish(alert(20 + scroll, id=f"kim:new{scroll}", title="News"))
            await waiting(shown, 1 if scroll == 0 else 2)
            assert await places(shown) == before
        assert (await shown.title()).startswith("(14) ")
        await shown.keyboard.press(".")
        await shown.locator("h3:focus-within").wait_for()
        assert await shown.evaluate("document.activeElement.textContent") == "News"
        assert await shown.get_by_role("button", name="Nothing else came in").count() == 1


async def places(shown: Page) -> object:
    """Where each heading, row and button is."""
    return await shown.evaluate(
        "[...document.querySelectorAll('h1, h2, h3, li.al, .chips, .rail')].map(e => JSON.stringify(e.getBoundingClientRect()))"
    )


async def test_other_alerts_wait_for_nobody_on_the_page_of_a_story(tmp_path: Path, opened: OpenPage) -> None:
    async with served(tmp_path, "", *MANY, clock=noon) as page, opened(page.url + "/stories/s1") as shown:
        await is_live(shown)
        await page.publish(alert(30, id="kim:other"), alert(31, id="kim:s1", change="outlet", title="Later"))
        await waiting(shown, 1)
        await shown.keyboard.press(".")
        await shown.get_by_role("button", name="Nothing else came in").wait_for()
        assert await shown.evaluate("document.activeElement.tagName") == "H1"


async def test_the_wall_shows_changes_by_itself(tmp_path: Path, opened: OpenPage) -> None:
    async with served(tmp_path, "", *MANY, clock=noon) as page, opened(page.url + "/?wall") as shown:
        await is_live(shown)
        await page.publish(alert(40, id="kim:new", title="News"))
        await shown.get_by_role("link", name="News", exact=True).wait_for()
        assert await shown.get_by_role("button").count() == 0


@asynccontextmanager
async def serving(folder: Path, url: str) -> AsyncIterator[None]:
    """Run `newsmonitor serve` in *folder* at *url* until the context ends, which kills it."""
    process = await asyncio.create_subprocess_exec(*COMMAND, "serve", cwd=folder, stderr=PIPE, env=environment())
    try:
        await until(lambda: answers(url))
        yield
    finally:
        process.kill()
        await process.communicate()


async def answers(url: str) -> bool:
    """Whether the page at *url* is ready."""
    try:
        async with aiohttp.ClientSession() as session, session.get(f"{url}/ready") as response:
            return response.status == 200
    except aiohttp.ClientError:
        return False


async def test_a_server_that_is_killed_loses_and_doubles_nothing(
    tmp_path: Path, opened: OpenPage, unused_tcp_port: int
) -> None:
    (tmp_path / "monitor.toml").write_text(f'bus = "sqlite:news.db"\n[page]\nlisten = "127.0.0.1:{unused_tcp_port}"\n')
    url = f"http://127.0.0.1:{unused_tcp_port}"
    async with AsyncExitStack() as stack:
        bus = await stack.enter_async_context(connect(f"sqlite:{tmp_path / 'news.db'}"))
        await bus.publish([encode(each) for each in MANY[:3]])
        async with serving(tmp_path, url):
            shown = await stack.enter_async_context(opened(url, "net::ERR_"))
            await bus.publish([encode(MANY[3])])
            await waiting(shown, 1)
        await shown.get_by_text("Not live since").wait_for()
        await bus.publish([encode(each) for each in MANY[4:6]])
        async with serving(tmp_path, url):
            await waiting(shown, 3)
            assert await shown.get_by_text("Not live since").count() == 0
            await bus.publish([encode(MANY[6])])
            await waiting(shown, 4)
            await shown.keyboard.press(".")
            await shown.locator("h3:focus-within").wait_for()
            assert await shown.locator("li.al h3").count() == 7
