"""Ids in URLs: none of them collides with the name of another page, whatever characters it has."""

from pathlib import Path
from urllib.parse import quote

import pytest

from monitor.clock import utc
from tests.integration.test_page_watches import edit
from tests.make import article_stories, entity
from tests.page import served

NAMES = ("new", "check", "preview", "explain", "backtest", "remove", "rename", "editor", "watches", "api", "0")


async def test_no_page_has_the_url_of_an_id(tmp_path: Path) -> None:
    async with served(tmp_path) as page:
        infos = [(each.method, each.resource.get_info()) for each in page.app.router.routes() if each.resource]
    fixed = [(method, info["path"]) for method, info in infos if "path" in info]
    with_ids = [(method, info["pattern"]) for method, info in infos if "pattern" in info]
    assert (len(fixed) > 20, len(with_ids) > 10) == (True, True)
    for method, path in fixed:
        assert [pattern for other, pattern in with_ids if other == method and pattern.fullmatch(path)] == [], path


async def test_a_watch_may_have_any_name(tmp_path: Path) -> None:
    config = "".join(f'[[watches]]\nid = "{name}"\nquery = "train"\n' for name in NAMES)
    async with served(tmp_path, config) as page:
        for name in NAMES:
            status, text = await page.get(f"/watches/{name}")
            assert (status, f"<h1>{name}</h1>" in text) == (200, True)
            assert (await page.get(f"/api/v1/watches/{name}"))[0] == 200
            assert (await edit(page, f"/watches/{name}", query="ferry"))[0] == 303
        assert [each.query for each in page.site.config().watches] == ["ferry"] * len(NAMES)


@pytest.mark.parametrize("ident", ["org:a/b", "org:a%2Fb", "person:o’brien?x#y", "org:../x"])
async def test_an_entity_may_have_any_id(tmp_path: Path, ident: str) -> None:
    named = entity("Some Name", ident=ident)
    told = article_stories("A train", id=f"id/{ident}", story="s1", fetched=utc(), entities=(named,))
    async with served(tmp_path, "", told) as page:
        path = f"/trends/{quote(ident, safe='')}"
        assert f'href="{path}"' in (await page.get("/trends"))[1]
        assert "Some Name" in (await page.get(path))[1]
        assert (await page.get(f"/api/v1/articles/{quote(told.article.id, safe='')}"))[0] == 200
