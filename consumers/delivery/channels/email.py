"""The e-mail channel: submits alerts to a mail server, which relays them (RFC 5321, RFC 6409)."""

import asyncio
import re
import socket
import ssl
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from consumers.delivery.batches import message_id
from consumers.delivery.channels.email_message import email_message
from consumers.delivery.channels.secrets import NoSecret
from consumers.delivery.channels.smtp_config import ADDRESS, SmtpConfig, login_problem, read_login, sender_address
from consumers.delivery.queue.delivery_queue import Result
from monitor.clock import Clock, utc
from monitor.config import Config, Target
from monitor.config.extensions import TargetKind
from monitor.config.problems import KeyProblem
from monitor.messages import Alert

if TYPE_CHECKING:
    import aiohttp
    import aiosmtplib

ADDRESS_SCHEMA = {"type": "string", "pattern": f"^{ADDRESS}$", "maxLength": 254, "description": "such as desk@example.org"}
EMAIL = TargetKind(
    "email",
    {"type": "array", "minItems": 1, "maxItems": 100, "items": ADDRESS_SCHEMA},
    {
        "unsubscribe": {
            "type": "string",
            "pattern": "^(mailto:|https://)[!-;=?-~]+$",
            "maxLength": 500,
            "description": "where readers ask for no more messages, such as mailto:desk@example.org?subject=unsubscribe",
        }
    },
)
COMMANDS_AT_MOST = 4
"""How many times `delivery.timeout` an attempt may take. Each command of SMTP has this time of its own."""
QUIT_SECONDS = 1.0
"""The longest wait for a server to say goodbye, after it has accepted the message."""
PERMANENT, LOGIN_CODES = 500, range(530, 540)
"""The first code that refuses a message for good (RFC 5321), and those about the login, which a message does not cause."""
MAX_REMEMBERED = 1000
"""The number of messages whose recipients are remembered until all have the message."""


@dataclass
class Handled:
    """The recipients that need not get a message once more, by the ids of target and message.

    Each has the answer that refused it for good, or None if it has the message. After a restart all get the message again.
    """

    by_message: OrderedDict[tuple[str, str], dict[str, str | None]] = field(default_factory=OrderedDict)

    def of(self, target_id: str, message: str) -> dict[str, str | None]:
        """Return the recipients of a message, to be added to."""
        recipients = self.by_message.setdefault((target_id, message), {})
        self.by_message.move_to_end((target_id, message))
        if len(self.by_message) > MAX_REMEMBERED:
            self.by_message.popitem(last=False)
        return recipients

    def forget(self, target_id: str, message: str) -> None:
        """Forget a message that all recipients have. If it is to be sent once more, it is another one with the same id."""
        self.by_message.pop((target_id, message), None)


HANDLED = Handled()


@dataclass(frozen=True, slots=True)
class EmailChannel:
    """Sends each batch as one message to all recipients of the target. *clock* returns the time for its date, in UTC."""

    target: Target
    config: Config
    session: "aiohttp.ClientSession"
    clock: Clock = utc
    handled: Handled = field(default_factory=lambda: HANDLED)

    async def send(self, batch: Sequence[Alert]) -> Result:
        """Submit *batch* to the mail server. What follows its acceptance does not matter.

        If it accepts the message for some recipients only, the others are tried again, unless they are refused for good.
        """
        import aiosmtplib

        smtp, recipients = self.config.section(SmtpConfig), list(mailboxes(self.target).values())
        handled = self.handled.of(self.target.id, message_id(batch))
        to = [each for each in recipients if each not in handled]
        if not to:
            return _result_of({}, handled, recipients)
        try:
            sender = sender_address(smtp)
            message = email_message(batch, sender, recipients, self.target.options.get("unsubscribe"), self.clock())
            client = self._client(smtp)
            refused = await self._submit(client, smtp.envelope_from or sender.addr_spec, to, message.as_bytes())
        except NoSecret as error:
            return Result(error=str(error))
        except aiosmtplib.SMTPRecipientsRefused as error:
            refused = {each.recipient: (each.code, each.message) for each in error.recipients}
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            return _failure(error, smtp, self.config.delivery.timeout)
        for recipient in to:
            if recipient not in refused:
                handled[recipient] = None
            elif _is_permanent(refused[recipient][0]):
                handled[recipient] = _describe(recipient, *refused[recipient])
        result = _result_of(refused, handled, recipients)
        if result.error is None:
            self.handled.forget(self.target.id, message_id(batch))
        return result

    def _client(self, smtp: SmtpConfig) -> "aiosmtplib.SMTP":
        """Return a client for the server. Raises NoSecret."""
        import aiosmtplib

        username, password = read_login(smtp, self.config.folder)
        return aiosmtplib.SMTP(
            hostname=smtp.host,
            port=smtp.port,
            username=username or None,
            password=password or None,
            use_tls=smtp.security == "tls",
            start_tls=smtp.security == "starttls",
            cert_bundle=str(self.config.folder / smtp.ca_file) if smtp.ca_file else None,
            local_hostname=_own_name(),
            timeout=self.config.delivery.timeout,
        )

    async def _submit(
        self, client: "aiosmtplib.SMTP", sender: str, recipients: Sequence[str], message: bytes
    ) -> dict[str, tuple[int, str]]:
        """Send *message*, and return the answers for the recipients that are refused. Raises as aiosmtplib does."""
        import aiosmtplib

        try:
            async with asyncio.timeout(COMMANDS_AT_MOST * self.config.delivery.timeout):
                await client.connect()
                answers, _ = await client.sendmail(sender, recipients, message)
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.quit(timeout=QUIT_SECONDS)
        finally:
            client.close()
        return {recipient: (answer.code, answer.message) for recipient, answer in answers.items()}


