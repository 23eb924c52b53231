"""TLS and logins on a real broker: a whole hop through each, and one line with the key and the remedy where it fails."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from monitor.bus import Unavailable
from monitor.bus.address import Address, Security
from monitor.bus.backends import check_streams, connect, create_streams
from monitor.bus.kafka import broker as kafka_address
from monitor.bus.kafka.cluster import Cluster
from monitor.bus.streams import STREAMS
from tests.bus import producer_records, read_batch, replay, restore_nothing
from tests.integration.command import invoke
from tests.kafka_security import KEY_PASSWORD, PASSWORD, USERNAME, SecureBroker, secure_broker
from tests.running import until

pytestmark = pytest.mark.kafka
ALERTS, DELIVERIES = "alert.v1", "delivery.v1"
FEW = {name: STREAMS[name] for name in (ALERTS, DELIVERIES, "process.v1")}
LOGIN = {
    "security_protocol": "SASL_SSL",
    "sasl_mechanism": "SCRAM-SHA-512",
    "username": USERNAME,
    "password": PASSWORD,
    "ca_file": "ca.pem",
}
TLS = {"security_protocol": "SSL", "username": "", "password": ""}
CLEARTEXT = {**TLS, "security_protocol": "PLAINTEXT", "ca_file": ""}


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecureBroker]:
    """A broker with TLS and logins."""
    with secure_broker(tmp_path_factory.mktemp("secure")) as broker:
        yield broker


def login(secure: SecureBroker, **changes: str) -> Security:
    """Return the login of a user over TLS, with *changes*."""
    return replace(Security("SASL_SSL", "SCRAM-SHA-512", USERNAME, PASSWORD, str(secure.folder / "ca.pem")), **changes)


def certificate(secure: SecureBroker, **changes: str) -> Security:
    """Return TLS with a certificate of the client, with *changes*."""
    folder = secure.folder
    own = Security(
        "SSL", ca_file=str(folder / "ca.pem"), cert_file=str(folder / "client.pem"), key_file=str(folder / "client.key")
    )
    return replace(own, **changes)


@pytest.mark.parametrize("way", ["SCRAM-SHA-256", "SCRAM-SHA-512", "cleartext", "certificate", "encrypted key"])
async def test_a_hop_goes_through_tls_and_a_login(way: str, secure: SecureBroker) -> None:
    encrypted = {"key_file": str(secure.folder / "client-encrypted.key"), "key_password": KEY_PASSWORD}
    listener, security = {
        "SCRAM-SHA-256": ("LOGIN", login(secure, mechanism=way)),
        "SCRAM-SHA-512": ("LOGIN", login(secure, mechanism=way)),
        "cleartext": ("CLEARTEXT", login(secure, protocol="SASL_PLAINTEXT")),
        "certificate": ("MUTUAL", certificate(secure)),
        "encrypted key": ("MUTUAL", certificate(secure, **encrypted)),
    }[way]
    address = Address(f"kafka://{secure.servers[listener]}/{way.replace(' ', '-')}", security=security, streams=FEW)
    await create_streams(address)
    assert await check_streams(address) == []
    async with connect(address) as bus:
        await bus.publish(producer_records(ALERTS, 3))
        async with bus.subscribe("delivery", ALERTS, restore=restore_nothing) as subscription:
            batch = await read_batch(subscription)
            await subscription.commit(batch[0].partition, batch, producer_records(DELIVERIES, 1))
        assert [record.value for record in await replay(bus, DELIVERIES)] == [b"value 0"]
        assert await bus.lag("delivery", ALERTS) is not None


REFUSED = {
    "wrong password": (
        "LOGIN",
        {"password": "wrong"},
        "refuses the login of 'newsmonitor' with SCRAM-SHA-512: correct kafka.username, or the password in kafka.password_file",
    ),
    "unknown user": (
        "LOGIN",
        {"username": "nobody"},
        "refuses the login of 'nobody' with SCRAM-SHA-512: correct kafka.username",
    ),
    "other mechanism": ("LOGIN", {"sasl_mechanism": "PLAIN"}, "has no login with PLAIN: write another kafka.sasl_mechanism"),
    "no logins": (
        "MUTUAL",
        {"cert_file": "client.pem", "key_file": "client.key"},
        "has no logins at this port: write kafka.security_protocol = 'SSL'",
    ),
    "unknown authority": ("LOGIN", {"ca_file": "other-ca.pem"}, "is not signed by an authority in kafka.ca_file"),
    "authority not named": ("LOGIN", {"ca_file": ""}, "that this machine knows: name its PEM file in kafka.ca_file"),
    "expired": ("EXPIRED", TLS, "has expired: renew it on the broker (ssl.keystore)"),
    "other host": ("MISNAMED", TLS, "is not for '127.0.0.1': write a name that it has in bus"),
    "led astray": (
        "LED_ASTRAY",
        TLS,
        "tells its clients to connect to other addresses (advertised.listeners): the certificate",
    ),
    "no certificate": ("MUTUAL", TLS, "asks for a certificate: name PEM files in kafka.cert_file and kafka.key_file"),
    "expired certificate": (
        "MUTUAL",
        {**TLS, "cert_file": "expired.pem"},
        "refuses the certificate in kafka.cert_file (sslv3 alert certificate unknown): name one that has not expired",
    ),
    "no TLS": (
        "PLAINTEXT",
        TLS,
        "closes the connection: see whether it starts or stops, and whether this port is one for kafka",
    ),
    "TLS": ("LOGIN", CLEARTEXT, "whether this port is one for kafka.security_protocol = 'PLAINTEXT'"),
    "login": ("LOGIN", TLS, "whether this port is one for kafka.security_protocol = 'SSL'"),
    "key of another": (
        "MUTUAL",
        {**TLS, "cert_file": "client.pem", "key_file": "broker.pem"},
        "kafka.key_file: the key in broker.pem is not that of the certificate in kafka.cert_file",
    ),
    "key without password": (
        "MUTUAL",
        {**TLS, "cert_file": "client.pem", "key_file": "client-encrypted.key"},
        "NEWSMONITOR_KAFKA_KEY_PASSWORD does not have the password of the encrypted key in client-encrypted.key",
    ),
    "no password": ("LOGIN", {"password": ""}, "NEWSMONITOR_KAFKA_PASSWORD is missing or empty; it must hold the password"),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_the_doctor_names_the_key_and_the_remedy_of_a_connection_that_is_refused(
    case: str, secure: SecureBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener, changes, message = REFUSED[case]
    keys = {**LOGIN, **changes}
    monkeypatch.setenv("NEWSMONITOR_KAFKA_PASSWORD", keys.pop("password"))
    lines = [f'bus = "kafka://{secure.servers[listener]}"', "[kafka]", *(f'{key} = "{value}"' for key, value in keys.items())]
    (secure.folder / "monitor.toml").write_text("\n".join(lines))
    code, out, _ = await invoke(secure.folder, "doctor", "--json")
    found = next(each for each in map(json.loads, out.splitlines()) if each["level"] == "act")
    assert (code, found["area"]) == (
        1,
        "config" if case in {"no password", "key of another", "key without password"} else "bus",
    )
    assert message in found["text"]


async def test_a_login_that_is_refused_while_services_run_is_told(secure: SecureBroker) -> None:
    address = Address(f"kafka://{secure.servers['LOGIN']}", security=login(secure, password="another"))
    cluster = Cluster(kafka_address(address))
    try:
        with pytest.raises(Unavailable, match=r"has not answered since .*Z: the broker .* refuses the login of 'newsmonitor'"):
            await cluster.topic(ALERTS)
    finally:
        await cluster.close()


async def test_certificates_that_are_renewed_while_services_run_are_loaded(secure: SecureBroker, tmp_path: Path) -> None:
    for name in ("ca.pem", "client.pem", "client.key"):
        shutil.copy(secure.folder / name, tmp_path)
    security = certificate(replace(secure, folder=tmp_path))
    address = Address(f"kafka://{secure.servers['MUTUAL']}/renewed", security=security, streams=FEW)
    await create_streams(address)
    with capture_logs() as logs:

        def is_told(event: str) -> bool:
            return any(each["event"] == event for each in logs)

        async with connect(address) as bus:
            shutil.copy(secure.folder / "renewed.pem", tmp_path / "client.pem")
            await until(lambda: is_told("renewed certificates are not used"))
            # Connections that are made meanwhile still work.
            await bus.publish(producer_records(ALERTS, 1))
            shutil.copy(secure.folder / "renewed.key", tmp_path / "client.key")
            await until(lambda: is_told("renewed certificates are used"))
            assert len(await replay(bus, ALERTS)) == 1
