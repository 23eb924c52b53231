"""`newsmonitor feeds`, as its users type it, against a real web server."""

import json
from pathlib import Path

import pytest

from monitor.bus import ProducerRecord
from monitor.bus.backends import connect
from monitor.feeds.urls import feed_id
from tests.fakefeed import FakeFeed, rss
from tests.integration.command import invoke, started, write_config
from tests.integration.test_full_text import MORE, TEXT, WHOLE, serve_feed
from tests.running import until

OPML = """<?xml version="1.0"?><opml version="2.0"><head/><body>
<outline text="World"><outline text="Asia"><outline type="rss" text="Harbour Post" xmlUrl="https://example.org/a.rss"/></outline></outline>
<outline type="rss" text="Fake" xmlUrl="{there}"/>
<outline type="rss" text="Same page" xmlUrl="http://example.org/a.rss"/>
<outline type="rss" text="Local" xmlUrl="file:///etc/passwd"/>
</body></opml>"""


def json_lines(out: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.splitlines()]


async def test_list_shows_the_state_of_each_feed(tmp_path: Path, fake: FakeFeed) -> None:
    write_config(tmp_path, fake)
    code, out, _ = await invoke(tmp_path, "feeds", "list", "--json")
    (row,) = json_lines(out)
    assert (code, row["state"], row["name"], row["url"]) == (0, "new", "Fake", fake.url("/a"))
    async with started(tmp_path, "run", "poller"):
        code, out = await until(lambda: listed_as(tmp_path, "failing"), 60)
        fake.responds_with_items("/a", "one")
        _, polled_well = await until(lambda: listed_as(tmp_path, "ok"), 60)
    assert (json_lines(polled_well)[0]["moved"], json_lines(polled_well)[0]["reason"]) == (None, None)
    code_ok, out_ok, err_ok = await invoke(tmp_path, "feeds", "list")
    assert (code_ok, out_ok.startswith("ok       Fake\n"), err_ok) == (0, True, "")
    (row,) = json_lines(out)
    assert (code, row["state"]) == (1, "failing")
    assert "HTTP 404" in str(row["error"])
    assert int(str(row["failures"])) >= 1
    assert "seen" not in row


async def listed_as(folder: Path, state: str) -> tuple[int, str] | None:
    code, out, _ = await invoke(folder, "feeds", "list", "--json")
    return (code, out) if f'"state":"{state}"' in out else None


TIMES = "every 480 s, last success 2026-03-10 04:12:31, last new article never"
KEPT: dict[str, object] = {
    "url": "https://example.org/x",
    "etag": None,
    "modified": None,
    "body": None,
    "seen": [],
    "at": "2026-03-10T04:15:00Z",
}
POLLED = {
    "title": "Pier News",
    "error": None,
    "failures": 0,
    "interval": 480.0,
    "last_ok": "2026-03-10T04:12:31Z",
    "last_new": None,
}


@pytest.mark.parametrize(
    ("changes", "code", "shown"),
    [
        (
            {"state": "ok"},
            0,
            "ok       Fake\n    URL\n    TIMES\n",
        ),
        (
            {"state": "failing", "failures": 2, "error": "HTTP 404", "reason": "http_404"},
            1,
            "failing  Fake\n    URL\n    TIMES\n    2 failures in a row, http_404: HTTP 404\n",
        ),
        (
            {"state": "failing", "failures": 2, "error": "HTTP 404"},
            1,
            "failing  Fake\n    URL\n    TIMES\n    2 failures in a row: HTTP 404\n",
        ),
        (
            {"state": "ok", "moved": {"url": "https://example.org/y", "days": 2, "on": "2026-03-10T04:12:31Z"}},
            0,
            "ok       Fake\n    URL\n    TIMES\n    redirects permanently to https://example.org/y, seen on 2 days\n",
        ),
        ({"state": "new", "last_ok": None}, 0, "new      Fake\n    URL\n"),
    ],
)
async def test_list_shows_a_line_for_each_state(
    tmp_path: Path, fake: FakeFeed, changes: dict[str, object], code: int, shown: str
) -> None:
    write_config(tmp_path, fake)
    url = fake.url("/a")
    state = {**KEPT, **POLLED, "id": feed_id(url), **changes}
    async with connect(f"sqlite:{tmp_path / 'news.db'}") as bus:
        await bus.publish([ProducerRecord("feed.v1", feed_id(url), json.dumps(state).encode())])
    assert await invoke(tmp_path, "feeds", "list") == (code, shown.replace("URL", url).replace("TIMES", TIMES), "")
    listed, out, _ = await invoke(tmp_path, "feeds", "list", "--json")
    assert listed == code
    expected = {name: value for name, value in (POLLED | changes).items() if name != "title"}
    (row,) = json_lines(out)
    assert expected.items() <= row.items()
    assert (row["title"], row["moved"]) == ("Pier News", changes.get("moved"))
    assert not KEPT.keys() - {"url"} & row.keys()


