"""Receivers of webhooks that break HTTP, never end, or answer something odd, on 127.0.0.1."""

import asyncio
import ssl
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest
import trustme

from consumers.delivery.channels import Result
from consumers.delivery.channels.webhook import WebhookChannel
from consumers.delivery.queue.delivery_queue import DeliveryQueue, after_attempt
from consumers.delivery.queue.enqueue import enqueue
from monitor.config import Config, DeliveryConfig, Target
from monitor.http.address_policy import parse_networks
from monitor.http.connector import session
from tests.integration.receiver import SECRET
from tests.make import START, alert

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
NOT_HTTP = "no valid HTTP response"


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_SECRET", SECRET)


@pytest.fixture
def _traced_memory() -> Iterator[None]:
    """Trace the memory that the test uses."""
    tracemalloc.start()
    yield
    tracemalloc.stop()


@asynccontextmanager
async def receiver(
    first: bytes, repeated: bytes = b"", *, close: bool = False, read: bool = True, tls: ssl.SSLContext | None = None
) -> AsyncIterator[str]:
    """Run a server that answers each request with *first*, and then with *repeated* without end. Yield its URL."""
    tasks: set[asyncio.Task[None]] = set()
    handlers: set[asyncio.Future[None]] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if read:
            await reader.readuntil(b"\r\n\r\n")
        writer.write(first)
        await writer.drain()
        while repeated:
            writer.write(repeated)
            await writer.drain()
            await asyncio.sleep(0)
        if not close:
            await asyncio.Event().wait()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        handlers.add(handler := asyncio.get_running_loop().create_future())
        tasks.add(task := asyncio.create_task(answer(reader, writer)))
        await asyncio.wait([task])
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        handler.set_result(None)

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, *handlers, return_exceptions=True)


async def post(url: str, timeout: float = 1.0, title: str = "A train") -> Result:  # noqa: ASYNC109  (that of the config)
    target = Target("desk", webhook=url, secret_env="DESK_SECRET")
    config = Config(delivery=DeliveryConfig(timeout=timeout, allow_networks=("127.0.0.0/8",)), targets=(target,))
    networks = parse_networks(config.delivery.allow_networks)
    async with session(lambda: networks) as http:
        return await WebhookChannel(target, config, http).send([alert(title=title)])


STATUSES = [
    "000",
    "099",
    "100",
    "101",
    "102",
    "103",
    "150",
    "199",
    "300",
    "301",
    "302",
    "304",
    "308",
    "400",
    "404",
    "600",
    "999",
]


@pytest.mark.parametrize("ending", ["close", "wait"])
@pytest.mark.parametrize("status", STATUSES)
async def test_only_a_status_from_200_to_299_is_a_success(status: str, ending: str) -> None:
    head = f"HTTP/1.1 {status} Odd\r\nContent-Length: 0\r\nLocation: /\r\n\r\n".encode()
    async with receiver(head, close=ending == "close") as url:
        result = await post(url, timeout=0.3)
    assert result.error
    assert result.status in {None, int(status)}


@pytest.mark.parametrize("status", ["20", "2000", "200OK", "-200", "+200", " 200", "2e2", "0200", "２００", "200\x00", ""])
async def test_a_status_that_is_no_number_of_three_digits_is_no_success(status: str) -> None:
    async with receiver(f"HTTP/1.1 {status} OK\r\nContent-Length: 0\r\n\r\n".encode(), close=True) as url:
        assert NOT_HTTP in str((await post(url)).error)


@pytest.mark.parametrize(
    "answer", [b"", b"hello\r\n\r\n", b"HTTP/9.9 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-", b"\x16\x03\x01\x02"]
)
async def test_what_is_no_response_is_no_success(answer: bytes) -> None:
    async with receiver(answer, close=True) as url:
        assert NOT_HTTP in str((await post(url)).error)


