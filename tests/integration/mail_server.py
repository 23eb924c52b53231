"""A real mail server on 127.0.0.1."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "desk", "Wacholder6beere"


@dataclass
class MailServer:
    """A mail server that accepts messages.

    *refusals* has the answer for a recipient; "data" and "sender" are those to a message and its sender.
    """

    refusals: dict[str, str] = field(default_factory=dict)
    accepted: list[tuple[str, list[str]]] = field(default_factory=list)
    messages: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    users: list[bytes] = field(default_factory=list)
    hangs_at: str = ""
    port: int = 0

    async def handle_MAIL(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]) -> str:  # noqa: N802
        """Take the sender."""
        envelope.mail_from = address
        return self.refusals.get("sender", "250 OK")

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]) -> str:  # noqa: N802
        """Take a recipient."""
        if address not in self.refusals:
            envelope.rcpt_tos.append(address)
        return self.refusals.get(address, "250 OK")

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a message."""
        if "data" in self.refusals:
            return self.refusals["data"]
        content = envelope.original_content or b""
        self.raw.append(content)
        self.messages.append(message_from_bytes(content, EmailMessage, policy=policy.default))
        self.accepted.append((envelope.mail_from or "", list(envelope.rcpt_tos)))
        if self.hangs_at == "data":
            await asyncio.Event().wait()
        return "250 OK"

    async def handle_QUIT(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        """Say goodbye."""
        if self.hangs_at == "quit":
            await asyncio.Event().wait()
        return "221 Bye"

    def authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, login: object) -> AuthResult:
        """Check a login."""
        assert isinstance(login, LoginPassword)
        self.users.append(login.login)
        return AuthResult(success=(login.login, login.password) == (USER.encode(), PASSWORD.encode()), handled=False)


@asynccontextmanager
async def mail_server(tls: ssl.SSLContext | None = None, *, implicit: bool = False) -> AsyncIterator[MailServer]:
    """Run a mail server, with STARTTLS if it is given *tls*, or with TLS from the start if *implicit*."""
    handler, loop, connections = MailServer(), asyncio.get_running_loop(), list[SMTP]()

    def connection() -> SMTP:
        made = SMTP(
            handler,
            hostname="mail.invalid",
            tls_context=None if implicit else tls,
            require_starttls=bool(tls) and not implicit,
            auth_require_tls=False,
            authenticator=handler.authenticate,
            loop=loop,
        )
        connections.append(made)
        return made

    server = await loop.create_server(connection, "127.0.0.1", 0, ssl=tls if implicit else None)
    handler.port = server.sockets[0].getsockname()[1]
    try:
        yield handler
    finally:
        server.close()
        for each in connections:
            if each.transport:
                each.transport.close()
                each.connection_lost(None)