async def test_list_continues_after_a_record_that_cannot_be_read(tmp_path: Path, fake: FakeFeed) -> None:
    write_config(tmp_path, fake)
    async with connect(f"sqlite:{tmp_path / 'news.db'}") as bus:
        await bus.publish([ProducerRecord("feed.v1", "x", b"{}")])
    code, out, err = await invoke(tmp_path, "feeds", "list")
    assert (code, out, "feed.v1/0/0 skipped: " in err) == (0, f"new      Fake\n    {fake.url('/a')}\n", True)


async def test_a_feed_is_previewed_from_a_url_and_from_a_file(tmp_path: Path, fake: FakeFeed) -> None:
    write_config(tmp_path, fake)
    fake.responds_with_items("/a", "one", "two\x1b[31m")
    code, out, _ = await invoke(tmp_path, "feeds", "test", fake.url("/a"), "--json")
    assert (code, [article["title"] for article in json_lines(out)], json_lines(out)[0]["outlet"]) == (
        0,
        ["two[31m", "one"],
        "Fake",
    )
    (tmp_path / "saved.xml").write_bytes(rss("one", "two"))
    code, out, _ = await invoke(tmp_path, "feeds", "test", "saved.xml")
    assert (code, "Fake: 2 articles" in out, "date_missing" in out, "raises no alert" in out) == (0, True, True, True)
    assert not (tmp_path / "news.db").exists()


async def test_a_feed_that_cannot_be_read_is_reported_with_the_remedy(tmp_path: Path, fake: FakeFeed) -> None:
    write_config(tmp_path, fake)
    fake.responds("/page", "<!doctype html><html><body>Log in</body></html>")
    code, _, err = await invoke(tmp_path, "feeds", "test", fake.url("/page"))
    assert (code, "a web page, not a feed" in err, "feeds discover" in err) == (1, True, True)
    code, _, err = await invoke(tmp_path, "feeds", "test", fake.url("/absent").replace("//", "//reader:s3cret@"))
    assert (code, "HTTP 404" in err, "s3cret" in err) == (1, True, False)
    code, _, err = await invoke(tmp_path, "feeds", "test", "absent.xml")
    assert (code, "no such file" in err) == (1, True)
    code, _, err = await invoke(tmp_path, "-c", "none.toml", "feeds", "test", fake.url("/page"))
    assert (code, "fetch.allow_networks" in err) == (1, True)


async def test_the_preview_notes_what_was_lost_guessed_or_not_understood(tmp_path: Path) -> None:
    def saved(name: str, text: str, encoding: str = "utf-8") -> None:
        items = f"<item><title>{text}</title><pubDate>Wed, 04 Mar 2026 06:30:15 XQT</pubDate></item>" * 2
        head = "<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>Post</title>"
        (tmp_path / name).write_bytes(f"{head}{items}</channel></rss>".encode(encoding).replace(b"#", b"\xec\x9e"))

    saved("broken.xml", "부두 # 방문")
    code, out, _ = await invoke(tmp_path, "feeds", "test", "broken.xml")
    assert (code, "not valid in its encoding (utf-8), replaced by U+FFFD: 2" in out, "[characters_lost" in out) == (
        0,
        True,
        True,
    )
    reason = "the time zone XQT is not known, or has several meanings"
    assert f'dates that are not used, such as "Wed, 04 Mar 2026 06:30:15 XQT" ({reason}): 2' in out
    saved("wrong.xml", "Премьер прибыл на верфь", "cp1251")
    code, out, err = await invoke(tmp_path, "feeds", "test", "wrong.xml", "--json")
    assert (code, json_lines(out)[0]["title"]) == (0, "Премьер прибыл на верфь")
    assert "not in the encoding that it declares (utf-8); read as cp1251, which is a guess" in err
    (tmp_path / "faulty.json").write_text(
        '{"version": "https://jsonfeed.org/version/1.1", "items": [null, {"id": "1", "title": "Ship", "_x": NaN}]}'
    )
    code, out, _ = await invoke(tmp_path, "feeds", "test", "faulty.json")
    assert (code, "ill-formed JSON" in out, "cannot be read: 1" in out, "Ship" in out) == (0, True, True, True)


