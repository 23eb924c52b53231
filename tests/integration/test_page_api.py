"""The API of the page, over HTTP."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.clock import utc
from monitor.messages import Story
from page.api.paging import pack_cursor
from page.api.routes import ENDPOINTS
from tests.make import START, alert, article_stories, entity
from tests.page import ServedPage, served
from tests.running import until

TOKEN = "0123456789abcdef" * 2


async def ask(page: ServedPage, path: str, **headers: str) -> tuple[int, dict[str, object]]:
    """The status and the data of a GET below /api/v1."""
    status, text = await page.get(f"/api/v1{path}", **headers)
    return status, json.loads(text) if text else {}


async def tell(page: ServedPage, path: str, body: object, **headers: str) -> tuple[int, dict[str, object]]:
    """The status and the data of a POST below /api/v1, as the page itself sends it."""
    sent = headers or {"Sec-Fetch-Site": "same-origin"}
    async with page.client.post(f"{page.url}/api/v1{path}", json=body, headers=sent) as response:
        return response.status, await response.json(content_type=None)


def ids(data: dict[str, object]) -> list[str]:
    """The ids of the items."""
    items = data["items"]
    assert isinstance(items, list)
    return [item["id"] for item in items]


async def test_alerts_come_in_pages_the_newest_first(tmp_path: Path) -> None:
    alerts = [alert(number, id=f"kim:s{number}", story=f"s{number}") for number in range(1, 6)]
    async with served(tmp_path, "", *alerts) as page:
        found, cursor = [], ""
        for _ in range(3):
            status, data = await ask(page, f"/alerts?limit=2{f'&cursor={cursor}' if cursor else ''}")
            found += ids(data)
            cursor = str(data["next"])
        assert (status, found, data["next"]) == (200, [f"kim:s{number}" for number in (5, 4, 3, 2, 1)], None)


async def test_alerts_are_filtered_as_on_the_page(tmp_path: Path) -> None:
    alerts = [
        alert(1, severity="high"),
        alert(1, id="putin:s1", watch="putin", severity="low"),
        alert(1, id="x:s2", story="s2"),
    ]
    async with served(tmp_path, "", *alerts) as page:
        assert ids((await ask(page, "/alerts?watch=putin&watch=none"))[1]) == ["putin:s1"]
        assert ids((await ask(page, "/alerts?severity=low"))[1]) == ["putin:s1"]
        status, made = await tell(page, "/marks", {"alert": "x:s2", "state": "muted", "by": "ana"})
        assert (status, made["version"]) == (200, 1)
        assert ids((await ask(page, "/alerts?show=muted"))[1]) == ["x:s2"]
        assert ids((await ask(page, "/marks"))[1]) == ["x:s2"]


async def test_the_versions_of_an_alert_and_the_articles_of_a_story_are_listed(tmp_path: Path) -> None:
    told = article_stories("Kim’s train", id="a", story="s1", fetched=utc())
    async with served(tmp_path, "", alert(1), alert(2, change="outlet"), told) as page:
        data = (await ask(page, "/alerts/kim:s1/versions"))[1]
        assert isinstance(data["items"], list)
        assert [item["version"] for item in data["items"]] == [1, 2]
        (found,) = json.loads((await page.get("/api/v1/articles?q=train"))[1])["items"]
        assert (await ask(page, "/articles/a"))[1] == found
        assert (await ask(page, "/articles/b"))[0] == 404


async def test_the_articles_of_a_story_come_in_pages_the_earliest_first(tmp_path: Path) -> None:
    at = utc()
    told = [article_stories(f"Kim’s train {n}", id=f"a{n}", story="s1", fetched=at) for n in range(5)]
    state = Story("s1", "Kim’s train", at, at, 5, ("a0",), 1, ("o",), {}, {"t": 1.0}, (), None)
    async with served(tmp_path, "", state, *told) as page:
        found, cursor = [], ""
        for _ in range(3):
            status, data = await ask(page, f"/stories/s1/articles?limit=2{f'&cursor={cursor}' if cursor else ''}")
            assert (status, isinstance(data["items"], list)) == (200, True)
            found += [item["article"]["id"] for item in json.loads(json.dumps(data["items"]))]
            cursor = str(data["next"])
        assert (found, data["next"]) == ([f"a{n}" for n in range(5)], None)
        for wrong in ("x", "WzEsMl0", pack_cursor(0.0, "a", 2**64 - 1)):
            status, data = await ask(page, f"/stories/s1/articles?cursor={wrong}")
            assert (status, data["detail"]) == (400, "cursor: give the `next` of an earlier page")


async def test_every_answer_to_a_get_has_a_tag_and_a_head(tmp_path: Path) -> None:
    at = utc()
    told = article_stories("Kim’s train", id="a", story="s1", fetched=at, entities=(entity("Kim", ident="Q1"),))
    state = Story("s1", "Kim’s train", at, at, 1, ("a",), 1, ("o",), {}, {"t": 1.0}, (), None)
    async with served(tmp_path, '[[watches]]\nid = "kim"\nany = ["Kim"]\n', alert(1), told, state) as page:
        known = {
            "/alerts/{id}": "kim:s1",
            "/stories/{id}": "s1",
            "/articles/{id}": "a",
            "/watches/{id}": "kim",
            "/trends/{id}": "Q1",
        }
        for endpoint in ENDPOINTS:
            if endpoint.method == "GET" and not endpoint.streams:
                start = endpoint.path.removesuffix("/versions").removesuffix("/articles")
                path = endpoint.path.replace("{id}", known.get(start, ""))
                url = f"{page.url}/api/v1{path}{'?q=kim' if path == '/articles' else ''}"
                async with page.client.get(url) as response:
                    assert (response.status, response.headers["ETag"][:1]) == (200, '"'), path
                async with page.client.head(url) as response:
                    assert (response.status, await response.read()) == (200, b"")
        assert (await page.get("/api/v1/watches", **{"If-None-Match": "*"}))[0] == 304


async def test_trends_are_told_as_on_the_page(tmp_path: Path) -> None:
    named = (entity("Kim Jong Un", ident="Q1"),)
    now = utc()
    days = [
        article_stories(f"Day {n}", id=f"d{n}", story=f"d{n}", fetched=now - timedelta(days=n), entities=named) for n in (3, 9)
    ]
    today = [article_stories(f"Train {n}", id=f"a{n}", story="s1", fetched=now, entities=named) for n in range(6)]
    async with served(tmp_path, "", *days, *today) as page:
        status, data = await ask(page, "/trends?period=24h")
        (found,) = json.loads(json.dumps(data["items"]))
        assert (status, found["id"], found["count"], found["burst"]) == (200, "Q1", 6, True)
        assert "a burst: " in (await page.get("/trends"))[1]
        told = json.loads((await page.get("/api/v1/trends/Q1"))[1])
        assert (told["story_count"], told["stories"][0]["count"], len(told["stories"])) == (3, 6, 3)
        status, data = await ask(page, "/trends/none")
        assert (status, data["detail"]) == (404, "no article of the log names this entity")


async def test_what_the_router_refuses_is_told_with_the_remedy(tmp_path: Path) -> None:
    async with served(tmp_path) as page:
        status, data = await ask(page, "/alert")
        assert data["status"] == 404
        assert (status, data["detail"]) == (404, "there is no such route; /api/openapi.json lists the routes and their methods")
        status, data = await tell(page, "/alerts", {})
        assert (status, str(data["detail"]).startswith("POST is not allowed here, but GET, HEAD; ")) == (405, True)


async def test_an_answer_that_has_not_changed_is_not_sent_again(tmp_path: Path) -> None:
    async with served(tmp_path, "", alert(1)) as page:
        async with page.client.get(f"{page.url}/api/v1/alerts") as response:
            tag = response.headers["ETag"]
        assert await page.get("/api/v1/alerts", **{"If-None-Match": tag}) == (304, "")
        await page.publish(alert(2, change="outlet"))
        await until(lambda: page.follower.records.alerts["kim:s1"].version == 2)
        assert (await page.get("/api/v1/alerts", **{"If-None-Match": tag}))[0] == 200


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/alerts?limit=0", "limit: 0 is less than the minimum of 1"),
        ("/alerts?limit=x", "limit: give a whole number"),
        ("/alerts?limit=1&limit=2", "limit: give it once"),
        ("/alerts?severity=huge", 'severity: "huge" is not one of'),
        ("/alerts?wach=kim", "wach: there is no such parameter; known: watch"),
        ("/alerts?cursor=x", "cursor: give the `next` of an earlier page"),
        ("/articles?q=kim (", "q: line 1, column 5"),
        ("/articles", "q: give a query"),
    ],
)
async def test_a_wrong_request_is_told_what_to_change(tmp_path: Path, path: str, detail: str) -> None:
    async with served(tmp_path) as page:
        status, data = await ask(page, path)
        assert (status, data["status"]) == (400, 400)
        assert str(data["detail"]).startswith(detail)


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"alert": "kim:s1", "state": "muted"}, 'body: "by" is a required property'),
        ({"alert": "kim:s1", "state": "gone", "by": "a"}, 'state: "gone" is not one of'),
        (
            {"alert": "kim:s1", "state": "snoozed", "by": "a", "until": "2001-01-01T00:00:00Z"},
            "until: only a snooze has an end",
        ),
        *(
            (
                {"alert": "kim:s1", "state": "snoozed", "by": "a", "until": until},
                f"until: '{until}' is no time that can be kept",
            )
            for until in ("2099-06-30T23:59:60Z", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59")
        ),
    ],
)
async def test_a_wrong_mark_is_told_what_to_change(tmp_path: Path, body: object, detail: str) -> None:
    async with served(tmp_path, "", alert(1)) as page:
        status, data = await tell(page, "/marks", body)
        assert status == 400
        assert str(data["detail"]).startswith(detail)


async def test_a_program_needs_the_token_and_another_site_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGE_TOKEN", TOKEN)
    mark = {"alert": "kim:s1", "state": "muted", "by": "program"}
    async with served(tmp_path, '[page]\ntoken_env = "PAGE_TOKEN"\n', alert(1)) as page:
        assert (await ask(page, "/alerts"))[0] == 401
        assert (await ask(page, "/alerts", Authorization=f"Bearer {TOKEN}"))[0] == 200
        assert (await tell(page, "/marks", mark, Authorization=f"Bearer {TOKEN}"))[0] == 200
    async with served(tmp_path, "") as page:
        assert (await tell(page, "/marks", mark, Origin="https://example.org"))[0] == 403


async def test_the_config_and_the_services_are_told(tmp_path: Path) -> None:
    config = '[[feeds]]\nurl = "https://example.org/rss?key=0123456789abcdef0123"\n[[watches]]\nid = "kim"\nany = ["Kim"]\n'
    async with served(tmp_path, config) as page:
        assert (await ask(page, "/watches/kim"))[1] == {"id": "kim", "any": ["Kim"]}
        (feed,) = json.loads((await page.get("/api/v1/feeds"))[1])["items"]
        assert (feed["state"], "0123456789abcdef0123" in feed["url"]) == ("new", False)
        assert ids((await ask(page, "/targets"))[1]) == []
        assert (await ask(page, "/status"))[1]["following"] is True


async def test_the_status_says_how_long_the_stages_took(tmp_path: Path) -> None:
    stamps = {"received": START, "article.stories.v1": START, "alert.v1": START + timedelta(milliseconds=20)}
    async with served(tmp_path, "", *(alert(1, id=f"kim:s{number}", stamps=stamps) for number in range(3))) as page:
        stages = json.loads((await page.get("/api/v1/status"))[1])["stages"]
        assert [(each["name"], each["p50"], each["p99"]) for each in stages] == [
            ("alerts", 20.0, 20.0),
            ("all together", 20.0, 20.0),
        ]


TRAIN = article_stories("A train leaves", "The train left.", id="a", story="s1", fetched=utc())
WATCHES = "[[watches]]\nid = \"train\"\nquery = 'train NOT left'\n"


async def test_a_watch_is_checked(tmp_path: Path) -> None:
    async with served(tmp_path, WATCHES) as page:
        status, data = await tell(page, "/watches/check", {"watch": {"query": "train and\nboat", "lang": ["en"]}})
        assert (status, data["valid"], data["problem"]) == (200, True, None)
        assert data["meaning"] == "“train” and “and” and “boat”; the language “en”"
        assert isinstance(data["hints"], list)
        assert [(hint["key"], hint["line"], hint["column"]) for hint in data["hints"]] == [("query", 1, 7)]
        data = (await tell(page, "/watches/check", {"watch": {"any": ["x"], "to": ["nobody"]}}))[1]
        assert isinstance(data["problem"], dict)
        assert (data["valid"], data["problem"]["key"]) == (False, "to")


async def test_a_watch_is_explained_on_an_article_of_the_log_or_a_text(tmp_path: Path) -> None:
    async with served(tmp_path, WATCHES, TRAIN) as page:
        watch = {"query": "train NOT left"}
        status, data = await tell(page, "/watches/explain", {"watch": watch, "article": "a"})
        assert isinstance(data["parts"], list)
        assert (status, data["holds"], [part["holds"] for part in data["parts"]]) == (200, False, [True, False])
        assert (await tell(page, "/watches/explain", {"watch": watch, "title": "A train"}))[1]["holds"] is True
        assert (await tell(page, "/watches/explain", {"watch": watch, "article": "none"}))[0] == 404
        status, data = await tell(page, "/watches/explain", {"watch": {"query": "a ("}})
        assert (status, str(data["detail"])[:30]) == (400, "watch: query, line 1, column 3")


async def test_a_watch_is_tried_beside_the_saved_one(tmp_path: Path) -> None:
    async with served(tmp_path, WATCHES, TRAIN) as page:
        status, data = await tell(page, "/watches/backtest", {"watch": {"id": "train", "query": "train"}, "days": 2})
        assert (status, data["articles"], ids({"items": data["more"]})) == (200, 1, ["train:s1"])
        assert isinstance(data["days"], list)
        assert [(day["saved"], day["edited"]) for day in data["days"]] == [(0, 0), (0, 1)]
        assert (data["less"], data["same"]) == ([], [])
