"""A Kafka broker with TLS and logins, on listeners of which some have certificates that no client may accept."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from tests.broker import SETTINGS, wait_until_ready
from tests.kafka_nodes import format_node, start_node
from tests.ports import unused_port

USERNAME, PASSWORD, KEY_PASSWORD = "newsmonitor", "correct horse", "battery staple"
LISTENERS = {
    "LOGIN": "SASL_SSL",
    "CLEARTEXT": "SASL_PLAINTEXT",
    "MUTUAL": "SSL",
    "EXPIRED": "SSL",
    "MISNAMED": "SSL",
    "LED_ASTRAY": "SSL",
}
"""The protocols of the listeners. MUTUAL asks for the client's certificate. The certificate of EXPIRED has expired, that of
MISNAMED names another host, and LED_ASTRAY tells its clients to connect to MISNAMED."""
LOGIN_MODULE = "org.apache.kafka.common.security.scram.ScramLoginModule"


@dataclass(frozen=True, slots=True)
class SecureBroker:
    """The *folder* with the certificates, and HOST:PORT by listener."""

    folder: Path
    servers: dict[str, str]


@contextmanager
def secure_broker(folder: Path, settings: str = SETTINGS) -> Iterator[SecureBroker]:
    """Run a broker with *settings*, LISTENERS and a user for SCRAM-SHA-256 and SCRAM-SHA-512."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_certificates(folder)
    ports = {name: unused_port() for name in ("PLAINTEXT", *LISTENERS)}
    users = [f"{name}=[name={USERNAME},password={PASSWORD}]" for name in ("SCRAM-SHA-256", "SCRAM-SHA-512")]
    format_node(folder, _properties(settings, folder, ports), *(option for user in users for option in ("--add-scram", user)))
    kill = start_node(folder)
    try:
        wait_until_ready(ports["PLAINTEXT"], lambda: True)
        yield SecureBroker(folder, {name: f"127.0.0.1:{port}" for name, port in ports.items()})
    finally:
        kill()


def _properties(settings: str, folder: Path, ports: dict[str, int]) -> str:
    text = settings.format(port=ports["PLAINTEXT"], controller=unused_port(), inside=0, folder=folder)
    told = {**ports, "LED_ASTRAY": ports["MISNAMED"]}
    added = {
        "listeners=": "".join(f",{name}://127.0.0.1:{ports[name]}" for name in LISTENERS),
        "advertised.listeners=": "".join(f",{name}://127.0.0.1:{told[name]}" for name in LISTENERS),
        "listener.security.protocol.map=": "".join(f",{name}:{protocol}" for name, protocol in LISTENERS.items()),
    }
    lines = [line + added.get(line[: line.find("=") + 1], "") for line in text.splitlines()]
    lines += ["sasl.enabled.mechanisms=SCRAM-SHA-256,SCRAM-SHA-512", "ssl.keystore.type=PEM", "ssl.truststore.type=PEM"]
    lines += [f"ssl.keystore.location={folder}/broker.pem", f"ssl.truststore.location={folder}/ca.pem"]
    for name in ("login", "cleartext"):
        for mechanism in ("scram-sha-256", "scram-sha-512"):
            lines.append(f"listener.name.{name}.{mechanism}.sasl.jaas.config={LOGIN_MODULE} required;")
    for name in ("expired", "misnamed"):
        lines += [
            f"listener.name.{name}.ssl.keystore.type=PEM",
            f"listener.name.{name}.ssl.keystore.location={folder}/{name}.pem",
        ]
    lines.append("listener.name.mutual.ssl.client.auth=required")
    return "\n".join(lines)


def _write_certificates(folder: Path) -> None:
    """Write ca.pem, other-ca.pem, a file for the broker and each bad listener, and two certificates and keys of the client."""
    authority, now = trustme.CA(), datetime.now(UTC)
    authority.cert_pem.write_to_path(folder / "ca.pem")
    trustme.CA().cert_pem.write_to_path(folder / "other-ca.pem")
    yesterday, before = now - timedelta(days=1), now - timedelta(days=2)
    certificates = {
        "broker": authority.issue_cert("127.0.0.1"),
        "expired": authority.issue_cert("127.0.0.1", not_before=before, not_after=yesterday),
        "misnamed": authority.issue_cert("kafka.example.org"),
    }
    for name, each in certificates.items():
        chain = b"".join(part.bytes() for part in each.cert_chain_pems)
        (folder / f"{name}.pem").write_bytes(_key(each, NoEncryption()) + chain)
    for name in ("renewed", "client"):
        client = authority.issue_cert("client@example.org")
        (folder / f"{name}.pem").write_bytes(b"".join(part.bytes() for part in client.cert_chain_pems))
        (folder / f"{name}.key").write_bytes(_key(client, NoEncryption()))
    (folder / "client-encrypted.key").write_bytes(_key(client, BestAvailableEncryption(KEY_PASSWORD.encode())))


def _key(certificate: trustme.LeafCert, encryption: KeySerializationEncryption) -> bytes:
    """Return the private key in PKCS #8, which is what a broker reads."""
    key = load_pem_private_key(certificate.private_key_pem.bytes(), None)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
