"""TLS to a broker: the certificates of the config, also after they were renewed."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from monitor.bus import Misconfigured
from monitor.bus.address import KEY_VARIABLE, Security


def tls_context(security: Security) -> ssl.SSLContext:
    """Return the TLS settings of *security*. Raises Misconfigured, with a text that begins with the key of the config."""
    with _reading_authorities(security):
        context = ssl.create_default_context(cafile=security.ca_file or None)
    _load_own(context, security)
    return context


def shared_context(security: Security) -> ssl.SSLContext:
    """Return the TLS settings of *security* that all connections of this thread share. Raises as `tls_context` does."""
    return _shared(security, threading.get_ident()).context


def load_renewed(security: Security) -> bool:
    """Load the files of *security* into the shared settings again if they changed. Return whether they did.

    Open connections are not closed. An authority that was removed from its file stays trusted until the process ends. Raises
    Misconfigured as `tls_context` does. Then the settings are as before, and the next call tries again: in the middle of a
    renewal, the key may not be that of the certificate.
    """
    shared = _shared(security, threading.get_ident())
    if shared.files == (files := _files(security)):
        return False
    tls_context(security)
    if security.ca_file:
        with _reading_authorities(security):
            shared.context.load_verify_locations(security.ca_file)
    _load_own(shared.context, security)
    shared.files = files
    return True


@dataclass
class _Shared:
    """The *context* of all connections, and what its *files* were when it was loaded."""

    context: ssl.SSLContext
    files: tuple[object, ...]


@cache
def _shared(security: Security, _thread: int) -> _Shared:
    """Return what the connections of a thread share. OpenSSL may not load a certificate while another thread connects."""
    files = _files(security)
    return _Shared(tls_context(security), files)


def _files(security: Security) -> tuple[object, ...]:
    """Return what changes if one of the files is written or replaced."""
    return tuple(map(_stamp, (security.ca_file, security.cert_file, security.key_file)))


def _stamp(file: str) -> tuple[int, int, int] | None:
    if not file:
        return None
    try:
        found = Path(file).stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


@contextmanager
def _reading_authorities(security: Security) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Misconfigured(
            f"kafka.ca_file: no certificate can be read from {security.ca_file}: {_reason(error)}; name a PEM file with the"
            " certificate of the authority that signed the broker's"
        ) from error


def _load_own(context: ssl.SSLContext, security: Security) -> None:
    """Load the certificate of newsmonitor and its key."""
    if not security.cert_file:
        return
    try:
        # Without a password OpenSSL would ask for it on the terminal.
        context.load_cert_chain(security.cert_file, security.key_file or None, security.key_password)
    except OSError as error:
        raise Misconfigured(_problem(security, error)) from error


def _problem(security: Security, error: OSError) -> str:
    key, file = ("key_file", security.key_file) if security.key_file else ("cert_file", security.cert_file)
    if isinstance(error, ssl.SSLError) and error.reason == "KEY_VALUES_MISMATCH":
        return f"kafka.{key}: the key in {file} is not that of the certificate in kafka.cert_file: name its own"
    text = _text(file)
    if "ENCRYPTED" in text:
        state = "is not the password of" if security.key_password else "does not have the password of"
        places = f"kafka.key_password_file or the environment variable {KEY_VARIABLE}"
        return f"kafka.{key}: {places} {state} the encrypted key in {file}: put it there"
    if not security.key_file and "PRIVATE KEY" not in text:
        return f"kafka.cert_file: {file} has no private key: add key_file, or name a PEM file with both"
    if security.key_file and "CERTIFICATE" not in _text(security.cert_file):
        key, file = "cert_file", security.cert_file
    return f"kafka.{key}: {file} cannot be used: {_reason(error)}; name a PEM file with the {_content(key)}"


def _content(key: str) -> str:
    return "private key of newsmonitor" if key == "key_file" else "certificate of newsmonitor, and those of its authorities"


def _reason(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return (error.reason or "no PEM").lower().replace("_", " ")
    return error.strerror or str(error)


def _text(file: str) -> str:
    try:
        return Path(file).read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
