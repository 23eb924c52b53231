"""Take the pictures of docs/ over the demo's day: ``python -m tests.browser.pictures FOLDER``."""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, ViewportSize, async_playwright

from monitor.messages import Message
from tests.browser.conftest import DESKTOP, PHONE, served_day
from tests.browser.machine import find_chromium
from tests.demo_day import make_records
from tests.page import ServedPage


@dataclass(frozen=True)
class Picture:
    """A picture of a page at *time* of the day. *page* is "story" for that of the train, else a path."""

    name: str
    page: str
    time: str
    size: ViewportSize
    theme: Literal["light", "dark"]


PICTURES = (
    Picture("page-alerts-light", "/", "16:31", DESKTOP, "light"),
    Picture("page-alerts-dark", "/", "16:31", DESKTOP, "dark"),
    Picture("page-alerts-phone-light", "/", "16:31", PHONE, "light"),
    Picture("page-alerts-phone-dark", "/", "16:31", PHONE, "dark"),
    Picture("page-train-0155", "story", "01:55", DESKTOP, "light"),
    Picture("page-train-0937", "story", "09:37", DESKTOP, "light"),
    Picture("page-train-1318", "story", "13:18", DESKTOP, "light"),
    Picture("page-train-1629", "story", "16:29", DESKTOP, "light"),
)


async def take_pictures(folder: Path) -> None:
    """Write PICTURES to *folder*."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        with tempfile.TemporaryDirectory() as work:
            records = await make_records(Path(work))
        for time in dict.fromkeys(picture.time for picture in PICTURES):
            await _take(browser, records, time, folder)
        await browser.close()


async def _take(browser: Browser, records: list[Message], time: str, folder: Path) -> None:
    now = datetime.fromisoformat(f"2026-09-08T{time}").replace(tzinfo=UTC)
    with tempfile.TemporaryDirectory() as work:
        async with served_day(Path(work), records, now) as page:
            await _take_all(browser, page, [picture for picture in PICTURES if picture.time == time], folder)


async def _take_all(browser: Browser, page: ServedPage, pictures: Sequence[Picture], folder: Path) -> None:
    for picture in pictures:
        context = await browser.new_context(viewport=picture.size, color_scheme=picture.theme)
        shown = await context.new_page()
        await shown.goto(page.url)
        if picture.page == "story":
            await shown.locator("li.s-c h3 a").first.click()
            await shown.wait_for_url("**/stories/**")
        await shown.locator(".live:not(.off)").wait_for()
        await shown.screenshot(path=folder / f"{picture.name}.png")
        await context.close()


if __name__ == "__main__":
    asyncio.run(take_pictures(Path(sys.argv[1])))