def check_target(target: Target, _folder: Path) -> list[str]:
    """Return the problem of a target that names a secret nobody reads."""
    if target.secret_env or target.secret_file:
        return [f"target {target.id!r}: e-mail has no secret of a target; the password is that of [smtp] (password_env)"]
    return []


def mailboxes(target: Target) -> dict[str, str]:
    """Return the recipients of *target*, each once, by what tells their mailboxes apart.

    RFC 5321 allows a server to tell names apart by their case, but hardly any does.
    """
    recipients: dict[str, str] = {}
    for address in target.options["email"]:
        recipients.setdefault(address.casefold(), address)
    return recipients


def find_repeated(target: Target) -> list[str]:
    """Return a hint for each recipient of *target* that is named more than once."""
    firsts: dict[str, int] = {}
    hints = []
    for number, address in enumerate(target.options["email"], 1):
        if (first := firsts.setdefault(address.casefold(), number)) != number:
            text = (
                f"number {number}, {address!r}, is the same mailbox as number {first}, which gets each message once: remove one"
            )
            hints.append(f"target {target.id!r}: email: {text}")
    return hints


def check_smtp(config: Config) -> list[KeyProblem]:
    """Return the problems of [smtp], which targets with e-mail need."""
    smtp = config.section(SmtpConfig)
    missing = [name for name in ("host", "from_address") if not getattr(smtp, name)]
    if missing:
        index = next(number for number, target in enumerate(config.targets) if target.kind == "email")
        example = '[smtp] with host = "mail.example.org" and from_address = "newsmonitor@example.org"'
        text = f"target {config.targets[index].id!r}: e-mail needs {' and '.join(missing)} of the mail server: add {example}"
        return [KeyProblem(text, ("targets", index, "email"))]
    if problem := login_problem(smtp, config.folder):
        key, text = problem
        return [KeyProblem(f"smtp {key}: {text}", ("smtp", key))]
    return []


def _own_name() -> str:
    """Return the name by which this machine introduces itself: its full name, or an address literal (RFC 5321, 4.1.3)."""
    name = socket.gethostname()
    return name if "." in name and re.fullmatch(r"[A-Za-z0-9.-]+", name) else "[127.0.0.1]"


def _is_permanent(code: int) -> bool:
    return code >= PERMANENT and code not in LOGIN_CODES


def _describe(what: str, code: int, answer: str) -> str:
    return f"{what}: {code} {' '.join(answer.split())[:200]}"


def _result_of(refused: dict[str, tuple[int, str]], handled: dict[str, str | None], recipients: Sequence[str]) -> Result:
    """Return the result of a message, of which the server now *refused* some recipients, given how all were *handled*."""
    waiting = [_describe(each, *refused[each]) for each in recipients if each in refused and each not in handled]
    given_up = [answer for each in recipients if (answer := handled.get(each))]
    if not waiting and not given_up:
        return Result()
    has_message = any(each in handled and handled[each] is None for each in recipients)
    number = f"{len(waiting) + len(given_up)} of {len(recipients)}"
    error = f"the mail server refused {number} recipients: {'; '.join([*waiting, *given_up])}"
    code = max((code for code, _ in refused.values()), default=None)
    return Result(code, error, permanent=not waiting, partial=has_message)


def _failure(error: Exception, smtp: SmtpConfig, timeout: float) -> Result:
    """Return the result of a message that the server did not accept for anybody. Passwords are in no answer."""
    import aiosmtplib

    server = f"{smtp.host}: "
    if isinstance(error, aiosmtplib.SMTPResponseException):
        is_message = isinstance(error, aiosmtplib.SMTPSenderRefused | aiosmtplib.SMTPDataError)
        what = "the login was refused" if isinstance(error, aiosmtplib.SMTPAuthenticationError) else "refused"
        permanent = is_message and _is_permanent(error.code)
        return Result(error.code, server + _describe(what, error.code, error.message), permanent=permanent)
    if isinstance(error, TimeoutError):
        return Result(error=f"{server}no answer within {timeout:g} s")
    cause: BaseException | None = error
    while cause:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Result(error=f"{server}its certificate is rejected: {cause.verify_message} (smtp ca_file)")
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, aiosmtplib.SMTPServerDisconnected):
        return Result(error=f"{server}it closed the connection")
    if isinstance(error, aiosmtplib.SMTPException) and not isinstance(error, OSError):
        return Result(error=f"{server}{error.message} (smtp security is {smtp.security!r})")
    return Result(error=f"{server}no connection ({type(error).__name__})")
