"""The channel for the services that Apprise reaches, such as Slack, Telegram and ntfy. It needs the extra `apprise`."""

import asyncio
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from consumers.delivery.channels.apprise_message import Markup, ServiceFormat, apprise_message
from consumers.delivery.channels.secrets import read_secret, secret_source
from consumers.delivery.queue.delivery_queue import Result
from monitor.config import Config, Target
from monitor.config.extensions import TargetKind
from monitor.messages import Alert
from monitor.redaction import HIDDEN, looks_random

if TYPE_CHECKING:
    import aiohttp
    from apprise import AppriseResult, NotifyBase

MISSING_PACKAGE = "it needs Apprise: pip install 'newsmonitor[apprise]'"
UNKNOWN_SERVICE = "Apprise knows no such service, or its address lacks something: see https://appriseit.com/services/"
_NAME = {"type": "string", "minLength": 1, "maxLength": 4096}
APPRISE = TargetKind("apprise", _NAME, {"apprise_env": _NAME, "apprise_file": _NAME}, ("apprise_env", "apprise_file"))
REQUESTS_AT_MOST = 4
"""How many times `delivery.timeout` an attempt may take: some services need several requests."""
RATE_LIMIT_SECONDS = 60.0
"""The wait after HTTP 429. Apprise does not tell what the service asks for."""
HTTP_GONE, TOO_MANY_REQUESTS = 410, 429
MAX_THREADS = 8
"""The most messages to a target that may be on their way, those included for which nobody waits any more."""
MIN_SECRET = 4
"""The shortest part of an address that is hidden in an answer, in code points."""
MARKDOWN_ANYWAY = frozenset(
    {
        *("discord", "fluxer", "fluxers", "guilded", "humhub", "misskey", "misskeys", "mmost", "mmosts", "nctalk", "nctalks"),
        *("revolt", "ryver", "zulip"),
    }
)
"""Services that read Markdown in what Apprise calls a plain text."""
_STATUS = re.compile(r"\berror=(\d{3})\b")
"""The HTTP status in a log line of Apprise, which tells it nowhere else."""
_PARTS = re.compile(r"[/?#@&=:,]+")
_HOST = re.compile(r"(?:[A-Za-z0-9_-]+\.)+[A-Za-z0-9-]+|localhost")


@dataclass
class Threads:
    """The threads that send messages, by target id. One that hangs cannot be ended."""

    running: Counter[str] = field(default_factory=Counter)

    async def run(self, target_id: str, send: Callable[[], Result]) -> Result:
        """Return the result of *send*, which runs in a thread of its own. The end of the process does not wait for it."""
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[Result] = loop.create_future()

        def end(result: Result) -> None:
            self.running[target_id] -= 1
            if not ended.done():
                ended.set_result(result)

        def run() -> None:
            try:
                result = send()
            except Exception as error:  # noqa: BLE001  (a plugin of Apprise may raise anything)
                result = Result(error=f"Apprise could not send it: {type(error).__name__}")
            with suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(end, result)

        self.running[target_id] += 1
        threading.Thread(target=run, name=f"apprise-{target_id}", daemon=True).start()
        return await ended


THREADS = Threads()


@dataclass(frozen=True, slots=True)
class AppriseChannel:
    """Sends each batch as one message to the service at the address of the target."""

    target: Target
    config: Config
    session: "aiohttp.ClientSession"
    threads: Threads = field(default_factory=lambda: THREADS)

    async def send(self, batch: Sequence[Alert]) -> Result:
        """Send *batch* in a thread, because Apprise blocks."""
        if problems := check_address(self.target, self.config.folder):
            return Result(error=problems[0])
        if self.threads.running[self.target.id] >= MAX_THREADS:
            return Result(error="earlier messages to the service have not ended yet")
        url, timeout = _address(self.target, self.config.folder), self.config.delivery.timeout
        try:
            async with asyncio.timeout(REQUESTS_AT_MOST * timeout):
                return await self.threads.run(self.target.id, lambda: notify(url, batch, timeout))
        except TimeoutError:
            return Result(error=f"no answer within {REQUESTS_AT_MOST * timeout:g} s")


def notify(url: str, batch: Sequence[Alert], timeout: float) -> Result:
    """Send *batch* to the service at *url*, each request of which may take *timeout* seconds. It blocks."""
    from apprise import Apprise, NotifyFormat, NotifyType

    if (plugin := _plugin(url)) is None:
        return Result(error=UNKNOWN_SERVICE)
    plugin.socket_connect_timeout = plugin.socket_read_timeout = timeout
    title, body, native = _message(plugin, batch)
    is_urgent = batch[0].severity in {"high", "critical"}
    services = Apprise(asset=plugin.asset)
    services.add(plugin)
    result = services.notify(
        body=body,
        title=title,
        body_format=NotifyFormat(native),
        notify_type=NotifyType.WARNING if is_urgent else NotifyType.INFO,
    )
    return _result_of(result, url)


