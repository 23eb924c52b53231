"""Every route behind its guards: the origin of a change, the token, and the host."""

import re
from pathlib import Path

import pytest
from aiohttp import web

from tests.integration.test_page_attacks import TOKEN, send
from tests.make import alert
from tests.page import served


def paths_of(app: web.Application, *methods: str) -> list[tuple[str, str]]:
    """The method and a path of each route of *app* that has one of *methods*."""
    routes = [(route.method, route.resource.canonical) for route in app.router.routes() if route.resource]
    return [(method, re.sub("{[^}]*}", "x", path)) for method, path in routes if method in methods]


@pytest.mark.parametrize("origin", ["https://example.org", "null", "http://localhost.example.org", "http://127.0.0.1", None])
async def test_no_route_that_changes_anything_takes_a_request_of_another_site(tmp_path: Path, origin: str | None) -> None:
    async with served(tmp_path, "", alert(1)) as page:
        routes = paths_of(page.app, "POST", "PUT", "PATCH", "DELETE")
        for method, path in routes:
            for headers in ({"Origin": origin} if origin else {}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"}):
                async with page.client.request(method, page.url + path, headers=headers) as response:
                    assert (path, response.status) == (path, 403)
        assert len(routes) > 10


async def test_no_route_but_the_form_and_the_probes_is_open_without_the_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGE_TOKEN", TOKEN)
    async with served(tmp_path, '[page]\ntoken_env = "PAGE_TOKEN"\n', alert(1)) as page:
        opened = set()
        for method, path in paths_of(page.app, "GET", "POST"):
            headers = {"Sec-Fetch-Site": "same-origin"} if method == "POST" else {}
            async with page.client.request(method, page.url + path, headers=headers, allow_redirects=False) as response:
                if response.status != 401:
                    opened.add(path)
        assert opened == {"/login", "/live", "/ready", "/static/x/x"}


LIKE_THIS_MACHINE = (
    *("localhost.", "a.localhost", "127.1", "0x7f.0.0.1", "2130706433", "0", "[::ffff:127.0.0.1]", "localhost:80:80", ""),
    *("localhost@example.org", "localhost, example.org", "example.org#localhost", "example.org\r\nHost: localhost"),
)


@pytest.mark.parametrize("head", ["0", *(f"1\r\nHost: {host}" for host in LIKE_THIS_MACHINE)])
async def test_a_host_that_only_looks_like_this_machine_is_refused(tmp_path: Path, head: str) -> None:
    """A name that another site has can be made to lead here, and an address that few programs know may be one of them."""
    async with served(tmp_path, "", alert(1)) as page:
        answer = await send(page, f"GET / HTTP/1.{head}\r\nConnection: close\r\n\r\n".encode())
        assert answer.split(b" ")[1] in {b"400", b"421"}
        assert b"A train" not in answer
