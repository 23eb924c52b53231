"""What hostile feeds and hostile sites can do to a reader."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from playwright.async_api import ViewportSize

from monitor.clock import utc
from monitor.messages import Mark, Message, Report, Voice
from tests.browser.conftest import OpenPage
from tests.browser.test_accessibility import NARROWEST, overflow
from tests.bus import read_all
from tests.make import START, alert, article_stories
from tests.page import served
from tests.web import listening

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LIMIT = 1000
"""The most characters of a title, to which the poller cuts longer ones."""
NARROW: ViewportSize = {"width": NARROWEST, "height": 700}
TITLES = {
    "script": "<script>window.hit = 1</script><img src=x onerror='window.hit = 1'>",
    "attribute": '" onmouseover="window.hit=1" x=\'',
    "template": "{{ 7 * 7 }} {% raw %} ${7*7}",
    "bidi": "Safe \u202egnp.exe\u202c \u2066 left open \u202e",
    "long": "W" * LIMIT,
    "many": ("word " * LIMIT)[:LIMIT],
    "arabic": "كيم جونغ أون يغادر بيونغ يانغ (KCNA) 12:30",
    "chinese": "金正恩乘坐装甲列车离开平壤前往符拉迪沃斯托克参加峰会" * 20,
    "url": "https://example.org/" + "a" * (LIMIT - 20),
}


async def test_hostile_titles_are_shown_as_text(tmp_path: Path, opened: OpenPage) -> None:
    messages: list[Message] = []
    for name, title in TITLES.items():
        link = "javascript:window.hit=1"
        report = Report(name, 1, title[:200], title, link, START, (Voice("said", "named", title[:300]),))
        told = article_stories(title, f"{title} said.", story=name, url=link, fetched=utc())
        messages += [told, alert(1, id=f"kim:{name}", title=title, articles=(report,), outlets=(title[:200],), url=link)]
    paths = ("/", "/search?q=said", *(f"/stories/{name}" for name in TITLES))
    async with served(tmp_path, "", *messages) as page, opened(page.url, viewport=NARROW) as shown:
        for path in paths:
            await shown.goto(page.url + path)
            assert (path, await overflow(shown)) == (path, [])
            assert await shown.evaluate("window.hit") is None
            assert await shown.locator("main img, main [onmouseover], main a[href^=javascript]").count() == 0
            assert await shown.get_by_text("<script>window.hit = 1</script>").count() > 0 or path.startswith("/stories")


async def test_an_arabic_title_runs_from_right_to_left_and_nothing_else_does(tmp_path: Path, opened: OpenPage) -> None:
    first, second = alert(1, title=TITLES["arabic"], language="ar"), alert(2, id="kim:s2", title=TITLES["bidi"])
    async with served(tmp_path, "", first, second) as page, opened(page.url) as shown:
        directions = await shown.locator("h3 a").evaluate_all(
            "found => found.map(e => [getComputedStyle(e).direction, e.lang])"
        )
        assert sorted(directions) == [["ltr", ""], ["rtl", "ar"]]
        assert "\u202e" not in await shown.locator("main").inner_text()


@asynccontextmanager
async def hostile_site(html: str) -> AsyncIterator[str]:
    """Serve *html* at another origin, and yield its URL."""

    async def show(_: web.Request) -> web.Response:
        return web.Response(text=html, content_type="text/html")

    app = web.Application()
    app.router.add_get("/", show)
    async with listening(app) as port:
        yield f"http://localhost:{port}/"


async def test_a_form_of_another_site_changes_nothing(tmp_path: Path, opened: OpenPage) -> None:
    async with served(tmp_path, "", alert(1)) as page:
        form = f'<form method="post" action="{page.url}/stories/s1/mark"><button name="state" value="muted">Win</button></form>'
        async with (
            hostile_site(f'<link rel="icon" href="data:,">{form}') as site,
            opened(site, "(Forbidden)", "(Not Found)") as shown,
        ):
            await shown.get_by_role("button").click()
            await shown.get_by_text("A change is only accepted from the page itself").wait_for()
        assert await read_all(page.bus, Mark) == []


async def test_another_site_reads_nothing(tmp_path: Path, opened: OpenPage) -> None:
    async with (
        served(tmp_path, "", alert(1)) as page,
        hostile_site('<link rel="icon" href="data:,">') as site,
        opened(site, "NotSameOrigin") as shown,
    ):
        read = "url => fetch(url, {mode: 'no-cors', credentials: 'include'}).then(() => 'read', error => error.name)"
        assert await shown.evaluate(read, page.url) == "TypeError"


async def test_a_name_that_was_pointed_to_this_machine_is_refused(tmp_path: Path, opened: OpenPage) -> None:
    expected = ("(Misdirected", "Cross-Origin-Opener-Policy", "(Not Found)")
    async with (
        served(tmp_path, "", alert(1, title="Secret")) as page,
        opened(page.url.replace("127.0.0.1", "rebound.example"), *expected) as shown,
    ):
        assert "This page is not served for this host" in await shown.locator("body").inner_text()
        assert "Secret" not in await shown.content()
