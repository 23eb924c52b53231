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
from page.limits import Limits
from page.streaming import READERS
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.test_accessibility import overflow
from tests.integration.command import COMMAND, environment
from tests.make import START, alert
from tests.page import at_work, served
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


async def is_live(shown: Page, words: str = "Live") -> None:
    """Wait until the page says that it is live."""
    await shown.locator(f".live:not(.off) #live:text-is('{words}')").wait_for(state="attached")


async def hide(shown: Page, *, hidden: bool) -> None:
    """Let the tab be hidden, as when another one is in front of it, or visible again."""
    script = "hidden => Object.defineProperty(document, 'hidden', {value: hidden, configurable: true})"
    await shown.evaluate(script, hidden)
    await shown.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


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
        now = "$$('.strip').map((each) => getComputedStyle(each).getPropertyValue('--now').slice(0, 4))"
        assert set(await shown.evaluate(now)) in ({"95.8"}, {"95.9"})
        assert await shown.get_by_role("button", name="Nothing else has come in").count() == 1


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
        await shown.get_by_role("button", name="Nothing else has come in").wait_for()
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
        await shown.locator("#live", has_text="Not live since").wait_for()
        assert await shown.locator(".live.off").count() == 1
        await bus.publish([encode(each) for each in MANY[4:6]])
        async with serving(tmp_path, url):
            await waiting(shown, 3)
            assert await shown.locator(".live:not(.off) #live").inner_text() == "Live"
            await bus.publish([encode(MANY[6])])
            await waiting(shown, 4)
            await shown.keyboard.press(".")
            await shown.locator("h3:focus-within").wait_for()
            assert await shown.locator("li.al h3").count() == 7


async def test_a_reader_for_whom_there_is_no_room_asks_every_15_seconds_until_there_is(
    tmp_path: Path, opened: OpenPage
) -> None:
    limits = Limits(readers=1)
    async with served(tmp_path, "", *MANY[:3], clock=noon, limits=limits) as page, opened(page.url) as first:
        await is_live(first)
        async with opened("about:blank", "503") as second:
            await second.clock.install()
            await second.goto(page.url)
            await is_live(second, "Live, every 15 s")
            await page.publish(MANY[3])
            await waiting(first, 1)
            await second.clock.fast_forward(16_000)
            await waiting(second, 1)
            await first.close()
            await until(lambda: all(each.is_closing() for each in page.app[READERS]))
            await page.publish(MANY[4])
            await second.clock.fast_forward(16_000)
            await waiting(second, 2)
            await is_live(second)


async def test_a_server_that_says_nothing_any_more_is_not_taken_for_live(tmp_path: Path, opened: OpenPage) -> None:
    async with served(tmp_path, "", *MANY[:3], clock=noon) as page, opened("about:blank") as shown:
        await shown.clock.install()
        await shown.goto(page.url)
        await is_live(shown)
        # The connection stays open, and brings nothing: no ping comes in what the page takes for 20 seconds.
        await shown.evaluate("connect = () => {}")
        await shown.clock.fast_forward(20_500)
        await shown.locator(".live.off #live", has_text="Not live since").wait_for()


async def test_a_hidden_tab_holds_no_connection_and_misses_nothing(tmp_path: Path, opened: OpenPage) -> None:
    async with served(tmp_path, "", *MANY[:3], clock=noon) as page, opened(page.url) as shown:
        await is_live(shown)
        await hide(shown, hidden=True)
        await until(lambda: all(each.is_closing() for each in page.app[READERS]))
        await page.publish(MANY[3], MANY[4])
        await until(lambda: "kim:s5" in page.follower.records.alerts)
        await hide(shown, hidden=False)
        await waiting(shown, 2)


async def test_what_is_stuck_stands_beside_live_on_every_page(tmp_path: Path, opened: OpenPage) -> None:
    async with served(tmp_path, "", at_work()) as page, opened(page.url + "/feeds", viewport=PHONE) as shown:
        await is_live(shown)
        assert await shown.locator("#trouble").inner_text() == ""
        await page.publish(at_work(2, alerts="waiting", stories="broken"))
        await shown.get_by_text("stuck: stories, alerts", exact=True).first.wait_for()
        for width in (320, 390, 768, 1100, 1280):
            await shown.set_viewport_size({"width": width, "height": 800})
            box = await shown.locator("#trouble").bounding_box()
            assert box
            assert (width, await overflow(shown), box["x"] > 0, box["height"] < 60) == (width, [], True, True)
        await page.publish(at_work(3))
        await shown.locator("#trouble:empty").wait_for(state="attached")
        await page.publish(at_work(4, poller="stopped"))
        await shown.locator("#trouble", has_text="stuck: poller").wait_for()
        await shown.goto(f"{page.url}/")
        assert await shown.locator("#trouble").inner_text() == "stuck: poller"
        assert await shown.locator("main .err").inner_text() == (
            "Not running: poller, so alerts may be missing here. See System."
        )


async def test_what_comes_in_is_read_aloud_at_most_every_ten_seconds(tmp_path: Path, opened: OpenPage) -> None:
    async with served(tmp_path, "", *MANY[:3], clock=noon) as page, opened("about:blank") as shown:
        await shown.clock.install()
        await shown.goto(page.url)
        await is_live(shown)
        for count in (1, 2, 3):
            await page.publish(MANY[2 + count])
            await waiting(shown, count)
            await shown.clock.run_for(100)
            assert await shown.locator("#told").inner_text() == "Show 1 change that came in while you read ."
        await shown.clock.fast_forward(10_000)
        assert await shown.locator("#told").inner_text() == "Show 3 changes that came in while you read ."
        assert await shown.locator("[role=status]").count() == 2


async def test_writes_say_that_the_server_is_gone_and_lose_no_words(tmp_path: Path, opened: OpenPage) -> None:
    expected = "net::ERR_"
    async with AsyncExitStack() as stack:
        async with served(tmp_path, "", *MANY[:3], clock=noon) as page:
            shown = await stack.enter_async_context(opened(page.url, expected))
            await is_live(shown)
            editor = await stack.enter_async_context(opened(f"{page.url}/editor", expected))
            await is_live(editor)
            await editor.fill("#id", "new")
            await editor.fill("#query", "train")
        await shown.locator("li.al h3 a").first.focus()
        await shown.keyboard.press("a")
        await shown.get_by_text("Not saved: newsmonitor does not answer").wait_for()
        assert await shown.locator("li.al:visible").count() == 3
        await editor.locator(".live.off").wait_for()
        await editor.get_by_role("button", name="Save and go live").click()
        await editor.get_by_text("Not sent: newsmonitor does not answer").wait_for()
        assert await editor.locator("#query").input_value() == "train"
