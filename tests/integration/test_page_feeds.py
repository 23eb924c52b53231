"""The forms of the page of feeds, over HTTP and against a real feed server."""

import io
import json
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from monitor.clock import utc
from monitor.config.load import read
from tests.fakefeed import FakeFeed
from tests.integration.subscribing import pushed
from tests.page import ServedPage, served
from tests.running import until

LOCAL = '[fetch]\nallow_networks = ["127.0.0.0/8"]\n# ours\n'
OPML = '<opml version="2.0"><body><outline text="Asia"><outline text="{title}" xmlUrl="{url}"/></outline></body></opml>'


async def upload(page: ServedPage, content: bytes, name: str = "feeds.opml") -> tuple[int, str]:
    """Send *content* as the form of the page does."""
    form = aiohttp.FormData()
    form.add_field("file", io.BytesIO(content), filename=name, content_type="text/x-opml")
    headers = {"Sec-Fetch-Site": "same-origin"}
    async with page.client.post(f"{page.url}/feeds/import", data=form, headers=headers, allow_redirects=False) as response:
        return response.status, await response.text()


def feeds(folder: Path) -> list[tuple[str, str | None, tuple[str, ...]]]:
    """The feeds of the config in *folder*: URL, name and folder."""
    return [(each.url, each.name, each.folder) for each in read(folder / "monitor.toml").feeds]


async def test_a_feed_is_tried_and_added_and_the_comments_stay(tmp_path: Path, fake: FakeFeed) -> None:
    fake.responds_with_items("/world.rss", "<i>Train</i> leaves", "Summit ends")
    url = fake.url("/world.rss")
    async with served(tmp_path, LOCAL) as page:
        status, text = await page.post("/feeds/discover", {"url": url})
        assert (status, "Summit ends" in text, f'name="url" value="{url}"' in text) == (200, True, True)
        assert "<i>Train" not in text
        assert feeds(tmp_path) == []
        status, _ = await page.post("/feeds", {"url": url, "name": "World", "folder": "News / World"})
        assert status == 303
        assert feeds(tmp_path) == [(url, "World", ("News", "World"))]
        assert "# ours" in (tmp_path / "monitor.toml").read_text()
        assert "1 feed added to the config" in (await page.get("/feeds?added=1"))[1]


async def test_the_feeds_of_a_site_are_offered(tmp_path: Path, fake: FakeFeed) -> None:
    for path in ("/a.rss", "/b.rss"):
        fake.responds_with_items(path, "Summit ends")
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="/{name}.rss">' for name in "ab")
    fake.responds("/", f"<html><head>{links}</head></html>", content_type="text/html")
    async with served(tmp_path, LOCAL) as page:
        status, text = await page.post("/feeds/discover", {"url": fake.url("/")})
        assert (status, "2 feeds found" in text, text.count("Show a sample</button>")) == (200, True, 2)


@pytest.mark.parametrize(
    ("config", "url", "problem"),
    [
        (LOCAL, "", "Enter the address of a feed"),
        (LOCAL, "file:///etc/passwd", "only http and https are supported"),
        (LOCAL, "{base}/absent", "HTTP 404"),
        (LOCAL, "{base}/page", "no feed found"),
        ("", "{base}/world.rss", "fetch.allow_networks"),
        (LOCAL + '[[feeds]]\nurl = "{base}/world.rss"\n', "{base}/world.rss", "is already in the config"),
    ],
)
async def test_an_address_without_a_feed_is_refused_with_the_reason(
    tmp_path: Path, fake: FakeFeed, config: str, url: str, problem: str
) -> None:
    fake.responds_with_items("/world.rss", "Summit ends")
    fake.responds("/page", "<html></html>", content_type="text/html")
    async with served(tmp_path, config.replace("{base}", fake.base)) as page:
        status, text = await page.post("/feeds/discover", {"url": url.replace("{base}", fake.base)})
        summary = text.partition('id="problem" role="alert" tabindex="-1" autofocus>')[2].partition("</div>")[0]
        assert (status, problem in summary, 'href="#url"' in summary) == (400, True, True)


async def test_a_feed_that_the_config_does_not_take_is_refused(tmp_path: Path) -> None:
    async with served(tmp_path, "[fetch]\n") as page:
        before = (tmp_path / "monitor.toml").read_bytes()
        status, text = await page.post("/feeds", {"url": "http:///nowhere"})
        assert (status, "nothing was added" in text) == (400, True)
        (tmp_path / "monitor.toml").write_text("feeds = 1\n")
        status, text = await page.post("/feeds", {"url": "https://example.org/a.rss"})
        assert (status, "nothing was added" in text, before) == (400, True, before)
        assert (tmp_path / "monitor.toml").read_text() == "feeds = 1\n"


async def test_a_list_of_feeds_is_imported_and_exported(tmp_path: Path) -> None:
    url = "https://example.org/a.rss"
    async with served(tmp_path, '[[feeds]]\nurl = "https://user:secret@example.org/b.rss"\nname = "B"\n') as page:
        assert (await upload(page, OPML.format(title="Harbour", url=url).encode()))[0] == 303
        assert feeds(tmp_path)[1:] == [(url, None, ("Asia",))]
        status, text = await page.get("/feeds.opml")
        assert (status, 'text="B"' in text, "secret" in text) == (200, True, False)
        assert (await page.get("/feeds"))[0] == 200


@pytest.mark.parametrize(
    ("content", "status", "problem"),
    [
        (b"<html></html>", 400, "not OPML"),
        (b"", 400, "not OPML"),
        (b"x" * (1024 * 1024 + 1), 413, "larger than 1 MiB"),
        (OPML.format(title="<b>", url="file:///etc/passwd").encode(), 400, "1 refused"),
    ],
    ids=["a page", "empty", "too large", "a local file"],
)
async def test_a_list_that_adds_nothing_is_refused_with_the_reason(
    tmp_path: Path, content: bytes, status: int, problem: str
) -> None:
    async with served(tmp_path) as page:
        answer = await upload(page, content)
        assert (answer[0], problem in answer[1], 'href="#file"' in answer[1]) == (status, True, True)
        assert feeds(tmp_path) == []


async def test_a_form_without_a_file_is_refused(tmp_path: Path) -> None:
    async with served(tmp_path) as page:
        status, text = await page.post("/feeds/import", {"file": "no file"})
        assert (status, "Choose an OPML file" in text) == (400, True)


async def test_the_page_and_its_api_tell_which_hub_pushes_a_feed_until_when(tmp_path: Path) -> None:
    now = utc()
    known = pushed("example.org/a.rss", now)
    text = f"pushed by https://hub.example.org/ until {known.until:%Y-%m-%d %H:%M} UTC, last at {now:%Y-%m-%d %H:%M}"
    async with served(tmp_path, '[[feeds]]\nurl = "https://example.org/a.rss"\n') as page:
        assert "hub.example.org" not in (await page.get("/feeds"))[1]
        await page.publish(known)
        await until(lambda: page.follower.records.websubs)
        assert f"<small>{text}</small>" in (await page.get("/feeds"))[1]
        (row,) = json.loads((await page.get("/api/v1/feeds"))[1])["items"]
        assert row["push"] == text
        await page.publish(replace(known, until=None, state="denied", error="<b>the hub denied it</b>"))
        await until(lambda: page.follower.records.websubs[known.id].state == "denied")
        assert "not pushed by https://hub.example.org/: &lt;b&gt;the hub denied it" in (await page.get("/feeds"))[1]