def check_target(target: Target, folder: Path, package: str = "apprise") -> list[str]:
    """Return the problem of *target*: that the *package* is not installed, or its address. No text has the address."""
    if target.secret_env or target.secret_file:
        return [f"target {target.id!r}: secret_env and secret_file are for webhooks: write apprise_env or apprise_file"]
    return check_address(target, folder, package) or (
        [] if _plugin(_address(target, folder)) else [f"target {target.id!r}: {UNKNOWN_SERVICE}"]
    )


def check_address(target: Target, folder: Path, package: str = "apprise") -> list[str]:
    """Return why there is no address, or why it cannot be used, or an empty list."""
    if find_spec(package) is None:
        return [f"target {target.id!r}: {MISSING_PACKAGE}"]
    if not (url := _address(target, folder)):
        source = secret_source(target.options.get("apprise_env"), target.options.get("apprise_file"), folder)
        example = "it must hold the address of a service, such as ntfys://ntfy.sh/TOPIC"
        return [f"target {target.id!r}: {source} is missing or empty; {example}"]
    if len(url.split()) > 1:
        return [f"target {target.id!r}: there are several addresses: write a target for each"]
    return []


def _address(target: Target, folder: Path) -> str:
    if url := target.options.get("apprise"):
        return str(url)
    return read_secret(target.options.get("apprise_env"), target.options.get("apprise_file"), folder)


def _plugin(url: str) -> "NotifyBase | None":
    """Return Apprise's plugin for *url*, or None if there is none."""
    import logging

    from apprise import Apprise, AppriseAsset

    # Its debug lines have tokens and texts. What it says of a message is in the result.
    logger = logging.getLogger("apprise")
    logger.propagate = False
    logger.setLevel(logging.WARNING)
    asset = AppriseAsset(
        app_id="newsmonitor",
        app_desc="newsmonitor",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        async_mode=False,
        interpret_emojis=False,
        http_redirects=False,  # they could lead to somebody else
        service_timeout=0.0,
    )
    plugin: Any = Apprise.instantiate(url, asset=asset)
    return plugin or None


def _markup(plugin: "NotifyBase") -> tuple[Markup, Any]:
    """Return the markup of what is sent to a service, and the format that Apprise is told, by which it converts nothing."""
    from apprise import NotifyFormat

    native = plugin.resolve_format()
    if native == NotifyFormat.TEXT and MARKDOWN_ANYWAY & set(_protocols(plugin)):
        return "markdown", plugin.resolve_format(NotifyFormat.MARKDOWN)
    return native.value, native


def _message(plugin: "NotifyBase", batch: Sequence[Alert]) -> tuple[str, str, Any]:
    """Return the title and the body of the message about *batch*, and the format of Apprise that the body has."""
    markup, native = _markup(plugin)

    def sent_length(body: str) -> int:
        return len(plugin.dialect_convert(body, native))

    title, body = apprise_message(batch, ServiceFormat(markup, plugin.title_maxlen > 0, plugin.body_maxlen, sent_length))
    return title, body, native


def written_for(url: str, batch: Sequence[Alert]) -> str:
    """Return the text that the service at *url* would get of *batch*. Raises ValueError for an unknown service."""
    if (plugin := _plugin(url)) is None:
        raise ValueError(UNKNOWN_SERVICE)
    _, body, native = _message(plugin, batch)
    return str(plugin.dialect_convert(body, native))


def _protocols(plugin: "NotifyBase") -> Iterator[str]:
    for names in (plugin.protocol, plugin.secure_protocol):
        yield from (names,) if isinstance(names, str) else names or ()


def _result_of(result: "AppriseResult", url: str) -> Result:
    if result:
        return Result()
    lines = [entry.message for entry in result.logs() if entry.level in {"WARNING", "ERROR", "CRITICAL"}]
    text = " ".join(" ".join(lines).split()) or "the service did not accept the message"
    status = int(found[1]) if (found := _STATUS.search(text)) else None
    wait = RATE_LIMIT_SECONDS if status == TOO_MANY_REQUESTS else None
    return Result(status, hide_parts(text, url), retry_after=wait, gone=status == HTTP_GONE)


def hide_parts(text: str, url: str) -> str:
    """Return *text* without any part of *url* but the names of hosts: which of them are secret is known to the service only."""
    parts = {form for part in _PARTS.split(url.partition("://")[2]) for form in (part, unquote(part))}
    for part in sorted(parts, key=len, reverse=True):
        if len(part) >= MIN_SECRET and not (_HOST.fullmatch(part) and not looks_random(part)) and not part.isdigit():
            text = text.replace(part, HIDDEN)
    return text
