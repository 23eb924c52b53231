"""News overtakes backfill on its way through all services, on both buses."""

import secrets
from pathlib import Path

import pytest

from monitor.bus.backends import Address, connect, create_streams
from monitor.clock import utc
from monitor.config import Config, EntitiesConfig, Watch
from monitor.messages import Alert, ArticleBackfill, ArticleRaw, ArticleStories
from monitor.messages.codec import encode
from monitor.runtime import registry
from tests.bus import read_all, replay
from tests.make import article
from tests.running import running, until

BACKLOG = 400
SERVICES = ("entities", "topics", "stories", "alerts")


@pytest.fixture(params=["sqlite", pytest.param("kafka", marks=pytest.mark.kafka)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty bus."""
    if request.param == "sqlite":
        return f"sqlite:{tmp_path / 'bus.db'}"
    return f"kafka://{request.getfixturevalue('broker')}/{secrets.token_hex(4)}"


def old(number: int) -> ArticleBackfill:
    text = f"The quay number {number} was painted {number * 31 % 97} times before the {number * 7 % 13} winters."
    each = article(f"Quay {number} painted", text, id=f"old-{number}", feed=f"example.org/{number % 40}", backfill=True)
    return ArticleBackfill(each, {"received": utc()})


async def test_news_is_alerted_before_the_rest_of_a_backlog_is_analysed(url: str, tmp_path: Path) -> None:
    address = Address(url)
    await create_streams(address)
    made = Config(
        bus=url, folder=tmp_path, entities=EntitiesConfig(model="table"), watches=(Watch("tern", any=("Arctic terns",)),)
    )
    async with connect(address) as bus:
        await bus.publish([encode(old(number)) for number in range(BACKLOG)])
        async with running(bus, *registry.make(SERVICES, lambda: made)):
            await until(lambda: replay(bus, ArticleStories.STREAM.name), seconds=60)
            before = len(await replay(bus, ArticleStories.STREAM.name))
            news = article("Arctic terns are back", "Arctic terns have landed on the island.", id="news", fetched=utc())
            await bus.publish([encode(ArticleRaw(news, {"received": utc()}))])
            await until(lambda: read_all(bus, Alert), seconds=60)

            async def all_analysed() -> bool:
                return len(await replay(bus, ArticleStories.STREAM.name)) == BACKLOG + 1

            await until(all_analysed, seconds=120)
        order = [message.article.id for message in await read_all(bus, ArticleStories)]
        alerts = await read_all(bus, Alert)
    assert sorted(order) == sorted(["news", *(f"old-{number}" for number in range(BACKLOG))])
    # On a busy machine much of the backlog is analysed before the news is published.
    assert order.index("news") < before + (BACKLOG - before) / 2
    assert [alert.watch for alert in alerts] == ["tern"]
