"""Why a broker cannot be reached. aiokafka only logs the reason: it raises the same error for all of them."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiokafka.conn import AIOKafkaConnection, collect_hosts
from aiokafka.errors import (
    IllegalSaslStateError,
    KafkaConnectionError,
    KafkaError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)
from aiokafka.protocol.metadata import MetadataRequest

from monitor.bus import Misconfigured, Transient
from monitor.bus.address import LOGIN_VARIABLE, Security
from monitor.bus.kafka.client import Broker, translate_errors
from monitor.bus.tls import tls_context

CONNECT_SECONDS = 3.0
"""Seconds after which an attempt to connect has failed."""
ALERT_SECONDS = 0.5
"""Seconds within which a broker says that it refuses a client's certificate."""
CLOSE_SECONDS = 0.1
"""Seconds within which a connection is closed."""
EXPIRED, NOT_YET_VALID, OTHER_HOST, OTHER_IP = 10, 9, 62, 64
"""OpenSSL's codes of certificates that are not accepted. Most others are of one whose authority is unknown."""


@asynccontextmanager
async def connecting(broker: Broker, action: str = "connecting") -> AsyncIterator[None]:
    """Translate errors as translate_errors does, and say why no connection to *broker* is made."""
    try:
        async with translate_errors(action):
            yield
    except Transient as error:
        reason = await find_reason(broker)
        if reason is None:
            raise
        raise type(reason)(f"{action}: {reason}") from error


async def find_reason(broker: Broker) -> Misconfigured | Transient | None:
    """Connect to *broker* once, and return why that fails; None if it does not, or nothing is known.

    The error is Misconfigured if somebody must correct something.
    """
    try:
        reason = await _find_reason(broker)
        if isinstance(reason, Misconfigured) and broker.security.protocol.endswith("SSL"):
            # It may be refused because the files cannot be used any more, and the former ones still are.
            tls_context(broker.security)
    except Misconfigured as error:
        return error
    return reason


async def _find_reason(broker: Broker) -> Misconfigured | Transient | None:
    reasons = []
    for host, port, _ in collect_hosts(broker.servers, randomize=False):
        reason, nodes = await _try(broker, host, port)
        if reason is None:
            reasons = [(await _try(broker, *node))[0] for node in nodes if node != (host, port)]
            told = f"the broker {host}:{port} tells its clients to connect to other addresses (advertised.listeners):"
            reasons = [type(each)(f"{told} {each}") for each in reasons if each]
            break
        reasons.append(reason)
    return next((each for each in reasons if isinstance(each, Misconfigured)), reasons[0] if reasons else None)


async def _try(broker: Broker, host: str, port: int) -> tuple[Misconfigured | Transient | None, list[tuple[str, int]]]:
    """Return why *host* and *port* cannot be used, or the addresses of all brokers that it names."""
    settings, place = broker.settings(), f"{host}:{port}"
    del settings["bootstrap_servers"]
    try:
        async with asyncio.timeout(CONNECT_SECONDS), _open(host, port, settings) as connection:
            answer = await connection.send(MetadataRequest([]))
    except ssl.SSLError as error:
        return Misconfigured(_tls_problem(broker.security, host, place, error)), []
    except socket.gaierror as error:
        return Transient(f"the name of the broker {place} cannot be resolved: {error.strerror}; see the key bus"), []
    except (KafkaConnectionError, ConnectionResetError, EOFError):
        if refusal := await _refused_certificate(host, port, settings.get("ssl_context")):
            return Misconfigured(_certificate_problem(broker.security, place, refusal)), []
        protocol = broker.security.protocol
        remedy = f"see whether it starts or stops, and whether this port is one for kafka.security_protocol = {protocol!r}"
        return Transient(f"the broker {place} closes the connection: {remedy}"), []
    except (OSError, TimeoutError) as error:
        reason = "no answer" if isinstance(error, TimeoutError) else error.strerror or str(error)
        return Transient(f"the broker {place} is unavailable: {reason}; see whether it runs, and the key bus"), []
    except KafkaError as error:
        problem = _login_problem(broker.security, place, error)
        return Misconfigured(problem) if problem else None, []
    if not answer.brokers:
        remedy = "see in the brokers' logs why none has started, or why the controller does not hear of them"
        return Transient(f"the broker {place} names no broker that is ready, not even itself: {remedy}"), []
    return None, [(node[1], node[2]) for node in answer.brokers]


