"""Backfill that waits for its analysis, as the commands describe it."""

import json
from pathlib import Path

from monitor.bus import ProducerRecord
from monitor.bus.backends import connect
from monitor.clock import utc
from monitor.messages import ArticleBackfill, ArticleRaw, Language, extend
from monitor.messages.articles import ArticleEntities
from monitor.messages.codec import encode
from tests.fakefeed import FakeFeed
from tests.integration.command import invoke, write_config
from tests.make import article

LANE = ArticleBackfill.STREAM.name


def old(number: int) -> ArticleBackfill:
    return ArticleBackfill(article(f"Old {number}", id=f"old-{number}", backfill=True), {"received": utc()})


async def test_status_shows_how_much_backfill_waits_and_how_fast_it_is_analysed(tmp_path: Path, fake: FakeFeed) -> None:
    write_config(tmp_path, fake)
    async with connect(f"sqlite:{tmp_path / 'news.db'}") as bus:
        assert "backfill   none waits\n" in (await invoke(tmp_path, "status"))[1]
        await bus.publish([encode(old(number).stamped(utc())) for number in range(9)])
        _, out, _ = await invoke(tmp_path, "status")
        assert "backfill   9 articles wait until no news waits; none analysed in the last minute\n" in out
        await invoke(tmp_path, "dead", "pass", "entities", "--stream", LANE, "--count", "2")
        news = ArticleRaw(article("News"), {"received": utc()})
        for message in (old(0).stamped(utc()), old(1).stamped(utc()), news.stamped(utc())):
            analysed = extend(message, ArticleEntities, language=Language("en", 1.0), entities=(), claims=())
            await bus.publish([encode(analysed)])
    _, out, _ = await invoke(tmp_path, "status")
    assert "7 articles wait until no news waits; 2 analysed in the last minute, so about 4 minutes left\n" in out
    _, out, _ = await invoke(tmp_path, "status", "--json")
    assert json.loads(out)["backfill"] == {"waiting": 7, "analysed": 2}


async def test_dead_pass_skips_messages_of_the_stream_that_is_named(tmp_path: Path, fake: FakeFeed) -> None:
    write_config(tmp_path, fake)
    async with connect(f"sqlite:{tmp_path / 'news.db'}") as bus:
        await bus.publish([ProducerRecord(LANE, f"k{number}", b"{}", {"feed": "f"}) for number in range(3)])
        code, out, _ = await invoke(tmp_path, "dead", "pass", "entities", "--stream", LANE, "--count", "2")
        assert (code, out) == (0, f"entities skipped 2 of {LANE}\n")
        assert await bus.lag("entities", LANE) == 1
        code, _, err = await invoke(tmp_path, "dead", "pass", "topics", "--stream", LANE)
    assert code == 2
    assert f"topics does not read '{LANE}'; choose from article.entities.v1" in " ".join(err.split())


async def test_explain_says_that_an_article_waits(tmp_path: Path, fake: FakeFeed) -> None:
    write_config(tmp_path, fake)
    async with connect(f"sqlite:{tmp_path / 'news.db'}") as bus:
        await bus.publish([encode(old(1))])
    code, _, err = await invoke(tmp_path, "explain", "old-1", "kim")
    assert (code, "'old-1' is backfill that waits for its analysis" in err) == (1, True)
