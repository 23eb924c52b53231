"""The section [smtp] of monitor.toml: the mail server to which e-mail is submitted, and the login."""

import ipaddress
from dataclasses import dataclass
from email.headerregistry import Address
from pathlib import Path
from typing import Any

from consumers.delivery.channels.secrets import NoSecret, read_secret, secret_source
from monitor.config.extensions import Section

ADDRESS = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*"
"""A mail address in ASCII (a dot-atom on both sides). Domains in other scripts are written as xn--."""
_ADDRESS_TEXT = {"type": "string", "pattern": f"^{ADDRESS}$", "maxLength": 254}
_TEXT: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 4096}


@dataclass(frozen=True, slots=True)
class SmtpConfig:
    """The mail server. Without *port* it is 587 with STARTTLS, 465 with TLS and 25 without both."""

    host: str = ""
    port: int | None = None
    security: str = "starttls"
    from_address: str = ""
    from_name: str = "newsmonitor"
    envelope_from: str | None = None
    username: str | None = None
    username_env: str | None = None
    username_file: str | None = None
    password_env: str | None = None
    password_file: str | None = None
    ca_file: str | None = None


SMTP = Section(
    "smtp",
    SmtpConfig,
    {
        "title": "Smtp",
        "description": "The mail server for targets with `email`.",
        "properties": {
            "host": {
                "type": "string",
                "pattern": "^[A-Za-z0-9_.:-]+$",
                "maxLength": 254,
                "description": "Its name.",
            },
            "port": {"type": "integer", "minimum": 1, "maximum": 65535},
            "security": {
                "type": "string",
                "enum": ["starttls", "tls", "none"],
                "default": "starttls",
                "description": "starttls and tls refuse a server without TLS, or with a certificate for another name.",
            },
            "from_address": {**_ADDRESS_TEXT, "description": "Who the messages are from, such as newsmonitor@example.org"},
            "from_name": {"type": "string", "pattern": r"^[^\x00-\x1f\x7f]*$", "maxLength": 100, "default": "newsmonitor"},
            "envelope_from": {**_ADDRESS_TEXT, "description": "The address to which undeliverable messages are returned."},
            "username": {**_TEXT, "description": "The login; username_env or username_file name where it is instead."},
            "username_env": _TEXT,
            "username_file": _TEXT,
            "password_env": {**_TEXT, "description": "The environment variable that holds the password."},
            "password_file": {**_TEXT, "description": "A file that holds it instead."},
            "ca_file": {
                **_TEXT,
                "description": "Certificate authorities (PEM), instead of those of the machine.",
            },
        },
    },
)


def sender_address(smtp: SmtpConfig) -> Address:
    """Return the address that messages are from. Raises ValueError if it is none."""
    return Address(smtp.from_name, addr_spec=smtp.from_address)


def read_login(smtp: SmtpConfig, folder: Path) -> tuple[str, str]:
    """Return the user and the password; both are "" without a login. Raises NoSecret if a part of it is missing."""
    if problem := login_problem(smtp, folder):
        raise NoSecret(f"smtp {problem[0]}: {problem[1]}")
    return _user(smtp, folder), _password(smtp, folder)


def login_problem(smtp: SmtpConfig, folder: Path) -> tuple[str, str] | None:
    """Return the key of [smtp] at which the login is wrong, and why; None if it is right, or there is none."""
    for part in ("username", "password"):
        given = [key for key in (part, f"{part}_env", f"{part}_file") if getattr(smtp, key, None)]
        if len(given) > 1:
            return given[1], f"it has {' and '.join(given)}: remove one of them"
        if given and not (_user if part == "username" else _password)(smtp, folder):
            source = secret_source(getattr(smtp, f"{part}_env"), getattr(smtp, f"{part}_file"), folder)
            return given[0], f"{source} is missing or empty; it must hold the {part} of the mail server"
    has_user, has_password = bool(_user(smtp, folder)), bool(smtp.password_env or smtp.password_file)
    if has_user != has_password:
        return ("username", "there is no password: add password_env") if has_user else ("host", "there is no username: add it")
    if has_password and smtp.security == "none" and not _is_loopback(smtp.host):
        return "security", 'the password would be sent without encryption: write security = "starttls" or "tls"'
    return None


def _user(smtp: SmtpConfig, folder: Path) -> str:
    return smtp.username or read_secret(smtp.username_env, smtp.username_file, folder)


def _password(smtp: SmtpConfig, folder: Path) -> str:
    return read_secret(smtp.password_env, smtp.password_file, folder)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
