"""Records have the attributes of CloudEvents on every bus, unless the config says otherwise."""

from dataclasses import replace

import pytest

from monitor.bus import Partition
from monitor.bus.address import Address
from monitor.bus.backends import connect
from monitor.config import Config, StreamsConfig
from monitor.messages import ArticleBackfill
from monitor.messages.codec import encode
from monitor.runtime.connection import bus_address
from tests.bus import read_batch, replay, restore_nothing
from tests.make import START, alert, article

OWN = {"watch", "severity"}
ATTRIBUTES = {"ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_partitionkey", "content-type"}


@pytest.mark.parametrize(("wanted", "names"), [(True, OWN | ATTRIBUTES), (False, OWN)])
async def test_published_and_committed_records_have_the_headers(address: Address, *, wanted: bool, names: set[str]) -> None:
    config = Config(bus=address.url, streams=StreamsConfig(cloudevents=wanted))
    own = replace(address, streams=bus_address(config).streams)
    article_record = encode(ArticleBackfill(article(), {"received": START}))
    async with connect(own) as bus:
        await bus.publish([encode(alert(1)), article_record])
        async with bus.subscribe("entities", article_record.stream, restore=restore_nothing) as subscription:
            read = await read_batch(subscription, 1)
            await subscription.commit(read[0].partition, read, [encode(alert(2))])
        records = await replay(bus, "alert.v1")
    assert [set(record.headers) for record in records] == [names, names]
    assert records[0].partition == Partition("alert.v1")
