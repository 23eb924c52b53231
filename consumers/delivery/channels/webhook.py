"""One alert to one receiver, signed after the Standard Webhooks specification (standardwebhooks.com)."""

import base64
import os
from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

import aiohttp
import orjson
from standardwebhooks import Webhook

from consumers.delivery.queue import Attempt
from monitor.config import Config, Target
from monitor.http.address_policy import ForbiddenUrl, web_url
from monitor.http.connector import BlockedAddress
from monitor.http.headers import parse_retry_after
from monitor.messages import Alert, codec

GONE = 410
PREFIX = "whsec_"
LEAST = 24
"""The shortest key that the specification allows, in bytes."""


class NoSecret(RuntimeError):
    """The target's secret cannot be had; the text says what to do, and never holds it."""


def secrets(target: Target, folder: Path) -> list[str]:
    """The target's secrets: one, or two while keys are changed. Raises NoSecret."""
    place = f"target {target.id!r}"
    if target.secret_env:
        text = os.environ.get(target.secret_env, "")
        place += f": the environment variable {target.secret_env}"
    elif target.secret_file:
        file = folder / target.secret_file
        place += f": the file {file}"
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, ValueError):
            text = ""
    else:
        raise NoSecret(f"{place}: give secret_env or secret_file, so that the receiver can know who sends")
    found = text.split()
    if not found:
        raise NoSecret(f"{place} is absent or empty; put the secret there, {PREFIX} and base64")
    for secret in found:
        if not _is_secret(secret):
            raise NoSecret(f"{place} holds no secret: {PREFIX} and base64 of at least {LEAST} bytes are wanted")
    return found


def _is_secret(text: str) -> bool:
    try:
        return text.startswith(PREFIX) and len(base64.b64decode(text.removeprefix(PREFIX), validate=True)) >= LEAST
    except ValueError:
        return False


def message(alerts: Sequence[Alert]) -> bytes:
    """The body: type, timestamp, and the alert as alert.v1 has it, or several as a digest."""
    latest = max(alert.updated for alert in alerts).isoformat()
    if len(alerts) == 1:
        return orjson.dumps({"type": "alert.v1", "timestamp": latest, "data": codec.to_dict(alerts[0])})
    listed = {"count": len(alerts), "alerts": [codec.to_dict(alert) for alert in alerts]}
    return orjson.dumps({"type": "alert.v1.digest", "timestamp": latest, "data": listed})


def ident(alerts: Sequence[Alert]) -> str:
    """What is the same for each attempt to send the same, so that a receiver can tell a repetition."""
    names = [f"{alert.id}:{alert.version}" for alert in alerts]
    return names[0] if len(names) == 1 else f"digest:{blake2b(' '.join(names).encode(), digest_size=16).hexdigest()}"


def headers(ident: str, body: bytes, keys: list[str], now: datetime) -> dict[str, str]:
    """The signature's headers."""
    signatures = " ".join(Webhook(key).sign(ident, now, body.decode()) for key in keys)
    return {
        "content-type": "application/json",
        "webhook-id": ident,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signatures,
    }


async def post(
    session: aiohttp.ClientSession, target: Target, alerts: Sequence[Alert], config: Config, now: datetime
) -> Attempt:
    """Send *alerts* in one message; what goes wrong outside is a value, since it is expected.

    *now* is the machine's time, UTC.
    """
    try:
        url = web_url(target.webhook or "", credentials=True)
        body = message(alerts)
        signed = headers(ident(alerts), body, secrets(target, config.folder), now)
        timeout = aiohttp.ClientTimeout(total=config.delivery.timeout)
        # A redirect is not followed: it could lead an alert to somebody else.
        async with session.post(url, data=body, headers=signed, allow_redirects=False, timeout=timeout) as answer:
            if answer.ok and answer.status < 300:  # noqa: PLR2004  (2xx, as the specification says)
                return Attempt(answer.status)
            wished = parse_retry_after(answer.headers, now)
            return Attempt(answer.status, f"HTTP {answer.status}", gone=answer.status == GONE, retry_after=wished)
    except (NoSecret, ForbiddenUrl) as error:
        return Attempt(error=str(error))
    except TimeoutError:
        return Attempt(error=f"no answer within {config.delivery.timeout:g} s")
    except aiohttp.ClientConnectorError as error:
        blocked = isinstance(error.os_error, BlockedAddress)
        reason = "its address is outside the public internet (delivery.allow_networks)" if blocked else "no connection"
        return Attempt(error=f"{error.host}: {reason}")
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return Attempt(error=f"no answer in HTTP ({type(error).__name__})")
