"""The demo ends once every service has read everything, and not before one of them has begun to read."""

from datetime import timedelta
from pathlib import Path

from monitor.bus.backends import Address, connect
from monitor.demo.day import read_bundled_day
from monitor.demo.play import is_finished
from monitor.messages import ArticleStories
from monitor.messages.codec import encode
from tests.bus import restore_nothing
from tests.make import article_stories

DAY = read_bundled_day("train")
LATER = DAY.end + timedelta(hours=1)


async def test_it_is_not_finished_before_a_service_has_begun_to_read(tmp_path: Path) -> None:
    async with connect(Address(f"sqlite:{tmp_path / 'bus.db'}")) as bus:
        assert await is_finished(DAY, bus, LATER, 1.0)
        assert not await is_finished(DAY, bus, DAY.end, 1.0)
        stream = ArticleStories.STREAM.name
        await bus.publish([encode(article_stories("Kim leaves"))])
        assert not await is_finished(DAY, bus, LATER, 1.0)
        async with bus.subscribe("alerts", stream, restore=restore_nothing) as subscription:
            records = await subscription.read(10, 5.0)
            assert not await is_finished(DAY, bus, LATER, 1.0)
            await subscription.commit(records[0].partition, records, [])
        assert await is_finished(DAY, bus, LATER, 1.0)
