"""The page in a browser: when a slow device can use the list, and how long an alert takes to the screen."""

import asyncio
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from bench.harness import at_share
from bench.page.process import serve
from monitor import logs
from monitor.bus import Bus
from monitor.bus.backends import connect
from monitor.clock import utc
from monitor.messages.codec import encode
from page.views.listing import PAGE_ROWS
from tests.browser.machine import find_chromium
from tests.integration.test_page_budget import busy_alert

ROWS = 60
"""More stories than a page of the list has."""
ABSENT = "zeppelin"
"""A word of no story: the list of its stories is empty, which takes the least that any page takes."""
LOADS, ALERTS = 15, 20
SLOWDOWN = 4
"""How many times slower than this machine the browser runs."""
INTERACTIVE_MS, ON_SCREEN_MS = 300, 500
"""The budgets, in milliseconds."""
LOADED = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
"""When the script has run, which the browser loads beside the page: from then on each key and button works."""
PAINTED = """
new Promise(found => new PerformanceObserver(list => {
  for (const each of list.getEntriesByName('first-contentful-paint')) found(each.startTime);
}).observe({ type: 'paint', buffered: true }))
"""
"""When the first content is on the screen."""
NOTE_CHANGES = """
() => {
  window.changes = [];
  new MutationObserver(() => requestAnimationFrame(() => window.changes.push(Date.now())))
    .observe(document.querySelector('#pending'), { childList: true });
}
"""


async def time_loads(browser: Browser, url: str, rows: int, slowdown: int) -> None:
    """Print when the list at *url*, of so many *rows*, can be used in a browser that is so many times slower."""
    interactive, painted, computed = [], [], []
    for _ in range(LOADS):
        context = await browser.new_context()
        page = await context.new_page()
        session = await context.new_cdp_session(page)
        await session.send("Performance.enable", {"timeDomain": "threadTicks"})
        await session.send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
        await page.goto(url, wait_until="domcontentloaded")
        if await page.locator("li.al").count() != rows:
            raise SystemExit(f"the list has not {rows} stories")
        painted.append(float(await page.evaluate(PAINTED)))
        interactive.append(float(await page.evaluate(LOADED)))
        metrics = (await session.send("Performance.getMetrics"))["metrics"]
        computed.append(1000 * next(each["value"] for each in metrics if each["name"] == "TaskDuration"))
        await context.close()
    print(f"  the list of {rows} stories, slowed down {slowdown} times:")
    _print("can be used after", interactive, INTERACTIVE_MS)
    print(f"    the first content is seen after: p50 {at_share(sorted(painted), 0.5):.0f} ms")
    print(f"    the page's thread computes, its first frames included: p50 {at_share(sorted(computed), 0.5):.0f} ms")


async def time_alerts(browser: Browser, url: str, bus: Bus) -> None:
    """Print the time from the published alert to the frame that tells of it."""
    page = await browser.new_page()
    await page.goto(url)
    await page.locator(".live:not(.off)").wait_for()
    await page.evaluate(NOTE_CHANGES)
    seconds = []
    for number in range(ALERTS):
        made = encode(replace(busy_alert(ROWS + number), updated=utc()))
        began = time.time()
        await bus.publish([made])
        await page.wait_for_function("count => window.changes.length >= count", arg=number + 1)
        seconds.append(float(await page.evaluate("window.changes.at(-1)")) - 1000 * began)
    _print("an alert is on the screen after", seconds, ON_SCREEN_MS)


def _print(words: str, found: list[float], budget: int) -> None:
    p50, p95 = (at_share(sorted(found), share) for share in (0.5, 0.95))
    print(f"    {words}: fastest {min(found):.0f} ms, p50 {p50:.0f} ms, p95 {p95:.0f} ms; budget {budget} ms", flush=True)


async def main() -> None:
    """Serve a full list, and look at it."""
    logs.set_up("error")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        text = 'bus = "sqlite:news.db"\n[page]\nlisten = "127.0.0.1:0"\n'
        (folder / "monitor.toml").write_text(text, encoding="utf-8")
        async with connect(f"sqlite:{folder / 'news.db'}") as bus, async_playwright() as playwright:
            await bus.publish([encode(busy_alert(number)) for number in range(ROWS)])
            browser = await playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
            async with serve(folder) as (url, _):
                for slowdown in (1, SLOWDOWN):
                    await time_loads(browser, url, PAGE_ROWS, slowdown)
                    await time_loads(browser, f"{url}/?q={ABSENT}", 0, slowdown)
                await time_alerts(browser, url, bus)
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
