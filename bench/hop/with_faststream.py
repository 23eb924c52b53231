"""Copy with faststream in batches. It publishes and then moves on, so a kill in between doubles a batch."""

import asyncio
from typing import Any

from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker, KafkaMessage, KafkaPublishMessage

from bench.hop.work import SINK, SOURCE, Measurement, read_task, to_next_stage

BATCH_BYTES = 2 * 1024 * 1024
MOST_RECORDS = 400
"""It publishes a batch as one of Kafka's, whose size is limited. A larger one it refuses, and reads again for ever."""


async def main() -> None:
    """Copy until all records are committed."""
    task, measurement, done = read_task(), Measurement(), 0
    broker = KafkaBroker(task.servers, logger=None, acks="all", enable_idempotence=True, max_batch_size=BATCH_BYTES)
    application = FastStream(broker, logger=None)

    async def work(message: KafkaMessage) -> None:
        nonlocal done
        measurement.begin()
        batch: Any = message.raw_message
        out = [to_next_stage(each.partition, each.offset, each.key, each.value, each.headers) for each in batch]
        published = [KafkaPublishMessage(each.value, headers=dict(each.headers), key=each.key.encode()) for each in out]
        await broker.publish_batch(*published, topic=SINK)
        await message.ack()
        done += len(batch)
        if done >= task.count:
            measurement.print(task.count)
            application.exit()

    subscriber = broker.subscriber(
        SOURCE,
        batch=True,
        group_id=task.group,
        max_records=min(task.limit, MOST_RECORDS),
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.MANUAL,
        isolation_level="read_committed",
        max_partition_fetch_bytes=8 * 1024 * 1024,
    )
    subscriber(work)
    await application.run()


if __name__ == "__main__":
    asyncio.run(main())
