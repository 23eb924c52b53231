"""An e-mail about alerts (RFC 5322): text and HTML, under an id that is the same for each attempt. Pure."""

from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.policy import Policy
from hashlib import blake2b
from typing import Any

from consumers.delivery.batches import describe_left_out, message_id
from consumers.delivery.channels.alert_text import AlertText, alert_text, as_html, as_text, subject, thread_key
from monitor.escape import printable
from monitor.messages import Alert


class OneLine(BaseHeader):
    """A header with ASCII text that is written as it is, on one line. Mail programs do not find ids in encoded words."""

    max_count = 1

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        """Set the attributes that each class of headers sets."""
        kwds["parse_tree"], kwds["decoded"] = None, value

    def fold(self, *, policy: Policy) -> str:
        """Return the header as it is sent."""
        return f"{self.name}: {self}{policy.linesep}"


HEADERS = HeaderRegistry()
for _name in ("message-id", "references", "in-reply-to", "list-unsubscribe"):
    HEADERS.map_to_type(_name, OneLine)
# In 7 bits, no relay has to convert the message, which would make a DKIM signature invalid.
POLICY = SMTP_POLICY.clone(header_factory=HEADERS, cte_type="7bit")


def email_message(
    batch: Sequence[Alert], sender: Address, recipients: Sequence[str], unsubscribe: str | None, now: datetime
) -> EmailMessage:
    """Return the message about *batch* from *sender* to *recipients*. *now* is when it is sent.

    Messages about one story refer to one id, which no message has, so that mail programs show them together whichever versions
    are sent, and after a restart.
    """
    delivery, texts = message_id(batch), [alert_text(alert) for alert in batch]
    if left_out := describe_left_out(batch):
        texts.append(AlertText(left_out, None, "", ()))
    message = EmailMessage(POLICY)
    message["From"] = sender
    message["To"] = [Address(addr_spec=each) for each in recipients]
    message["Subject"] = subject(batch)
    message["Date"] = now
    message["Message-ID"] = _reference("message", delivery, sender.domain)
    if len(threads := {thread_key(alert) for alert in batch}) == 1:
        thread = _reference("story", threads.pop(), sender.domain)
        message["In-Reply-To"] = message["References"] = thread
    message["Auto-Submitted"] = "auto-generated"
    if unsubscribe:
        message["List-Unsubscribe"] = f"<{unsubscribe}>"
    message["Newsmonitor-Id"] = printable(delivery)
    message["Newsmonitor-Watch"] = ", ".join(dict.fromkeys(printable(alert.watch) for alert in batch))
    message["Newsmonitor-Severity"] = batch[0].severity
    text, html = as_text(texts), as_html(texts)
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    # The library's boundary is a random number. A text cannot contain a hash of itself.
    message.set_boundary(_hash(f"{delivery} {text} {html}"))
    return message


def _reference(kind: str, name: str, domain: str) -> str:
    return f"<{_hash(f'{kind}:{name}')}@{domain}>"


def _hash(text: str) -> str:
    return blake2b(text.encode(errors="surrogatepass"), digest_size=16).hexdigest()
