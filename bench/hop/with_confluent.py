"""Copy with confluent-kafka: one transactional producer, whose offsets carry the generation of the group."""

from confluent_kafka import Consumer, Producer

from bench.hop.work import PARTITIONS, SINK, SOURCE, Measurement, read_task, to_next_stage
from monitor.bus import partition_for


def main() -> None:
    """Copy until all records are committed."""
    task, measurement, done = read_task(), Measurement(), 0
    consumer = Consumer(
        {
            "bootstrap.servers": task.servers,
            "group.id": task.group,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "isolation.level": "read_committed",
        }
    )
    producer = Producer({"bootstrap.servers": task.servers, "transactional.id": task.group, "linger.ms": 1})
    producer.init_transactions()
    consumer.subscribe([SOURCE])
    while done < task.count:
        batch = consumer.consume(task.limit, 0.1)
        if not batch:
            continue
        measurement.begin()
        producer.begin_transaction()
        for each in batch:
            out = to_next_stage(each.partition(), each.offset(), each.key(), each.value(), each.headers())
            headers = [(name, value.encode()) for name, value in out.headers.items()]
            producer.produce(SINK, out.value, out.key, partition_for(out.key, PARTITIONS), headers=headers)
        producer.send_offsets_to_transaction(consumer.position(consumer.assignment()), consumer.consumer_group_metadata())
        producer.commit_transaction()
        done += len(batch)
    measurement.print(task.count)
    consumer.close()


if __name__ == "__main__":
    main()
