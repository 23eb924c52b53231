"""Requests that are made to do harm."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.bus import ProducerRecord
from monitor.messages import Story
from monitor.messages.codec import encode
from page.limits import Limits
from page.routes.marks import back_to
from page.security.token import COOKIE, session_of
from tests.make import START, alert, article_stories
from tests.page import ServedPage, served
from tests.running import until

TOKEN = "0123456789abcdef" * 2


async def send(page: ServedPage, data: bytes) -> bytes:
    """Send *data* over a connection of its own. Return all that comes until the page closes it."""
    address = urlsplit(page.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        writer.write(data.replace(b"HOST", address.netloc.encode()))
        async with asyncio.timeout(20):
            return await reader.read()
    finally:
        writer.close()


FOREIGN = (
    "//example.org",
    "/\\example.org",
    "/\t/example.org",
    "/\n/example.org",
    "https://example.org",
    "",
    "x",
    "/\r\nSet-Cookie: a=b",
)


@pytest.mark.parametrize("url", FOREIGN)
def test_a_form_leads_to_no_other_site(url: str) -> None:
    assert back_to(url) == "/"


async def test_what_leads_back_is_no_header(tmp_path: Path) -> None:
    async with served(tmp_path, "", alert(1)) as page:
        for value in ("/\r\nSet-Cookie: a=b", "/%0d%0aSet-Cookie: a=b", "/?q=é\u2028"):
            data = {"state": "acknowledged", "next": value}
            headers = {"Sec-Fetch-Site": "same-origin"}
            async with page.client.post(
                f"{page.url}/stories/s1/mark", data=data, headers=headers, allow_redirects=False
            ) as response:
                assert (response.status, "Set-Cookie" in response.headers) == (303, False)
                assert response.headers["Location"].startswith("/")


@pytest.mark.parametrize(
    "path",
    [
        "/static/../page/site.py", "/static/HASH/../../site.py", "/static/HASH/%2e%2e%2fsite.py", "/static/HASH/..%5csite.py",
        "/static//etc/passwd", "/static/HASH/style.css%00.js",
    ],
)  # fmt: skip
async def test_static_files_are_those_of_the_page_alone(tmp_path: Path, path: str) -> None:
    async with served(tmp_path) as page:
        known = (await page.get("/"))[1].partition("/static/")[2].partition("/")[0]
        answer = await send(
            page, f"GET {path.replace('HASH', known)} HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n".encode()
        )
        assert answer.split(b" ")[1] in {b"400", b"404"}


@pytest.mark.parametrize("path", ["/live/../settings", "/static/../settings", "/login/../", "//login", "/%6cogin/../settings"])
async def test_no_path_leads_around_the_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setenv("PAGE_TOKEN", TOKEN)
    async with served(tmp_path, '[page]\ntoken_env = "PAGE_TOKEN"\n', alert(1)) as page:
        answer = await send(page, f"GET {path} HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n".encode())
        assert answer.split(b" ")[1] in {b"401", b"404"}


@pytest.mark.parametrize("value", [session_of("a former token of the page, long"), TOKEN, "", "\u00ff"])
async def test_only_the_cookie_of_the_present_token_opens_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("PAGE_TOKEN", TOKEN)
    async with served(tmp_path, '[page]\ntoken_env = "PAGE_TOKEN"\n') as page:
        for header in (f"Cookie: {COOKIE}={value}", f"Authorization: Bearer {value}x"):
            request = f"GET /settings HTTP/1.1\r\nHost: HOST\r\n{header}\r\nConnection: close\r\n\r\n"
            assert (await send(page, request.encode("latin-1"))).split(b" ")[1] == b"401"


@pytest.mark.parametrize(
    "headers",
    [
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Content-Length: 5\r\nContent-Length: 6",
        "Transfer-Encoding: xchunked",
        "Content-Length: +5",
        "Content-Length : 5",
        "X: a\r\n\tb\r\n c\x00",
    ],
)
async def test_a_request_whose_end_is_not_certain_is_refused(tmp_path: Path, headers: str) -> None:
    """The bytes that one server takes for a body may be a second request to another."""
    async with served(tmp_path) as page:
        hidden = "GET /settings HTTP/1.1\r\nHost: HOST\r\n\r\n"
        answer = await send(page, f"POST /settings HTTP/1.1\r\nHost: HOST\r\n{headers}\r\n\r\n0\r\n\r\n{hidden}".encode())
        assert (answer.split(b" ")[1], answer.count(b"HTTP/1.")) == (b"400", 1)


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("OPTIONS", 405), ("TRACE", 403), ("PUT", 403), ("DELETE", 403)])
async def test_other_methods_change_and_tell_nothing(tmp_path: Path, method: str, status: int) -> None:
    async with served(tmp_path, "", alert(1)) as page, page.client.request(method, f"{page.url}/") as response:
        assert (response.status, response.headers["X-Content-Type-Options"]) == (status, "nosniff")


async def test_a_query_string_of_any_length_is_answered(tmp_path: Path) -> None:
    async with served(tmp_path, "", alert(1)) as page:
        assert (await page.get("/?" + "watch=a&" * 900))[0] == 200
        for path in (
            "/?q=" + "a" * 100_000,
            "/search?q=" + "(" * 7000,
            "/?before=" + "9" * 7000,
            "/search?before=" + "9" * 7000,
        ):
            assert (await page.get(path))[0] in {200, 400, 414, 431}
        assert (await page.get("/"))[0] == 200


@settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=20), min_size=9, max_size=9))
def test_values_of_any_text_are_answered(tmp_path: Path, values: list[str]) -> None:
    names = ("watch", "show", "q", "before", "topic", "last", "days", "period", "cursor")

    async def ask() -> list[int]:
        async with served(tmp_path, "", alert(1)) as page:
            found = []
            for path in ("/", "/search", "/trends", "/trends/x", "/stories/s1", "/api/v1/alerts", "/api/v1/articles"):
                async with page.client.get(page.url + path, params=dict(zip(names, values, strict=True))) as response:
                    found.append(response.status)
            return found

    assert set(asyncio.run(ask())) <= {200, 400, 404}


async def test_a_cursor_of_another_list_leads_to_an_empty_or_later_page(tmp_path: Path) -> None:
    """Times of whole seconds and of parts of one are in order, and what has the same time is told once."""
    at = [START + timedelta(seconds=number, microseconds=0 if number % 2 else 500_000) for number in range(6)]
    messages = [alert(1, id=f"kim:s{number}", story=f"s{number}", updated=each) for number, each in enumerate(at)]
    async with served(tmp_path, "", *messages) as page:
        found, cursor = [], ""
        while True:
            async with page.client.get(f"{page.url}/api/v1/alerts?limit=2{cursor}") as response:
                data = await response.json()
            found += [each["id"] for each in data["items"]]
            if data["next"] is None:
                break
            cursor = f"&cursor={data['next']}"
        assert found == [f"kim:s{number}" for number in reversed(range(6))]
        for other in (
            f"/api/v1/alerts?watch=none{cursor}",
            f"/api/v1/stories?limit=2{cursor}",
            f"/api/v1/marks?limit=2{cursor}",
        ):
            assert (await page.get(other))[0] == 200


async def test_a_connection_without_a_request_is_closed(tmp_path: Path) -> None:
    async with served(tmp_path, limits=Limits(first_request=0.1)) as page:
        assert await send(page, b"GET / HTTP/1.1\r\nHost: HOST\r\nX-Slow: ") == b""
        assert (await page.get("/"))[0] == 200


async def test_a_body_that_does_not_come_is_given_up(tmp_path: Path) -> None:
    async with served(tmp_path, limits=Limits(body=0.1)) as page:
        head = b"POST /settings HTTP/1.1\r\nHost: HOST\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\n"
        body = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\ntheme=da"
        assert (await send(page, head + body)).split(b" ")[1] == b"408"


async def test_a_long_story_shows_its_latest_articles_and_says_so(tmp_path: Path) -> None:
    story = Story("s1", "T", START, START, 2000, ("a",), 1, ("o",), {}, {"t": 1.0}, (), None)
    articles = [article_stories(f"Part {number}", "word " * 10, minutes=number / 100) for number in range(320)]
    large = [article_stories(f"Large {number}", "long word " * 19_000, story="s2") for number in range(8)]
    async with served(tmp_path, "", *articles, *large, story, alert(1), alert(1, id="kim:s2")) as page:
        status, text = await page.get("/stories/s1")
        told = text.partition("Only ")[2].partition(" are")[0]
        assert (status, told) == (200, "the latest 300 of 2000 articles")
        assert len(page.index.of_story("article", "s2", 300, max_bytes=1_000_000)) == 6
        assert (await page.get("/stories/s2"))[0] == 200


async def test_a_record_of_a_newer_version_is_read_as_far_as_it_is_known(tmp_path: Path) -> None:
    made = encode(alert(1))
    newer = made.value.replace(b'"change":"new"', b'"change":"eclipse","planet":"moon"')
    other = encode(alert(1, id="kim:s2", title="Another")).value
    async with served(tmp_path) as page:
        await page.bus.publish(
            [replace(made, value=newer), ProducerRecord("alert.v1", "x", b"{"), replace(made, key="kim:s2", value=other)]
        )
        await until(lambda: "kim:s2" in page.follower.records.alerts)
        assert (await page.get("/"))[0] == 200
        assert (await page.get("/ready"))[0] == 200
