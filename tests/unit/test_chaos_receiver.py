"""The receiver of a trial knows whether the sender of a message must have its answer."""

import random
import socket
import time

import aiohttp
import pytest

from tests.chaos.receiver import BehavingReceiver, Receiver, receiving
from tests.running import until

REQUEST = b"POST /steady HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{}"


@pytest.mark.parametrize("limit", [1000.0, 0.0])
async def test_a_sender_has_an_answer_that_comes_within_its_time_limit(limit: float) -> None:
    for receiver in (Receiver(random.Random(1), timeout=limit), BehavingReceiver(limit)):
        async with receiving(receiver), aiohttp.ClientSession() as session:
            async with session.post(f"http://127.0.0.1:{receiver.port}/steady", data=b"{}") as response:
                assert response.status == 204
            assert [each.is_answered for each in receiver.received] == [limit > 0]


async def test_a_sender_may_not_have_the_answer_of_a_receiver_that_was_busy_when_the_request_came() -> None:
    receiver = Receiver(random.Random(1), timeout=1.0)
    async with receiving(receiver):
        with socket.create_connection(("127.0.0.1", receiver.port)) as connection:
            connection.sendall(REQUEST)
            time.sleep(1.0)  # noqa: ASYNC251  (nothing else runs, as while the trial reads a log)
            await until(lambda: bool(receiver.received))
        assert [each.is_answered for each in receiver.received] == [False]
