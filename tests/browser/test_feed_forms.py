"""The forms of the page of feeds, against a real server of feeds, with and without the script."""

from pathlib import Path
from typing import Any

import pytest

from monitor.config.load import read
from monitor.feeds.finding import opml
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.test_accessibility import overflow
from tests.fakefeed import serving
from tests.page import ServedPage, served
from tests.running import until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LOCAL = '[fetch]\nallow_networks = ["127.0.0.0/8"]\n'
LINKS = "".join(f'<link rel="alternate" type="application/rss+xml" title="The {name}" href="/{name}.rss">' for name in "ab")


@pytest.mark.parametrize("settings", [{}, {"java_script_enabled": False}], ids=["script", "no script"])
async def test_a_feed_of_a_site_is_found_tried_and_added(tmp_path: Path, opened: OpenPage, settings: dict[str, Any]) -> None:
    async with (
        serving() as site,
        served(tmp_path, LOCAL) as page,
        opened(f"{page.url}/feeds", **settings) as shown,
    ):
        site.responds("/", f"<html><head>{LINKS}</head></html>", content_type="text/html")
        for name in "ab":
            site.responds_with_items(f"/{name}.rss", f"Headline of {name}")
        await shown.fill("#url", site.url("/"))
        await shown.get_by_role("button", name="Find").click()
        await shown.get_by_role("heading", level=1, name="2 feeds found", exact=True).wait_for()
        await shown.get_by_role("button", name="Show a sample").last.click()
        await shown.locator("ol h3").first.wait_for()
        assert await shown.locator("ol h3").all_inner_texts() == ["Headline of b"]
        await shown.get_by_label("Outlet").fill("The Bee")
        await shown.get_by_label("Folder").fill("World / Asia")
        await shown.get_by_role("button", name="Add this feed").click()
        assert await shown.locator("main p[role=status]").inner_text() == (
            "1 feed added to the config. It appears here within two seconds."
        )
        url = site.url("/b.rss")
        assert [(each.url, each.name, each.folder) for each in read(tmp_path / "monitor.toml").feeds] == [
            (url, "The Bee", ("World", "Asia"))
        ]


async def test_after_a_refused_form_the_summary_has_the_focus_and_leads_to_the_field(tmp_path: Path, opened: OpenPage) -> None:
    async with served(tmp_path) as page, opened(f"{page.url}/feeds", "400") as shown:
        await shown.fill("#url", "ftp://example.org/feed")
        await shown.keyboard.press("Enter")
        await shown.locator("#problem").wait_for()
        assert await shown.evaluate("document.activeElement.id") == "problem"
        assert await shown.input_value("#url") == "ftp://example.org/feed"
        await shown.locator("#problem a").click()
        assert await shown.evaluate("document.activeElement.id") == "url"


async def test_lists_of_feeds_go_in_and_out(tmp_path: Path, opened: OpenPage) -> None:
    file = tmp_path / "mine.opml"
    outlines = "".join(f'<outline text="{name}" xmlUrl="https://example.org/{name}"/>' for name in "ab")
    file.write_text(f'<opml version="2.0"><body>{outlines}</body></opml>')
    async with served(tmp_path) as page, opened(f"{page.url}/feeds") as shown:
        await shown.set_input_files("#file", file)
        await shown.get_by_role("button", name="Import").click()
        await shown.get_by_text("2 feeds added to the config").wait_for()
        await until(lambda: len(page.site.config().feeds) == 2)
        await shown.goto(f"{page.url}/feeds")
        async with shown.expect_download() as download:
            await shown.get_by_role("link", name="Download the feeds as OPML").click()
        await (await download.value).save_as(tmp_path / "theirs.opml")
    assert [each.url for each in opml.read((tmp_path / "theirs.opml").read_bytes())] == [
        "https://example.org/a",
        "https://example.org/b",
    ]


async def test_on_a_phone_each_value_of_a_table_has_its_label(day: ServedPage, opened: OpenPage) -> None:
    async with opened(f"{day.url}/feeds", viewport=PHONE) as shown:
        labels = "row => [...row.querySelectorAll('td[data-label]')].map(e => getComputedStyle(e, '::before').content)"
        assert await shown.locator("tbody tr").first.evaluate(labels) == [
            '"by hour, UTC "',
            '"last new "',
            '"next poll "',
        ]
        assert await overflow(shown) == []
