"""Records of other programs on Kafka: in any codec, in one that cannot be read, and far larger than they look."""

import asyncio
import json
from asyncio.subprocess import PIPE

import pytest

from monitor.bus import Bus
from monitor.bus.backends import Address
from tests.bus import producer_records, read_and_commit, replay, restore_nothing
from tests.contract.test_kafka_faults import ALERTS, bus, read_until
from tests.kafka import WITHOUT_CRAMJAM, other_program, topic

__all__ = ["bus"]
pytestmark = pytest.mark.kafka


async def test_records_of_other_programs_are_read_in_every_codec(kafka: Address, bus: Bus) -> None:
    for codec in ("gzip", "snappy", "lz4", "zstd"):
        async with other_program(kafka, compression_type=codec) as program:
            await program.send_and_wait(topic(kafka, ALERTS), codec.encode() * 100)
    async with bus.subscribe("delivery", ALERTS, restore=restore_nothing) as subscription:
        records = await read_and_commit(subscription, 4)
    assert [record.value[:4] for record in records] == [b"gzip", b"snap", b"lz4l", b"zstd"]
    assert await replay(bus, ALERTS) == records


async def test_a_record_that_cannot_be_read_is_passed_on_with_its_reason(kafka: Address, bus: Bus) -> None:
    await bus.publish(producer_records(ALERTS, 2))
    async with other_program(kafka, compression_type="zstd") as program:
        await program.send_and_wait(topic(kafka, ALERTS), b"compressed " * 100)
    await bus.publish(producer_records(ALERTS, 1, start=9))
    program_text = "import asyncio; from tests.contract.unreadable import main; asyncio.run(main())"
    process = await asyncio.create_subprocess_exec(*WITHOUT_CRAMJAM, program_text, kafka.url, ALERTS, stdout=PIPE)
    output, _ = await asyncio.wait_for(process.communicate(), 60)
    read, replayed = json.loads(output.splitlines()[-1])
    assert read == replayed
    assert [bool(reason) for reason in read] == [False, False, True, False]
    assert "install the Python package cramjam" in read[2]


async def test_a_batch_that_unpacks_to_too_much_costs_its_own_records_only(kafka: Address, bus: Bus) -> None:
    for codec in ("gzip", "zstd"):
        async with other_program(kafka, compression_type=codec, max_request_size=2**30, max_batch_size=2**28) as program:
            await program.send_and_wait(topic(kafka, ALERTS), codec.encode(), partition=0)
            # More than the limit of a record of newsmonitor, and less than that of a batch; then more than both.
            for size in (4_000_000, 34_000_000):
                await program.send_and_wait(topic(kafka, ALERTS), bytes(size), partition=0)
    async with bus.subscribe("delivery", ALERTS, restore=restore_nothing) as subscription:
        records = await read_until(subscription, 6, seconds=60)
    assert [record.unreadable is None for record in records] == [True, True, False] * 2
    assert await replay(bus, ALERTS) == records


async def test_thousands_of_unreadable_batches_are_passed_many_at_a_time(kafka: Address, bus: Bus) -> None:  # noqa: ARG001  (it makes the streams)
    async with other_program(kafka, compression_type="zstd", max_batch_size=200) as program:
        sent = [await program.send(topic(kafka, ALERTS), str(number).encode() * 30, partition=0) for number in range(2000)]
        await asyncio.gather(*sent)
    program_text = "import asyncio; from tests.contract.passing import main; asyncio.run(main())"
    process = await asyncio.create_subprocess_exec(*WITHOUT_CRAMJAM, program_text, kafka.url, ALERTS, "1999", stdout=PIPE)
    out, _ = await asyncio.wait_for(process.communicate(), 60)
    batches, reads = json.loads(out.splitlines()[-1])
    assert batches > 300
    assert reads < batches / 10
