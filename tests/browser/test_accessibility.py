"""Each page as a browser shows it: axe-core, reflow, and no report in the console."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import Page

import page.routes
from tests.browser.conftest import OpenPage
from tests.browser.machine import download_axe
from tests.page import ServedPage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NOT_PAGES = {"/alerts.atom", "/alerts.json", "/events", "/live", "/ready", "/metrics", "/feeds.opml", "/events/poll"}
EXAMPLES = (
    "/watches/kim",
    "/watches/kim/rename",
    "/watches/kim/remove",
    "/search?q=train",
    "/search?q=kim+(",
    "/?show=muted",
    "/?wall",
    "/trends?period=7d",
    "/stories/none",
)
WIDTHS = {1280: 900, 390: 844}
NARROWEST = 320
"""The width of a page of 1280 pixels at a zoom of 400 %."""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def plain_paths() -> Iterator[str]:
    """Yield the path of each page that has one without parameters."""
    for module in pkgutil.iter_modules(page.routes.__path__):
        for route in importlib.import_module(f"page.routes.{module.name}").routes:
            if route.method == "GET" and "{" not in route.path and route.path not in NOT_PAGES:
                yield route.path


async def violations(shown: Page, **options: object) -> list[str]:
    """What axe-core has to say against the page as it stands."""
    found: Any = await shown.evaluate("options => axe.run({resultTypes: ['violations'], ...options})", options)
    return [
        f"{each['id']}: {node['html'][:160]} {node['failureSummary']}" for each in found["violations"] for node in each["nodes"]
    ]


async def overflow(shown: Page) -> list[str]:
    """The elements that make the page wider than the window."""
    found: list[str] = await shown.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
        [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
        .map(e => `${e.tagName}.${e.className}: ${e.textContent.slice(0, 40)}`).concat('the page')"""
    )
    return found


async def look_at(shown: Page) -> list[str]:
    """All faults of a page, in each theme and width. In the dark, only the contrast differs."""
    faults = []
    for width, height in WIDTHS.items():
        await shown.set_viewport_size({"width": width, "height": height})
        await shown.emulate_media(color_scheme="light")
        faults += [f"{width}: {each}" for each in [*await violations(shown, runOnly=TAGS), *await overflow(shown)]]
        await shown.emulate_media(color_scheme="dark")
        faults += [f"{width}, dark: {each}" for each in await violations(shown, runOnly=["color-contrast"])]
    await shown.set_viewport_size({"width": NARROWEST, "height": 640})
    return [*faults, *(f"{NARROWEST}: {each}" for each in await overflow(shown))]


@pytest.mark.parametrize("path", [*sorted(set(plain_paths())), *EXAMPLES])
async def test_a_page_has_no_fault(day: ServedPage, opened: OpenPage, path: str) -> None:
    async with opened(day.url + path, "(Bad Request)", "(Not Found)") as shown:
        await shown.evaluate(download_axe().read_text(encoding="utf-8"))
        assert await look_at(shown) == []


@pytest.mark.parametrize("place", ["stories/", "trends/", "watches/", "watches/ /remove", "watches/ /rename"])
async def test_a_page_of_one_thing_has_no_fault(day: ServedPage, opened: OpenPage, place: str) -> None:
    kind, _, act = place.partition("/")
    _, text = await day.get("/" if kind == "stories" else f"/{kind}")
    link = text.partition(f'href="/{kind}/')[2].partition('"')[0]
    async with opened(f"{day.url}/{kind}/{link}{act.strip()}") as shown:
        await shown.evaluate(download_axe().read_text(encoding="utf-8"))
        assert await look_at(shown) == []
