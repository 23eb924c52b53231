"""The webhook channel: posts alerts, signed according to the Standard Webhooks specification (standardwebhooks.com)."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from consumers.delivery.batches import LEFT_OUT_HINT, AlertBatch, alert_key, left_out_count, message_id
from consumers.delivery.channels.secrets import NoSecret, read_secret, secret_source
from consumers.delivery.queue.delivery_queue import Result
from monitor.clock import Clock, utc
from monitor.config import Config, Target
from monitor.escape import escape_json
from monitor.http.address_policy import ForbiddenUrl, web_url
from monitor.http.headers import parse_retry_after
from monitor.messages import Alert, codec
from monitor.messages.base import isoformat
from monitor.messages.cloudevents import MEDIA_TYPE, event

if TYPE_CHECKING:
    import aiohttp

HTTP_GONE = 410
ALERT, DIGEST = Alert.STREAM.name, f"{Alert.STREAM.name}.digest"
"""The types of messages with one alert, and with several."""
SECRET_PREFIX = "whsec_"  # noqa: S105  (what every secret begins with)
MIN_KEY_BYTES = 24
"""The shortest key that the specification allows, in bytes."""
SECRET_FORMAT = f"{SECRET_PREFIX} followed by the base64 of at least {MIN_KEY_BYTES} bytes"


@dataclass(frozen=True, slots=True)
class WebhookChannel:
    """Posts each batch to the target's URL. *clock* returns the time for the signature, in UTC."""

    target: Target
    config: Config
    session: "aiohttp.ClientSession"
    clock: Clock = utc

    async def send(self, batch: Sequence[Alert]) -> Result:
        """Post *batch* in one request.

        The status decides, and nothing of the response's body is read. So it does not matter what follows the status.
        """
        import aiohttp

        from monitor.http.connector import BlockedAddress

        now, timeout = self.clock(), self.config.delivery.timeout
        result: Result | None = None
        try:
            url = web_url(self.target.webhook or "", credentials=True)
            body, media_type = self._body(batch)
            headers = signed_headers(message_id(batch), body, read_secrets(self.target, self.config.folder), now)
            headers |= {"content-type": media_type, "user-agent": user_agent()}
            client_timeout = aiohttp.ClientTimeout(total=timeout)
            # No redirect is followed: it could send an alert to somebody else.
            async with self.session.post(
                url, data=body, headers=headers, allow_redirects=False, timeout=client_timeout
            ) as response:
                result = _result(response, now)
            return result  # noqa: RET504  (the end of the response may raise, after the status has been read)
        except (NoSecret, ForbiddenUrl) as error:
            return Result(error=str(error))
        except TimeoutError:
            return result or Result(error=f"no response within {timeout:g} s")
        except aiohttp.ClientConnectorCertificateError as error:
            return Result(error=f"{error.host}: its certificate is rejected")
        except aiohttp.ClientConnectorSSLError as error:
            return Result(error=f"{error.host}: it speaks no accepted version of TLS")
        except aiohttp.ClientConnectorError as error:
            blocked = isinstance(error.os_error, BlockedAddress)
            reason = "the address is outside the public internet (delivery.allow_networks)" if blocked else "no connection"
            return Result(error=f"{error.host}: {reason}")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return result or Result(error=f"no valid HTTP response ({type(error).__name__})")

    def _body(self, batch: Sequence[Alert]) -> tuple[bytes, str]:
        """Return the body of the request and its media type."""
        if self.target.cloudevents == "structured":
            return event_body(batch), f"{MEDIA_TYPE}; charset=utf-8"
        return request_body(batch), "application/json"


@cache
def user_agent() -> str:
    """Return how newsmonitor introduces itself to receivers: its name and version."""
    return f"newsmonitor/{version('newsmonitor')}"


def webhook_problem(target: Target) -> str:
    """Return why alerts cannot be posted to the URL of *target*; "" if they can, or it has none."""
    try:
        if target.webhook:
            web_url(target.webhook, credentials=True)
    except ForbiddenUrl as error:
        return str(error)
    return ""


