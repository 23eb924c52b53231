"""The server of the page, over HTTP."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from monitor.bus import Partition, Record
from monitor.clock import utc
from monitor.feeds.feed_state import initial_state
from monitor.messages import DeadLetter, Mark, Report, Voice
from monitor.runtime.dead_letters import to_dead_letter
from tests.bus import read_all
from tests.integration.command import newsmonitor
from tests.make import START, alert, article_stories, entity
from tests.page import served

TOKEN = "0123456789abcdef" * 2


async def test_the_list_shows_the_alerts(tmp_path: Path) -> None:
    async with served(tmp_path, "", alert(1, title="Train <b>leaves</b>")) as page:
        status, text = await page.get("/")
        assert (status, "Train &lt;b&gt;leaves&lt;/b&gt;" in text) == (200, True)
        assert "<b>leaves" not in text


@pytest.mark.parametrize("path", ["/", "/live", "/nothing", "/static/x/style.css"])
async def test_each_answer_has_the_headers_that_keep_a_browser_safe(tmp_path: Path, path: str) -> None:
    async with served(tmp_path) as page, page.client.get(page.url + path) as response:
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
        assert (response.headers["X-Content-Type-Options"], response.headers["Referrer-Policy"]) == ("nosniff", "no-referrer")


@pytest.mark.parametrize("host", ["example.org", "127.0.0.1.example.org", "10.0.0.1:80"])
async def test_another_host_is_refused(tmp_path: Path, host: str) -> None:
    async with served(tmp_path) as page:
        status, text = await page.get("/", Host=host)
        assert (status, "add the host to `hosts` under [page]" in text) == (421, True)


async def test_a_mark_is_published_and_shown(tmp_path: Path) -> None:
    async with served(tmp_path, "", alert(1), alert(1, id="putin:s1", watch="putin")) as page:
        values = {"state": "acknowledged", "by": "ana", "watch": "kim", "next": "//example.org/"}
        async with page.client.post(
            f"{page.url}/stories/s1/mark", data=values, headers={"Sec-Fetch-Site": "same-origin"}, allow_redirects=False
        ) as response:
            assert (response.status, response.headers["Location"]) == (303, "/")
        marks = await read_all(page.bus, Mark)
        assert [(each.id, each.state, each.version, each.by) for each in marks] == [("kim:s1", "acknowledged", 1, "ana")]
        await page.post("/stories/s1/mark", {"state": "muted"})
        assert (await page.get("/?show=muted"))[1].count('class="al s-h') == 1


async def test_an_act_under_a_filter_on_watches_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    alerts = [alert(1, id=f"{watch}:s1", watch=watch) for watch in ("kim", "putin", "xi")]
    async with served(tmp_path, "", *alerts) as page:
        form = (await page.get("/?watch=putin&watch=xi"))[1].partition("<form class=acts")[2].partition("</form>")[0]
        fields = re.findall('<input type=hidden name=([a-z]+) value="([^"]*)"', form)
        assert (await page.post("/stories/s1/mark", [*fields, ("state", "muted")]))[0] == 303
        assert sorted(mark.id for mark in await read_all(page.bus, Mark)) == ["putin:s1", "xi:s1"]
        assert (await page.get("/?watch=putin"))[1].count('class="al s-h') == 0
        assert (await page.get("/"))[1].count('class="al s-h') == 1


@pytest.mark.parametrize(("path", "watch"), [("/stories/s1/mark", "putin"), ("/stories/s2/mark", "kim")])
async def test_a_mark_of_what_is_not_there_is_refused(tmp_path: Path, path: str, watch: str) -> None:
    async with served(tmp_path, "", alert(1)) as page:
        assert (await page.post(path, {"state": "muted", "watch": watch}))[0] == 404
        assert await read_all(page.bus, Mark) == []


@pytest.mark.parametrize("headers", [{"Origin": "https://example.org"}, {"Sec-Fetch-Site": "cross-site"}, {"Accept": "*/*"}])
async def test_another_site_can_change_nothing(tmp_path: Path, headers: dict[str, str]) -> None:
    async with served(tmp_path, "", alert(1)) as page:
        assert (await page.post("/stories/s1/mark", {"state": "muted"}, **headers))[0] == 403
        assert await read_all(page.bus, Mark) == []


async def test_a_change_is_told_as_it_comes_and_to_who_comes_back(tmp_path: Path) -> None:
    async with served(tmp_path, "", alert(1)) as page:
        async with page.client.get(f"{page.url}/events") as response:
            begin = (await response.content.readuntil(b"\n\n")).decode()
            assert b"event: state" in await response.content.readuntil(b"\n\n")
            await page.publish(alert(2, change="outlet"))
            told = (await response.content.readuntil(b"\n\n")).decode().split("\n")
        assert told[1:] == ["event: alert", 'data: {"ids":["kim:s1"]}', "", ""]
        position = begin.partition("id: ")[2].strip()
        async with page.client.get(f"{page.url}/events", headers={"Last-Event-ID": position}) as response:
            await response.content.readuntil(b"\n\n")
            assert (await response.content.readuntil(b"\n\n")).decode().split("\n") == told


async def test_who_comes_back_from_another_log_is_told_to_read_all_anew(tmp_path: Path) -> None:
    async with served(tmp_path) as page, page.client.get(f"{page.url}/events?last=alert.v1/0=99") as response:
        await response.content.readuntil(b"\n\n")
        assert b"event: stale" in await response.content.readuntil(b"\n\n")


async def test_a_token_is_asked_for_and_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGE_TOKEN", TOKEN)
    async with served(tmp_path, '[page]\ntoken_env = "PAGE_TOKEN"\n', alert(1)) as page:
        assert (await page.get("/", Accept="text/html"))[0] == 303
        assert (await page.get("/"))[0] == 401
        assert (await page.get("/", Authorization=f"Bearer {TOKEN}"))[0] == 200
        assert (await page.get("/", Authorization="Bearer wrong"))[0] == 401
        assert (await page.post("/login", {"token": "wrong"}))[0] == 403
        assert (await page.post("/login", {"token": TOKEN}))[0] == 303
        assert (await page.get("/"))[0] == 200
        (cookie,) = (each for each in page.client.cookie_jar if each.key == "newsmonitor_session")
        assert (cookie["httponly"], cookie["samesite"], TOKEN in cookie.value) == (True, "Strict", False)


async def test_wrong_tokens_are_soon_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGE_TOKEN", TOKEN)
    async with served(tmp_path, '[page]\ntoken_env = "PAGE_TOKEN"\n') as page:
        statuses = [(await page.post("/login", {"token": "wrong"}))[0] for _ in range(6)]
        assert statuses == [403, 403, 403, 403, 403, 429]
        assert (await page.post("/login", {"token": TOKEN}))[0] == 429


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        ('listen = "0.0.0.0:0"', "so the page needs a token"),
        ('token_env = "NO_SUCH_VARIABLE"', "the environment variable NO_SUCH_VARIABLE has no token of at least 32 characters"),
        ('token_file = "token"', "the file token has no token of at least 32 characters"),
    ],
)
async def test_a_page_that_is_not_safe_does_not_start(tmp_path: Path, page: str, problem: str) -> None:
    (tmp_path / "monitor.toml").write_text(f"[page]\n{page}\n")
    code, _, err = await newsmonitor(tmp_path, "serve")
    assert code == 1
    assert problem in err


async def test_a_new_user_is_told_what_to_do_and_what_does_not_run(tmp_path: Path) -> None:
    async with served(tmp_path) as page:
        text = (await page.get("/"))[1]
        assert ('href="/feeds#add"' in text, 'href="/editor"' in text, "No service runs" in text) == (True, True, True)
    config = '[[feeds]]\nurl = "https://example.org/a"\n[[watches]]\nid = "kim"\nany = ["Kim"]\n'
    feed = replace(initial_state("a", "https://example.org/a", 60, START), last_new=START)
    async with served(tmp_path, config, feed, alert(1), clock=lambda: START + timedelta(minutes=10)) as page:
        text = (await page.get("/?watch=none"))[1]
        assert ("First steps" in text, "1 feed, last article <time" in text, "1 without the filters" in text) == (
            False,
            True,
            True,
        )


async def test_readiness_tells_whether_the_records_are_complete(tmp_path: Path) -> None:
    async with served(tmp_path) as page:
        status, text = await page.get("/ready")
        assert (status, json.loads(text)["ready"]) == (200, True)


async def test_a_story_is_shown_with_its_articles_and_escapes_what_feeds_say(tmp_path: Path) -> None:
    told = article_stories("<i>Train</i> leaves", "It left, officials said.", story="s1", url="javascript:alert(1)")
    first = told.article
    report = Report(first.id, 1, "outlet", first.title, first.url, first.fetched, (Voice("asserted", "none", None),))
    async with served(tmp_path, "", told, alert(1, articles=(report,), title=first.title)) as page:
        status, text = await page.get("/stories/s1")
        assert (status, "&lt;i&gt;Train&lt;/i&gt; leaves" in text, "javascript:" in text) == (200, True, False)
        assert (await page.get("/stories/none"))[0] == 404


@pytest.mark.parametrize("path", ["/feeds", "/search", "/system", "/settings", "/trends"])
async def test_the_other_pages_are_shown_on_an_empty_log(tmp_path: Path, path: str) -> None:
    async with served(tmp_path) as page:
        status, text = await page.get(path)
        assert (status, text.count("<h1>")) == (200, 1)


@pytest.mark.parametrize(
    ("path", "problem"),
    [("/stories/none", "There is no such story"), ("/watches/none", "no such watch"), ("/none", "There is no such page")],
)
async def test_a_browser_is_shown_an_error_as_a_page(tmp_path: Path, path: str, problem: str) -> None:
    async with served(tmp_path) as page:
        status, text = await page.get(path, Accept="text/html,*/*")
        assert (status, "<h1>Not found</h1>" in text, problem in text, 'href="/watches"' in text) == (404, True, True, True)
        for other, accept in ((path, "*/*"), (f"{path}?part=story", "text/html"), ("/api/v1/stories/none", "text/html")):
            status, text = await page.get(other, Accept=accept)
            assert (status, "<h1>" in text) == (404, False)


@pytest.mark.parametrize("headers", [{"Host": "example.org"}, {"Origin": "https://example.org"}])
async def test_who_is_refused_by_the_guards_is_shown_nothing_of_the_page(tmp_path: Path, headers: dict[str, str]) -> None:
    async with served(tmp_path, "", alert(1)) as page:
        status, text = await page.post("/stories/s1/mark", {"state": "muted"}, Accept="text/html", **headers)
        assert (status in {403, 421}, "<" in text) == (True, False)


async def test_dead_letters_are_counted_and_retried(tmp_path: Path) -> None:
    async with served(tmp_path) as page:
        facts = DeadLetter("alerts", "article.stories.v1", "0", "0", "failed", "no reason", START)
        original = Record(Partition("article.stories.v1"), 0, 0.0, "key", b"{}", {})
        await page.bus.publish([to_dead_letter(original, facts)])
        assert "alerts: 1 message, failed" in (await page.get("/system"))[1]
        assert (await page.post("/dead/redrive", {}))[0] == 303
        assert "alerts: 1 message, failed" not in (await page.get("/system"))[1]


async def test_choices_are_kept_in_the_browser(tmp_path: Path) -> None:
    async with served(tmp_path) as page:
        await page.post("/settings", {"theme": "dark", "keys": "off"})
        text = (await page.get("/"))[1]
        assert ('data-theme="dark"' in text, 'data-keys="off"' in text) == (True, True)
        await page.post("/settings", {"theme": "<b>", "keys": "off"})
        assert 'data-theme="dark"' in (await page.get("/"))[1]


async def test_a_search_marks_the_words_and_leads_to_the_story(tmp_path: Path) -> None:
    told = article_stories("<i>Train</i> leaves", "It left. The train, officials said, was late.", story="s1", fetched=utc())
    async with served(tmp_path, "", told, alert(1)) as page:
        status, text = await page.get("/search?q=train")
        assert (status, "<mark>Train</mark>" in text, 'href="/stories/s1"' in text) == (200, True, True)
        assert "&lt;i&gt;" in text
        assert "No article from this period matches" in (await page.get("/search?q=summit"))[1]


async def test_a_wrong_search_names_the_place(tmp_path: Path) -> None:
    async with served(tmp_path) as page:
        status, text = await page.get("/search?q=kim+(&before=x")
        assert (status, "line 1, column 5" in text) == (400, True)


async def test_an_entity_has_its_stories_and_leads_to_a_watch(tmp_path: Path) -> None:
    told = article_stories("Kim leaves", story="s1", fetched=utc(), entities=(entity("Kim", ident="person:kim"),))
    async with served(tmp_path, "", told, alert(1)) as page:
        assert 'href="/trends/person%3Akim"' in (await page.get("/trends"))[1]
        status, text = await page.get("/trends/person%3Akim")
        assert (status, 'href="/stories/s1"' in text) == (200, True)
        assert "/editor?query=person%3A%22Kim%22" in text
        assert (await page.get("/trends/nobody"))[0] == 404


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("AC/DC", 'org:"AC/DC"'),
        ('Dwayne "The Rock" Inc', 'org:"Dwayne The Rock Inc"'),
        ("Yahoo? #1 & 100%", 'org:"Yahoo? #1 & 100%"'),
    ],
)
async def test_an_entity_of_any_name_has_its_page_and_a_watch(tmp_path: Path, name: str, query: str) -> None:
    told = article_stories(f"{name} plays", story="s1", fetched=utc(), entities=(entity(name, "org"),))
    async with served(tmp_path, "", told, alert(1)) as page:
        link = (await page.get("/trends"))[1].partition('href="/trends/')[2].partition('"')[0]
        status, text = await page.get(f"/trends/{link}")
        watch = unescape(text.partition('href="/editor?')[2].partition('"')[0])
        assert (status, parse_qs(watch)) == (200, {"query": [query]})


async def test_a_search_looks_back_as_far_as_there_are_dates(tmp_path: Path) -> None:
    async with served(tmp_path, "", article_stories("Train"), clock=lambda: START) as page:
        for days in ("0", "36600", "999999", "9999999999"):
            assert (await page.get(f"/search?q=train&days={days}"))[0] == 200