@asynccontextmanager
async def _open(host: str, port: int, settings: Mapping[str, Any]) -> AsyncIterator[AIOKafkaConnection]:
    """Connect, and wait until the connection is closed when the context ends: the event loop may end with it."""
    connection = AIOKafkaConnection(host, port, **settings)
    try:
        await connection.connect()
        yield connection
    finally:
        if closed := connection.close():
            await asyncio.wait([closed], timeout=CLOSE_SECONDS)


def _login_problem(security: Security, place: str, error: KafkaError) -> str | None:
    """Return why the broker refuses the login, and the key of the config to correct."""
    match error:
        case SaslAuthenticationFailed():
            login = f"the login of {security.username!r} with {security.mechanism}"
            where = f"kafka.password_file or the environment variable {LOGIN_VARIABLE}"
            return f"the broker {place} refuses {login}: correct kafka.username, or the password in {where}"
        case UnsupportedSaslMechanismError():
            return f"the broker {place} has no login with {security.mechanism}: write another kafka.sasl_mechanism"
        case IllegalSaslStateError():
            meant = "SSL" if security.protocol == "SASL_SSL" else "PLAINTEXT"
            remedy = f"write kafka.security_protocol = {meant!r}, or the port of another listener in bus"
            return f"the broker {place} has no logins at this port: {remedy}"
    return None


def _tls_problem(security: Security, host: str, place: str, error: ssl.SSLError) -> str:
    """Return why the broker's certificate is not accepted, and what to correct."""
    if not isinstance(error, ssl.SSLCertVerificationError):
        if "CERTIFICATE" in (error.reason or ""):
            return _certificate_problem(security, place, str(error.reason))
        remedy = "see whether this port has TLS (kafka.security_protocol, bus)"
        return f"TLS with the broker {place} fails ({error.reason or error}): {remedy}"
    certificate = f"the certificate of the broker {place}"
    match error.verify_code:
        case code if code in {EXPIRED, NOT_YET_VALID}:
            state = "has expired" if code == EXPIRED else "is not valid yet"
            return f"{certificate} {state}: renew it on the broker (ssl.keystore), or set the clock of this machine"
        case code if code in {OTHER_HOST, OTHER_IP}:
            remedy = f"write a name that it has in bus, or give the broker one for {host!r} (subjectAltName)"
            return f"{certificate} is not for {host!r}: {remedy}"
    if security.ca_file:
        remedy = "name the file with that authority"
        return f"{certificate} is not signed by an authority in kafka.ca_file ({security.ca_file}): {remedy}"
    return f"{certificate} is signed by no authority that this machine knows: name its PEM file in kafka.ca_file"


async def _refused_certificate(host: str, port: int, context: ssl.SSLContext | None) -> str | None:
    """Return OpenSSL's reason if the broker ends TLS because of this client's certificate. It says so after the handshake."""
    if context is None:
        return None
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            reader, writer = await asyncio.open_connection(host, port, ssl=context)
        try:
            async with asyncio.timeout(ALERT_SECONDS):
                await reader.read(1)
        finally:
            writer.transport.abort()
            # The transport is closed in one of the next steps of the event loop.
            await asyncio.sleep(0.01)
    except ssl.SSLError as error:
        return error.reason
    except (OSError, TimeoutError):
        return None
    return None


def _certificate_problem(security: Security, place: str, reason: str) -> str:
    if not security.cert_file:
        return f"the broker {place} asks for a certificate: name PEM files in kafka.cert_file and kafka.key_file"
    remedy = "name one that has not expired, and that an authority of the broker has signed (its ssl.truststore)"
    return f"the broker {place} refuses the certificate in kafka.cert_file ({reason.lower().replace('_', ' ')}): {remedy}"