async def test_the_preview_notes_which_items_do_not_become_articles(tmp_path: Path) -> None:
    def saved(name: str, items: str, end: str = "</channel></rss>") -> None:
        (tmp_path / name).write_text(f"<rss version='2.0'><channel><title>Post</title>{items}{end}")

    one = "<item><guid>1</guid><title>One</title></item>"
    saved("twice.xml", f"{one}{one}<item><guid>2</guid></item>")
    code, out, err = await invoke(tmp_path, "feeds", "test", "twice.xml", "--json")
    assert (code, len(json_lines(out))) == (0, 1)
    assert "left out because they have neither title nor text: 1" in err
    assert "left out because another has the same id, link or content: 1" in err
    saved("empty.xml", "")
    code, out, _ = await invoke(tmp_path, "feeds", "test", "empty.xml")
    assert (code, "0 articles" in out, "note: the feed has no readable items" in out) == (0, True, True)
    saved("long.xml", "".join(f"<item><title>{number}</title></item>" for number in range(2001)), "")
    code, out, _ = await invoke(tmp_path, "feeds", "test", "long.xml")
    assert (code, "breaks off" in out, "older ones left out: 1; look for a feed" in out) == (0, True, True)
    point = "<item><gml:pos xmlns:gml='http://www.opengis.net/gml'>1 2</gml:pos></item>"
    saved("faulty.xml", f"{one}{point}")
    code, out, _ = await invoke(tmp_path, "feeds", "test", "faulty.xml")
    assert (code, "left out because they cannot be read: 1" in out, "One" in out) == (0, True, True)


async def test_the_preview_can_read_full_texts(tmp_path: Path, fake: FakeFeed) -> None:
    write_config(tmp_path, fake)
    fake.responds("/story", WHOLE, Content_Type="text/html")
    serve_feed(fake, "/story")
    code, out, _ = await invoke(tmp_path, "feeds", "test", "--full-text", fake.url("/feed"), "--json")
    assert (code, json_lines(out)[0]["text"]) == (0, TEXT)
    code, out, _ = await invoke(tmp_path, "feeds", "test", fake.url("/feed"))
    assert (code, MORE[0] in out) == (0, False)


async def test_the_declared_feeds_of_a_site_are_discovered(tmp_path: Path, fake: FakeFeed) -> None:
    write_config(tmp_path, fake)
    declared = "<link rel=alternate type='application/rss+xml' href='/{}.rss'>"
    head = declared.format("world") + declared.format("broken")
    fake.responds("/", f"<html><head>{head}</head><body><a href='/rss/x'>x</a></body></html>")
    fake.responds_with_items("/world.rss", "one", "two")
    fake.responds_with_items("/rss/x", "three")
    code, out, _ = await invoke(tmp_path, "feeds", "discover", fake.url("/"), "--json")
    found = {"url": fake.url("/world.rss"), "title": "Fake", "items": 2, "how": "named"}
    assert (code, json_lines(out)) == (0, [{"type": "discovered_feed.v1", **found}])
    code, out, _ = await invoke(tmp_path, "feeds", "discover", fake.url("/world.rss"))
    assert (code, f"{fake.url('/world.rss')}\n    Fake, 2 items (itself)\n" in out) == (0, True)


@pytest.mark.parametrize(("page", "path"), [("<a href='/rss/x'>RSS</a>", "/rss/x"), ("<p>Nothing here</p>", "/feed.xml")])
async def test_feeds_that_are_linked_or_at_a_common_address_are_discovered(
    tmp_path: Path, fake: FakeFeed, page: str, path: str
) -> None:
    write_config(tmp_path, fake)
    fake.responds("/news/", f"<html><body>{page}</body></html>")
    fake.responds_with_items(path, "one")
    code, out, _ = await invoke(tmp_path, "feeds", "discover", fake.url("/news/"))
    assert (code, out.splitlines()[0]) == (0, fake.url(path))


