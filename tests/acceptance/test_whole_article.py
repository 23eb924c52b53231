"""A long article with many sources, captions and a biography goes through the whole chain, with the real models."""

from datetime import UTC, datetime
from pathlib import Path

from monitor.bus.backends import Address, connect
from monitor.config import Config, Watch
from monitor.messages import Alert, ArticleRaw, ArticleStories
from monitor.messages.codec import encode
from monitor.runtime import registry
from tests.bus import read_all
from tests.make import article
from tests.running import running, until
from tests.unit.entities.test_claims_of_an_article import TEXT, TITLE

FETCHED = datetime(2026, 3, 12, 9, tzinfo=UTC)
NAMES = {
    "person": {"Q39259", "Q7035479", "Q7747"},  # Erdogan, Pashinyan, Putin
    "place": {"Q43", "Q399", "Q142", "Q230", "place:ankara", "place:yerevan", "place:sochi", "place:tbilisi", "place:khoy"},
    "org": {"org:kremlin", "org:kolkheti", "org:morning rail", "org:tv nine"},
    "event": {"event:black sea forum"},
}
"""Ids by type. The last places, outlets and the event are not known beforehand."""
COUNTRIES = {"Q39259": "TR", "Q7035479": "AM", "place:ankara": "TR", "place:yerevan": "AM", "place:sochi": "RU"}
NOT_NEWS = {"place:kars", "org:mnw", "person:daria lowe", "place:riga", "org:morning desk", "org:daily quay"}
"""What only the caption, its credit and the biography name."""


async def read_article(folder: Path) -> tuple[ArticleStories, Alert]:
    """Publish the article, and return what the services make of it."""
    address = Address(f"sqlite:{folder / 'bus.db'}")
    config = Config(bus=address.url, folder=folder, watches=(Watch("talks", person=("Nikol Pashinyan",)),))
    async with connect(address) as bus:
        raw = article(TITLE, TEXT, fetched=FETCHED, lang="en")
        await bus.publish([encode(ArticleRaw(raw, {"received": FETCHED}))])
        async with running(bus, *registry.make(("entities", "topics", "stories", "alerts"), lambda: config)):
            await until(lambda: read_all(bus, Alert), seconds=240)
        (message,), (alert,) = await read_all(bus, ArticleStories), await read_all(bus, Alert)
    return message, alert


async def test_names_claims_and_topics_are_told_and_nothing_of_what_is_not_news(tmp_path: Path) -> None:
    message, alert = await read_article(tmp_path)
    entities = {entity.id: entity for entity in message.entities}
    for kind, ids in NAMES.items():
        assert ids <= {ident for ident, entity in entities.items() if entity.type == kind}
    assert {ident: entities[ident].country for ident in COUNTRIES} == COUNTRIES
    assert not NOT_NEWS & entities.keys()
    assert [passage.reason for passage in message.not_news] == ["caption", "credit", "byline", "biography"]
    stances = {(claim.stance, claim.who) for claim in message.claims}
    assert {("denied", "Ankara"), ("denied", "Yerevan"), ("declined", "Kremlin"), ("reported", "Kolkheti")} <= stances
    assert not any("Erdogan" in (who or "") for _, who in stances)
    assert {topic.name for topic in message.topics} >= {"politics and government", "diplomacy"}
    assert (alert.standing, alert.articles[0].voices[0].who) == ("disputed", "Ankara and Yerevan")
