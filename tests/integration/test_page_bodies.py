"""Each form and document of the page, with bodies of any type: what cannot be read is refused, and changes nothing."""

from pathlib import Path

from monitor.config.load import read
from monitor.messages import Mark
from tests.bus import read_all
from tests.make import alert
from tests.page import ServedPage, served

CONFIG = '[[watches]]\nid = "kim"\nany = ["Kim"]\n'
PART = b'--x\r\nContent-Disposition: form-data; name="state"\r\n\r\nmute\r\n--x--\r\n'
BODIES: tuple[tuple[str, bytes], ...] = (
    ("", b""),
    ("", b"state=mute"),
    ("text/plain", b"state=mute"),
    ("text/plain; charset=utf-16", b"\xff\xfe\x00"),
    ("application/json", b""),
    ("application/json", b"[]"),
    ("application/json", b'"\\ud800"'),
    ("application/json", b"[" * 100_000),
    ("application/json; charset=nothing", b"{]"),
    ("application/octet-stream", bytes(range(256))),
    ("application/x-www-form-urlencoded", b"%ff%00=%zz&&=&"),
    ("application/x-www-form-urlencoded", b"&".join([b"a=b"] * 20_000)),
    ("application/x-www-form-urlencoded; charset=idna", b"state=\xc3\xa4"),
    ("application/x-www-form-urlencoded; charset=zlib_codec", b"state=mute"),
    ("application/x-www-form-urlencoded; charset=utf-16", b"state=mute"),
    ("multipart/form-data", PART),
    ("multipart/form-data; boundary", PART),
    ("multipart/form-data; boundary=", PART),
    ('multipart/form-data; boundary=""', PART),
    (f"multipart/form-data; boundary={'x' * 71}", PART),
    (f"multipart/form-data; boundary={'x' * 5000}", PART),
    ("multipart/form-data; boundary=y", PART),
    ("multipart/form-data; boundary=x; boundary=y", PART),
    ("multipart/form-data; boundary=\xe4", PART),
    ("multipart/form-data; boundary=x", b""),
    ("multipart/form-data; boundary=x", b"--x"),
    ("multipart/form-data; boundary=x", b"--x\r\n"),
    ("multipart/form-data; boundary=x", b"--x--\r\n"),
    ("multipart/form-data; boundary=x", PART[:-4]),
    ("multipart/form-data; boundary=x", PART.replace(b"form-data", b"attachment")),
    ("multipart/form-data; boundary=x", PART.replace(b"; name", b"; filename")),
    ("multipart/form-data; boundary=x", PART.replace(b'"state"', b'"state')),
    ("multipart/form-data; boundary=x", PART.replace(b"\r\n\r\n", b"\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n")),
    ("multipart/form-data; boundary=x", PART.replace(b"\r\n\r\n", b"\r\nContent-Type: multipart/mixed\r\n\r\n")),
    ("multipart/form-data; boundary=x", PART.replace(b"\r\n\r\n", b"\r\nContent-Length: 99\r\n\r\n")),
    ("multipart/form-data; boundary=x", PART.replace(b"\r\n\r\n", b"\r\nContent-Length: x\r\n\r\n")),
    ("multipart/form-data; boundary=x", PART.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n")),
    ("multipart/form-data; boundary=x", PART.replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n")),
    ("multipart/form-data; boundary=x", PART.replace(b"\r\n\r\n", b"\r\nContent-Type: text/plain; charset=no\r\n\r\n")),
    ("multipart/form-data; boundary=x", PART.replace(b"\r\n\r\n", b"\r\n" + b"X: y\r\n" * 5000 + b"\r\n")),
    ("multipart/form-data; boundary=x", PART.replace(b'"state"', b'"file"; filename="\xff\xfe"')),
    ("multipart/mixed; boundary=x", PART),
    ("multipart/form-data, text/plain; boundary=x", PART),
    ("nothing", b"state=mute"),
    ("/", b"state=mute"),
    ("; charset=", b"state=mute"),
)


def post_paths(page: ServedPage) -> list[str]:
    """The paths of all POST routes that read a body, with the names of things that are there."""
    names = {"{key}": "s1", "{id}": "kim"}
    found = (route.resource.canonical for route in page.app.router.routes() if route.method == "POST" and route.resource)
    return sorted({"/".join(names.get(part, part) for part in path.split("/")) for path in found} - {"/dead/redrive"})


async def status_of(page: ServedPage, path: str, content_type: str, body: bytes) -> int:
    """The status of a POST of *body* from the page itself."""
    headers = {"Sec-Fetch-Site": "same-origin"} | ({"Content-Type": content_type} if content_type else {})
    skipped = () if content_type else ("Content-Type",)
    async with page.client.post(
        page.url + path, data=body, headers=headers, skip_auto_headers=skipped, allow_redirects=False
    ) as response:
        await response.read()
        return response.status


async def test_no_body_is_an_error_of_the_server_or_changes_anything(tmp_path: Path) -> None:
    async with served(tmp_path, CONFIG, alert(1)) as page:
        paths = post_paths(page)
        assert {"/login", "/stories/s1/mark", "/watches/kim", "/feeds/import", "/api/v1/marks"} <= set(paths)
        for content_type, body in BODIES:
            statuses = {path: await status_of(page, path, content_type, body) for path in paths}
            assert {path: status for path, status in statuses.items() if status >= 500} == {}, (content_type, body[:200])
        assert await read_all(page.bus, Mark) == []
    assert [watch.id for watch in read(tmp_path / "monitor.toml").watches] == ["kim"]
