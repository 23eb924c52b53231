"""The positions of a consumer group of Kafka: an answer without them is no group without them."""

from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import GroupAuthorizationFailedError, GroupLoadInProgressError, UnknownTopicOrPartitionError
from aiokafka.protocol.commit import OffsetFetchResponse_v1, OffsetFetchResponse_v3

from monitor.bus.kafka.positions import committed

RAW = TopicPartition("article.raw.v1", 0)


class Coordinator:
    """A client whose broker gives these *answers*, one after the other."""

    def __init__(self, answers: Iterable[Any]) -> None:
        self.answers = iter(answers)

    async def coordinator_lookup(self, *_: Any) -> int:
        """The node that knows the positions."""
        return 1

    async def send(self, node: int, request: Any) -> Any:  # noqa: ARG002  (as AIOKafkaClient.send)
        """The next answer."""
        return next(self.answers)


def answer(offset: int = 0, error: int = 0) -> OffsetFetchResponse_v3:
    """An answer with the position of one partition."""
    return OffsetFetchResponse_v3(0, [(RAW.topic, [(RAW.partition, offset, "", error)])], 0)


def failed(error: type[Any]) -> OffsetFetchResponse_v3:
    """An answer with an error of the whole."""
    return OffsetFetchResponse_v3(0, [], error.errno)


async def positions(*answers: Any) -> dict[TopicPartition, int]:
    """What is made of *answers*."""
    client: Any = Coordinator(answers)
    return dict(await committed(client, "entities", [RAW]))


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([answer(32)], {RAW: 32}),
        ([answer(-1)], {}),
        ([OffsetFetchResponse_v1([(RAW.topic, [(0, 7, "", 0)])])], {RAW: 7}),
        ([failed(GroupLoadInProgressError), failed(GroupLoadInProgressError), answer(32)], {RAW: 32}),
        ([answer(-1, GroupLoadInProgressError.errno), answer(32)], {RAW: 32}),
    ],
)
async def test_positions_that_are_still_loaded_are_waited_for(
    answers: Sequence[Any], expected: dict[TopicPartition, int]
) -> None:
    assert await positions(*answers) == expected


@pytest.mark.parametrize("refusal", [failed(GroupAuthorizationFailedError), answer(-1, UnknownTopicOrPartitionError.errno)])
async def test_other_errors_are_raised(refusal: OffsetFetchResponse_v3) -> None:
    with pytest.raises((GroupAuthorizationFailedError, UnknownTopicOrPartitionError)):
        await positions(refusal)