def check_secrets(target: Target, folder: Path) -> list[str]:
    """Return the problem of the secrets of *target*, or an empty list. *folder* is that of the config."""
    try:
        read_secrets(target, folder)
    except NoSecret as error:
        return [str(error)]
    return []


def read_secrets(target: Target, folder: Path) -> list[str]:
    """Return the secrets of *target*: one, or two during a key rotation. Raises NoSecret if one is missing or malformed."""
    owner = f"target {target.id!r}"
    if not (target.secret_env or target.secret_file):
        raise NoSecret(f"{owner} has no secret; set secret_env or secret_file, so that the receiver can verify the sender")
    source = f"{owner}: {secret_source(target.secret_env, target.secret_file, folder)}"
    secrets = read_secret(target.secret_env, target.secret_file, folder).split()
    if not secrets:
        raise NoSecret(f"{source} is missing or empty; it must hold a secret: {SECRET_FORMAT}")
    if not all(map(_is_secret, secrets)):
        raise NoSecret(f"{source} does not hold a secret: {SECRET_FORMAT}")
    return secrets


def request_body(batch: Sequence[Alert]) -> bytes:
    """Return the body of the request: a type, a timestamp, and one alert as in alert.v1, or a digest of several.

    Hidden characters are escaped, so that the body can be shown as it is. *ids* in a digest has the id that each alert has
    as a message of its own, *watches* the watches that have raised them, and *story* their story if they have one in common.
    *left_out* is the number of alerts that are only counted, and *burst* the minute in which all of them were made.
    """
    latest = max(alert.updated for alert in batch).isoformat()
    kind, data = (ALERT, codec.to_dict(batch[0])) if len(batch) == 1 and not left_out_count(batch) else (DIGEST, _digest(batch))
    return escape_json(orjson.dumps({"type": kind, "timestamp": latest, "data": data}))


def event_body(batch: Sequence[Alert]) -> bytes:
    """Return the body of the request as an event in the JSON format of CloudEvents, with the same data as `request_body`.

    A single alert is the same event as its record: it has the id and the type that the headers of the record have.
    """
    latest = max(batch, key=lambda alert: alert.updated)
    document = event(latest, codec.to_dict(latest))
    if len(batch) > 1 or left_out_count(batch):
        del document["partitionkey"]
        document |= {"id": message_id(batch), "type": f"newsmonitor.{DIGEST}", "data": _digest(batch)}
    return escape_json(orjson.dumps(document))


def _digest(batch: Sequence[Alert]) -> dict[str, Any]:
    digest: dict[str, Any] = {
        "count": len(batch),
        "ids": [alert_key(alert) for alert in batch],
        "alerts": [codec.to_dict(alert) for alert in batch],
        "watches": list(dict.fromkeys(alert.watch for alert in batch)),
    }
    if len(stories := {alert.story for alert in batch}) == 1:
        digest["story"] = stories.pop()
    if isinstance(batch, AlertBatch) and batch.burst:
        digest["burst"] = isoformat(batch.burst)
    if left_out := left_out_count(batch):
        digest |= {"left_out": left_out, "left_out_hint": LEFT_OUT_HINT}
    return digest


def signed_headers(message_id: str, body: bytes, secrets: Sequence[str], now: datetime) -> dict[str, str]:
    """Return the headers of Standard Webhooks, with a signature by each of *secrets*."""
    from standardwebhooks import Webhook

    signatures = " ".join(Webhook(secret).sign(message_id, now, body.decode()) for secret in secrets)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signatures,
    }


def _is_secret(text: str) -> bool:
    try:
        return text.startswith(SECRET_PREFIX) and len(_key(text)) >= MIN_KEY_BYTES
    except ValueError:
        return False


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)


def _result(response: "aiohttp.ClientResponse", now: datetime) -> Result:
    if 200 <= response.status < 300:  # noqa: PLR2004  (2xx, as the specification says)
        return Result(response.status)
    error, gone = f"HTTP {response.status}", response.status == HTTP_GONE
    return Result(response.status, error, retry_after=parse_retry_after(response.headers, now), gone=gone)
