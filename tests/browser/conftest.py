"""One browser for all tests of the page, and the page of the demo's day, which they only read."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page, ViewportSize, async_playwright

from monitor.messages import Message
from tests.browser.machine import find_chromium
from tests.demo_day import day_config, make_records, records_until
from tests.page import ServedPage, served

AFTERNOON = datetime(2026, 9, 8, 16, 31, tzinfo=UTC)
"""When the page of the day is looked at."""
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
ARGUMENTS = ("--no-sandbox", "--host-resolver-rules=MAP rebound.example 127.0.0.1")
"""Containers have no sandbox. One host name leads to this machine, as that of a hostile site may."""


class OpenPage(Protocol):
    """Open a URL in a context of its own; *settings* are those of Playwright."""

    def __call__(self, url: str, *expected: str, **settings: Any) -> AbstractAsyncContextManager[Page]:
        """Return the context. At its end it asserts that the console has no error but those with a text of *expected*.

        A report of the CSP is an error too.
        """


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
        yield chromium
        await chromium.close()


@pytest.fixture(scope="session")
def opened(browser: Browser) -> OpenPage:
    """Open a page of its own for a test."""

    @asynccontextmanager
    async def open_page(url: str, *expected: str, **settings: Any) -> AsyncIterator[Page]:
        errors: list[str] = []

        def note(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"} and not any(each in message.text for each in expected):
                errors.append(message.text)

        context = await browser.new_context(**settings)
        try:
            page = await context.new_page()
            page.set_default_timeout(20_000)
            page.on("console", note)
            page.on("pageerror", lambda error: errors.append(str(error)))
            await page.goto(url)
            yield page
            assert errors == []
        finally:
            await context.close()

    return open_page


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def day_records(tmp_path_factory: pytest.TempPathFactory) -> list[Message]:
    """All records of the demo's day."""
    return await make_records(tmp_path_factory.mktemp("day"))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def day(day_records: list[Message], tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServedPage]:
    """The page of the day in the afternoon."""
    async with served_day(tmp_path_factory.mktemp("page"), day_records, AFTERNOON) as page:
        yield page


def served_day(folder: Path, records: list[Message], now: datetime) -> AbstractAsyncContextManager[ServedPage]:
    """Serve the page of the day at *now*, with *records* up to then."""
    text, _ = day_config(folder)
    return served(folder, text.partition("\n")[2], *records_until(records, now), clock=lambda: now)
