"""Why a broker cannot be reached, where no broker is needed to tell."""

import asyncio
from pathlib import Path

import pytest
import trustme

from monitor.bus import Misconfigured, Transient
from monitor.bus.address import Address, Security
from monitor.bus.backends import connect
from monitor.bus.kafka.client import Broker
from monitor.bus.kafka.diagnosis import find_reason
from monitor.bus.tls import tls_context


async def test_a_port_that_nobody_listens_on_is_told_with_the_key(unused_tcp_port: int) -> None:
    reason = await find_reason(Broker(f"127.0.0.1:{unused_tcp_port}"))
    assert isinstance(reason, Transient)
    assert f"the broker 127.0.0.1:{unused_tcp_port} is unavailable" in str(reason)
    assert str(reason).endswith("see whether it runs, and the key bus")


async def test_a_name_that_cannot_be_resolved_is_told(unused_tcp_port: int) -> None:
    reason = await find_reason(Broker(f"broker.invalid:{unused_tcp_port}"))
    assert isinstance(reason, Transient)
    assert "the name of the broker broker.invalid" in str(reason)


async def test_the_reason_that_somebody_must_correct_comes_first(unused_tcp_port: int) -> None:
    """One of two servers is away, the other one is no Kafka broker."""

    async def close(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(close, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        broker = Broker(f"127.0.0.1:{unused_tcp_port},127.0.0.1:{port}", security=Security("SSL"))
        reason = await find_reason(broker)
    assert isinstance(reason, Misconfigured)
    assert f"TLS with the broker 127.0.0.1:{port} fails" in str(reason)
    assert "see whether this port has TLS (kafka.security_protocol, bus)" in str(reason)


async def test_an_error_of_connecting_begins_with_what_was_done(unused_tcp_port: int) -> None:
    with pytest.raises(Transient, match=r"connecting: the broker .* is unavailable"):
        async with connect(Address(f"kafka://127.0.0.1:{unused_tcp_port}")):
            raise AssertionError("no broker listens on this port")


async def test_a_file_of_a_certificate_that_is_gone_is_told(tmp_path: Path) -> None:
    reason = await find_reason(Broker("127.0.0.1:1", security=Security("SSL", ca_file=str(tmp_path / "gone.pem"))))
    assert isinstance(reason, Misconfigured)
    assert str(reason).startswith("kafka.ca_file: no certificate can be read from")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with a certificate (own.pem), its key (own.key), another key (other.key) and a text."""
    authority = trustme.CA()
    own, other = authority.issue_cert("client@example.org"), authority.issue_cert("other@example.org")
    (tmp_path / "own.pem").write_bytes(own.cert_chain_pems[0].bytes())
    (tmp_path / "own.key").write_bytes(own.private_key_pem.bytes())
    (tmp_path / "other.key").write_bytes(other.private_key_pem.bytes())
    (tmp_path / "text").write_text("no certificate")
    return tmp_path


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"ca_file": "text"}, "kafka.ca_file: no certificate can be read from "),
        ({"ca_file": "own.key"}, "kafka.ca_file: no certificate can be read from "),
        ({"cert_file": "own.pem"}, "has no private key: add key_file, or name a PEM file with both"),
        ({"cert_file": "own.pem", "key_file": "other.key"}, "is not that of the certificate in kafka.cert_file: name its own"),
        ({"cert_file": "own.pem", "key_file": "text"}, "name a PEM file with the private key of newsmonitor"),
        ({"cert_file": "text", "key_file": "own.key"}, "kafka.cert_file: "),
    ],
)
def test_files_that_cannot_be_used_are_told_with_the_key(files: Path, keys: dict[str, str], message: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        tls_context(Security("SSL", **{key: str(files / name) for key, name in keys.items()}))
    assert message in str(caught.value)


def test_a_certificate_with_its_key_can_be_used(files: Path) -> None:
    tls_context(Security("SSL", cert_file=str(files / "own.pem"), key_file=str(files / "own.key")))
