"""Copy with quix-streams, exactly once."""

import logging
from typing import Any

from quixstreams import Application
from quixstreams.models import TopicConfig

from bench.hop.work import PARTITIONS, SINK, SOURCE, Measurement, read_task, to_next_stage


def main() -> None:
    """Copy until all records are committed."""
    logging.disable()
    task, measurement = read_task(), Measurement()
    application = Application(
        broker_address=task.servers,
        consumer_group=task.group,
        auto_offset_reset="earliest",
        processing_guarantee="exactly-once",
        commit_interval=60.0,
        commit_every=task.limit,
        auto_create_topics=False,
        loglevel=None,
        producer_extra_config={"linger.ms": 1, "transactional.id": task.group},
        consumer_poll_timeout=0.1,
    )
    config = TopicConfig(num_partitions=PARTITIONS, replication_factor=1)
    source = application.topic(SOURCE, config=config, key_deserializer="bytes", value_deserializer="bytes")
    sink = application.topic(SINK, config=config, key_serializer="bytes", value_serializer="bytes")

    def work(value: bytes, key: bytes, _: int, headers: Any) -> bytes:
        measurement.begin()
        # Its frames carry the headers of the input on, so those of the output are made but not sent.
        return to_next_stage(0, 0, key, value, headers or ()).value

    application.dataframe(source).apply(work, metadata=True).to_topic(sink)
    application.run(count=task.count)
    measurement.print(task.count)


if __name__ == "__main__":
    main()
