"""/metrics of the process of the page."""

import time
from pathlib import Path

import pytest

from tests.make import alert
from tests.metrics import Scrape, parse_scrape
from tests.page import ServedPage, served
from tests.running import until

DOCS = Path(__file__).parents[2] / "docs" / "operations.md"
TOKEN = "0123456789abcdef" * 2


async def scrape(page: ServedPage) -> Scrape:
    status, text = await page.get("/metrics")
    assert status == 200
    return parse_scrape(text)


def requests(found: Scrape) -> dict[tuple[str, str], float]:
    """The requests of a scrape, by route and status."""
    samples = found.samples["newsmonitor_page_requests_total"]
    return {(dict(labels)["route"], dict(labels)["status"]): value for labels, value in samples.items()}


async def test_requests_are_counted_by_the_class_of_their_route_and_their_status(tmp_path: Path) -> None:
    async with served(tmp_path, "", alert(1)) as page:
        for path in ("/", "/watches", "/live", "/static/x/none", "/alerts.atom", "/api/v1/alerts", "/stories/none"):
            await page.get(path)
        for number in range(3):
            await page.get(f"/nothing-{number}")
        await page.get("/", Host="example.org")
        await page.post("/login", {"token": "x"}, Origin="https://example.org")
        found = requests(await scrape(page))
    assert found == {
        ("page", "200"): 2,
        ("page", "404"): 1,
        ("page", "421"): 1,
        ("none", "404"): 3,
        ("probe", "200"): 1,
        ("static", "404"): 1,
        ("feed", "200"): 1,
        ("api", "200"): 1,
        ("login", "403"): 1,
    }


async def test_readers_come_and_go(tmp_path: Path) -> None:
    async with served(tmp_path, "", alert(1)) as page:
        async with page.client.get(f"{page.url}/events") as response:
            await response.content.readline()
            found = await scrape(page)
            assert (found.value("newsmonitor_page_readers"), found.value("newsmonitor_page_readers_limit")) == (1, 100)

        async def are_gone() -> bool:
            return (await scrape(page)).value("newsmonitor_page_readers") == 0

        await until(are_gone)


async def test_the_page_tells_whether_it_and_its_index_follow_the_log(tmp_path: Path) -> None:
    before = time.time()
    async with served(tmp_path, "", alert(1)) as page:
        found = await scrape(page)
        assert found.value("newsmonitor_page_ready") == 1
        name = "newsmonitor_page_index_current_timestamp_seconds"
        assert (found.value(name, stream="alert.v1") or 0) >= before
        page.follower.trouble["other.v1"] = "disk I/O error"
        assert (await scrape(page)).value("newsmonitor_page_ready") == 0
        last = found.value(name, stream="alert.v1") or 0

        async def is_newer() -> bool:
            return ((await scrape(page)).value(name, stream="alert.v1") or 0) > last

        await until(is_newer)


async def test_an_edit_that_waits_for_a_restart_is_told(tmp_path: Path) -> None:
    async with served(tmp_path) as page:
        assert (await scrape(page)).value("newsmonitor_config_restart_needed") == 0
        (tmp_path / "monitor.toml").write_text('bus = "sqlite:other.db"\n')
        await until(lambda: page.site.config.status().deferred == ("bus",))
        assert (await scrape(page)).value("newsmonitor_config_restart_needed") == 1


async def test_the_documentation_lists_each_metric_of_the_page(tmp_path: Path) -> None:
    async with served(tmp_path, "", alert(1)) as page:
        await page.get("/")
        found = await scrape(page)
    section = DOCS.read_text(encoding="utf-8").partition("\n## The metrics of the page\n")[2].partition("\n## ")[0]
    ours = {name.removeprefix("newsmonitor_") for name in found.names if name.startswith("newsmonitor_page_")}
    assert ours
    assert [name for name in ours if f"`{name}`" not in section] == []
    assert all(f"({name}" in section or f" {name}," in section or f"{name})" in section for name, _ in requests(found))


async def test_where_the_page_needs_a_token_its_metrics_do_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGE_TOKEN", TOKEN)
    async with served(tmp_path, '[page]\ntoken_env = "PAGE_TOKEN"\n') as page:
        assert (await page.get("/metrics"))[0] == 401
        status, text = await page.get("/metrics", Authorization=f"Bearer {TOKEN}")
        assert (status, "newsmonitor_page_ready" in text) == (200, True)
