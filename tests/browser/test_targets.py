"""What hands and eyes need: large targets, and shapes, borders and a focus where colours are others or none."""

from typing import Any

import pytest
from playwright.async_api import Page

from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.browser.test_accessibility import overflow
from tests.page import ServedPage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PATHS = (
    "/",
    "/watches",
    "/editor",
    "/watches/kim",
    "/feeds",
    "/trends",
    "/system",
    "/settings",
    "/search?q=train",
    "story",
)
SMALL = """
least => {
  // A row of the list is the target of its headline, a label that of its input.
  const whole = (e) => e.closest('li.al h3') ? e.closest('li') : (e.matches('input') && e.closest('label')) || e;
  const box = (e) => whole(e).getBoundingClientRect();
  const inSentence = (e) => getComputedStyle(e).display === 'inline'
    && [...e.parentElement.childNodes].some((node) => node.nodeType === 3 && /[\\p{L}\\p{N}]/u.test(node.data));
  return [...document.querySelectorAll('a[href], button, summary, select, textarea, input:not([type=hidden])')]
    .filter((e) => e.checkVisibility() && box(e).bottom > 0 && !inSentence(e))
    .filter((e) => box(e).width < least - .01 || box(e).height < least - .01)
    .map((e) => `${e.tagName} ${e.className} "${e.textContent.trim().slice(0, 30)}" ${box(e).width} x ${box(e).height}`);
}
"""
FORCED = """
() => [...document.querySelectorAll('.bd')].map((e) => [
  e.textContent.trim(), e.querySelector('svg').getBoundingClientRect().width, getComputedStyle(e).borderTopStyle])
"""
RING = "e => [getComputedStyle(e).outlineStyle, parseFloat(getComputedStyle(e).outlineWidth)]"


async def go_to(shown: Page, day: ServedPage, path: str) -> None:
    """Open *path*; "story" is that of the train."""
    if path == "story":
        await shown.goto(day.url)
        path = str(await shown.locator("li.s-c h3 a").get_attribute("href"))
    await shown.goto(day.url + path)


@pytest.mark.parametrize(("size", "least"), [(DESKTOP, 24), (PHONE, 44)], ids=["desktop", "phone"])
async def test_each_target_is_large_enough(day: ServedPage, opened: OpenPage, size: Any, least: int) -> None:
    small = {}
    async with opened(day.url, viewport=size) as shown:
        for path in PATHS:
            await go_to(shown, day, path)
            small[path] = await shown.evaluate(SMALL, least)
    assert {path: found for path, found in small.items() if found} == {}


async def test_with_forced_colours_nothing_vanishes_and_the_focus_is_seen(day: ServedPage, opened: OpenPage) -> None:
    async with opened(day.url, forced_colors="active", color_scheme="dark", viewport=DESKTOP) as shown:
        badges = await shown.evaluate(FORCED)
        assert len(badges) == 10
        assert {(word != "", width, border) for word, width, border in badges} == {(True, 16, "solid")}
        ground = await shown.evaluate("getComputedStyle(document.body).backgroundColor")
        for shape in ("li.s-c .sev", "h1", ".live time", "li.al h3 a", "li.al .strip use", "li.al .og i", ".rail .spark"):
            ink = "e => [getComputedStyle(e).color, getComputedStyle(e).stroke, getComputedStyle(e).borderTopColor]"
            assert any(each not in {ground, "none"} for each in await shown.locator(shape).first.evaluate(ink)), shape
        chosen = "e => getComputedStyle(e).borderTopStyle"
        assert [await each.evaluate(chosen) for each in await shown.locator("[aria-current]:visible").all()] == ["solid"] * 2
        for _ in range(12):
            await shown.keyboard.press("Tab")
            assert await shown.evaluate(f"({RING})(document.activeElement)") == ["solid", 2]
        await shown.locator("li.al h3 a").first.focus()
        ring = "e => [getComputedStyle(e, '::after').outlineStyle, getComputedStyle(e, '::after').outlineWidth]"
        assert await shown.locator("li.al h3 a").first.evaluate(ring) == ["solid", "2px"]
        await shown.goto(f"{day.url}/settings")
        assert await shown.locator(".seg :has(:checked)").first.evaluate(chosen) == "solid"


async def test_who_prefers_more_contrast_gets_it(day: ServedPage, opened: OpenPage) -> None:
    async with opened(day.url, contrast="more", viewport=DESKTOP) as shown:
        colours = "e => [getComputedStyle(e).color, getComputedStyle(document.body).color]"
        for soft in (".head .soft", ".meta", ".live", ".al .t small"):
            found, ink = await shown.locator(soft).first.evaluate(colours)
            assert (soft, found) == (soft, ink)


async def test_at_400_per_cent_the_page_flows_in_one_column(day: ServedPage, opened: OpenPage) -> None:
    """A window of 1280 by 1024 pixels at 400 % is one of 320 by 256 of four dots each."""
    async with opened(day.url, viewport={"width": 320, "height": 256}, device_scale_factor=4) as shown:
        for path in PATHS:
            await go_to(shown, day, path)
            assert (path, await overflow(shown)) == (path, [])
            fixed = (
                "[...document.querySelectorAll('.top, .tabs')].reduce((sum, e) => sum + e.getBoundingClientRect().height, 0)"
            )
            assert await shown.evaluate(fixed) < 128, path
