"""Certificates that are renewed while connections are open: later connections use them."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme

from monitor.bus import Misconfigured
from monitor.bus.address import Security
from monitor.bus.tls import load_renewed, shared_context

NAME = "127.0.0.1"


def issue(folder: Path, authority: trustme.CA) -> bytes:
    """Write a new certificate and its key. Return the certificate as the server sees it."""
    own = authority.issue_cert("client@example.org")
    put(folder / "own.pem", own.cert_chain_pems[0].bytes())
    put(folder / "own.key", own.private_key_pem.bytes())
    return ssl.PEM_cert_to_DER_cert(own.cert_chain_pems[0].bytes().decode())


def put(path: Path, data: bytes) -> None:
    """Write a file, and replace what is there."""
    new = path.with_suffix(".new")
    new.write_bytes(data)
    new.replace(path)


@pytest.fixture
def security(tmp_path: Path) -> Security:
    """The files of a client, which do not exist yet."""
    files = {"ca_file": str(tmp_path / "ca.pem"), "cert_file": str(tmp_path / "own.pem")}
    return Security("SSL", **files, key_file=str(tmp_path / "own.key"))


class Server:
    """A server with TLS that asks for a certificate: its *port*, and the certificates of its clients."""

    def __init__(self) -> None:
        self.port, self.seen = 0, asyncio.Queue[bytes]()

    async def serve(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Note the certificate, and close the connection."""
        self.seen.put_nowait(writer.get_extra_info("ssl_object").getpeercert(binary_form=True))
        writer.close()

    async def seen_by(self, context: ssl.SSLContext) -> bytes:
        """Connect with *context*, and return which certificate the server sees."""
        reader, writer = await asyncio.open_connection(NAME, self.port, ssl=context)
        await reader.read()
        writer.close()
        return await self.seen.get()


@asynccontextmanager
async def server(own: trustme.CA, clients: trustme.CA) -> AsyncIterator[Server]:
    """Run a server with a certificate of the authority *own*, for clients of the authority *clients*."""
    context, result = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), Server()
    own.issue_cert(NAME).configure_cert(context)
    clients.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    async with await asyncio.start_server(result.serve, NAME, 0, ssl=context) as listening:
        result.port = listening.sockets[0].getsockname()[1]
        yield result


async def test_a_renewed_certificate_is_used_by_contexts_that_exist(tmp_path: Path, security: Security) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    first = issue(tmp_path, authority)
    async with server(authority, authority) as running:
        context = shared_context(security)
        assert await running.seen_by(context) == first
        second = issue(tmp_path, authority)
        load_renewed(security)
        assert await running.seen_by(context) == second != first


async def test_half_of_a_renewal_changes_nothing(tmp_path: Path, security: Security) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    first = issue(tmp_path, authority)
    async with server(authority, authority) as running:
        context, key = shared_context(security), (tmp_path / "own.key").read_bytes()
        second = issue(tmp_path, authority)
        renewed = (tmp_path / "own.key").read_bytes()
        put(tmp_path / "own.key", key)
        for _ in range(2):
            with pytest.raises(Misconfigured, match=r"kafka\.key_file: the key in .* is not that of the certificate"):
                load_renewed(security)
        assert shared_context(security) is context
        assert await running.seen_by(context) == first
        put(tmp_path / "own.key", renewed)
        load_renewed(security)
        assert await running.seen_by(context) == second


async def test_a_new_authority_is_trusted_by_contexts_that_exist(tmp_path: Path, security: Security) -> None:
    authority, other = trustme.CA(), trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    first = issue(tmp_path, authority)
    async with server(other, authority) as running:
        context = shared_context(security)
        with pytest.raises(ssl.SSLCertVerificationError):
            await running.seen_by(context)
        put(tmp_path / "ca.pem", authority.cert_pem.bytes() + other.cert_pem.bytes())
        load_renewed(security)
        assert await running.seen_by(context) == first
