"""Copy with aiokafka: a transactional producer for each partition, whose transactions run side by side."""

import asyncio
from collections.abc import Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from bench.hop.work import PARTITIONS, SINK, SOURCE, Measurement, read_task, to_next_stage
from monitor.bus import partition_for


async def copy(producer: AIOKafkaProducer, tp: TopicPartition, batch: Sequence[Any], group: str) -> None:
    """Publish what becomes of *batch*, and move on past it, in one transaction."""
    out = [to_next_stage(each.partition, each.offset, each.key, each.value, each.headers) for each in batch]
    async with producer.transaction():
        sent = [
            await producer.send(
                SINK,
                each.value,
                each.key.encode(),
                partition=partition_for(each.key, PARTITIONS),
                headers=[(name, value.encode()) for name, value in each.headers.items()],
            )
            for each in out
        ]
        await asyncio.gather(*sent)
        await producer.send_offsets_to_transaction({tp: batch[-1].offset + 1}, group)


async def main() -> None:
    """Copy until all records are committed."""
    task, measurement, done = read_task(), Measurement(), 0
    consumer = AIOKafkaConsumer(
        SOURCE,
        bootstrap_servers=task.servers,
        group_id=task.group,
        enable_auto_commit=False,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=8 * 1024 * 1024,
    )
    producers = [
        AIOKafkaProducer(bootstrap_servers=task.servers, transactional_id=f"{task.group}-{number}", max_batch_size=512 * 1024)
        for number in range(PARTITIONS)
    ]
    await consumer.start()
    await asyncio.gather(*(each.start() for each in producers))
    running: dict[TopicPartition, asyncio.Task[None]] = {}
    while done < task.count:
        free = [tp for tp in consumer.assignment() if tp not in running]
        batches = await consumer.getmany(*free, timeout_ms=20, max_records=task.limit) if free else {}
        for tp, batch in batches.items():
            measurement.begin()
            running[tp] = asyncio.create_task(copy(producers[tp.partition], tp, batch, task.group))
            done += len(batch)
        if len(running) == PARTITIONS or (running and not batches):
            await asyncio.wait(running.values(), return_when=asyncio.FIRST_COMPLETED)
        for tp, each in tuple(running.items()):
            if each.done():
                each.result()
                del running[tp]
    await asyncio.gather(*running.values())
    measurement.print(task.count)
    await consumer.stop()
    await asyncio.gather(*(each.stop() for each in producers))


if __name__ == "__main__":
    asyncio.run(main())