async def test_a_failure_of_tls_is_told() -> None:
    async with receiver(OK, read=False) as url:
        assert (await post(url.replace("http:", "https:"))).error == "127.0.0.1: it speaks no accepted version of TLS"
    certificate, trust = trustme.CA().issue_cert("127.0.0.1"), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(trust)
    async with receiver(OK, tls=trust) as url:
        assert (await post(url)).error == "127.0.0.1: its certificate is rejected"


@pytest.mark.parametrize("interim", [b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"])
async def test_the_response_after_an_interim_response_decides(interim: bytes) -> None:
    for final, status in ((OK, 200), (OK.replace(b"200", b"500"), 500)):
        async with receiver(interim * 3 + final) as url:
            assert (await post(url)).status == status


@pytest.mark.parametrize(
    ("first", "repeated"),
    [
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 2000),
        (b"", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 2000),
        (b"HTTP/1.1 200 OK\r\n", b"A: b\r\n" * 1000),
        (b"HTTP/1.1 200 OK\r\nA: ", b"b" * 65536),
        (b"HTTP/1.1 200 ", b"O" * 65536),
        (b"", b"\x00" * 65536),
    ],
)
async def test_a_head_without_an_end_ends_the_attempt_at_once(first: bytes, repeated: bytes) -> None:
    async with receiver(first, repeated) as url, asyncio.timeout(30):
        assert NOT_HTTP in str((await post(url, timeout=60)).error)


@pytest.mark.parametrize("repeated", [b"\r\n" * 30_000, b"A"])
async def test_a_head_that_drips_ends_the_attempt_after_the_timeout(repeated: bytes) -> None:
    async with receiver(b"" if repeated[0] == 13 else b"HTTP/1.1 200 OK\r\nA: ", repeated) as url:
        assert (await post(url, timeout=0.5)).error == "no response within 0.5 s"


@pytest.mark.parametrize(
    ("headers", "repeated"),
    [
        (b"", b"x" * 65536),
        (b"Content-Encoding: gzip\r\n", b"\x1f\x8b" * 30_000),
        (b"Transfer-Encoding: chunked\r\n", b"1;" + b"a" * 60_000),
        (b"Content-Length: 9999999999999\r\n", b"x" * 65536),
    ],
)
@pytest.mark.usefixtures("_traced_memory")
async def test_the_body_is_never_read(headers: bytes, repeated: bytes) -> None:
    for status, error in ((200, None), (500, "HTTP 500")):
        async with receiver(f"HTTP/1.1 {status} Fine\r\n".encode() + headers + b"\r\n", repeated) as url, asyncio.timeout(30):
            result = await post(url, timeout=60)
        assert (result.status, result.error) == (status, error)
    _, peak = tracemalloc.get_traced_memory()
    assert peak < 2_000_000


async def test_a_body_that_is_cut_off_does_not_matter() -> None:
    async with receiver(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc", close=True) as url:
        assert await post(url) == Result(200)


async def test_a_receiver_that_answers_before_it_has_read_the_request_has_accepted_it() -> None:
    async with receiver(OK, read=False) as url, asyncio.timeout(30):
        assert await post(url, timeout=60, title="x" * 900_000) == Result(200)


@pytest.mark.parametrize(
    "retry_after",
    ["9" * 40, "1e999", "nan", "-5", "Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", "\u0665", ""],
)
async def test_a_retry_after_waits_no_longer_than_the_longest_delay(retry_after: str) -> None:
    answer = f"HTTP/1.1 503 Busy\r\nRetry-After: {retry_after}\r\nContent-Length: 0\r\n\r\n"
    async with receiver(answer.encode()) as url:
        result = await post(url)
    (record,) = enqueue(DeliveryQueue(), alert(to=("desk",)), {})
    due = after_attempt(record, result, (5.0, 300.0), 0, START).due
    assert result.status == 503
    assert due is not None
    assert timedelta(seconds=5) <= due - START <= timedelta(seconds=300)