async def test_a_site_without_feeds_is_reported(tmp_path: Path, fake: FakeFeed) -> None:
    write_config(tmp_path, fake)
    fake.responds("/", "<html><body>Nothing</body></html>")
    code, _, err = await invoke(tmp_path, "feeds", "discover", fake.url("/"))
    assert (code, "no feed found" in err) == (1, True)
    code, _, err = await invoke(tmp_path, "feeds", "discover", fake.url("/absent"))
    assert (code, "HTTP 404" in err) == (1, True)
    code, _, err = await invoke(tmp_path, "-c", "none.toml", "feeds", "discover", fake.url("/"))
    assert (code, "fetch.allow_networks" in err) == (1, True)


async def test_opml_is_imported_with_titles_and_folders_and_exported(tmp_path: Path, fake: FakeFeed) -> None:
    write_config(tmp_path, fake)
    path = tmp_path / "monitor.toml"
    path.write_text(f"# ours\n{path.read_text()}  # the last\n")
    before = path.read_text()
    (tmp_path / "mine.opml").write_text(OPML.format(there=fake.url("/a")))
    code, out, err = await invoke(tmp_path, "feeds", "import", "mine.opml", "--dry-run")
    assert (code, "would add https://example.org/a.rss  (World / Asia / Harbour Post)" in out) == (1, True)
    assert "only http and https are supported" in err
    assert path.read_text() == before
    code, _, err = await invoke(tmp_path, "feeds", "import", "mine.opml")
    assert (code, "1 added, 2 already present, 1 invalid" in err) == (1, True)
    text = path.read_text()
    assert "# ours" in text
    assert "# the last" in text
    code, out, _ = await invoke(tmp_path, "feeds", "list", "--json")
    row = json_lines(out)[1]
    assert (row["url"], row["title"], row["folder"]) == ("https://example.org/a.rss", "Harbour Post", ["World", "Asia"])
    code, out, _ = await invoke(tmp_path, "feeds", "export")
    (tmp_path / "theirs.opml").write_text(out)
    (tmp_path / "other.toml").write_text("")
    code, _, err = await invoke(tmp_path, "-c", "other.toml", "feeds", "import", "theirs.opml")
    assert (code, "2 added, 0 already present, 0 invalid" in err) == (0, True)
    code, out, _ = await invoke(tmp_path, "-c", "other.toml", "feeds", "list", "--json")
    assert [(row["title"], row["folder"]) for row in json_lines(out)] == [("Fake", []), ("Harbour Post", ["World", "Asia"])]


async def test_a_file_that_is_not_opml_is_reported(tmp_path: Path, fake: FakeFeed) -> None:
    write_config(tmp_path, fake)
    (tmp_path / "page.opml").write_text("<html><body>Log in</body></html>")
    code, _, err = await invoke(tmp_path, "feeds", "import", "page.opml")
    assert (code, "page.opml: not OPML" in err) == (1, True)
    assert (await invoke(tmp_path, "feeds", "import", "absent.opml"))[0] == 2


async def test_feeds_are_added_and_removed_and_comments_kept(tmp_path: Path, fake: FakeFeed) -> None:
    write_config(tmp_path, fake)
    text = (tmp_path / "monitor.toml").read_text()
    url = "https://reader:s3cret@example.org/world.rss"
    code, out, _ = await invoke(tmp_path, "feeds", "add", url, "--name", "Post", "--folder", "World", "--full-text")
    assert (code, out) == (0, "feed https://example.org/world.rss added\n")
    added = f'[[feeds]]\nurl = "{url}"\nname = "Post"\nfolder = ["World"]\nfull_text = true\n'
    assert added in (tmp_path / "monitor.toml").read_text()
    code, _, err = await invoke(tmp_path, "feeds", "add", "http://example.org/world.rss")
    assert (code, "already in the config" in err) == (1, True)
    code, _, err = await invoke(tmp_path, "feeds", "add", "example.org/news.rss")
    assert (code, "write 'https://example.org/news.rss': nothing was added" in err) == (1, True)
    code, _, err = await invoke(tmp_path, "feeds", "add", "ftp://example.org/")
    assert (code, "only http and https" in err) == (1, True)
    code, out, err = await invoke(tmp_path, "feeds", "export")
    assert ("s3cret" in out, "left out" in err) == (False, True)
    assert (await invoke(tmp_path, "feeds", "remove", "Post"))[0] == 0
    assert (tmp_path / "monitor.toml").read_text().split() == text.split()
    code, _, err = await invoke(tmp_path, "feeds", "remove", "Post")
    assert (code, "feeds list" in err) == (1, True)
