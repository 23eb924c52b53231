"""Delivery channels: how a batch of alerts reaches a target. A new channel is one module, and one row in CHANNELS."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import aiohttp

from consumers.delivery.channels.log import LogChannel
from consumers.delivery.channels.webhook import WebhookChannel, check_secrets
from consumers.delivery.queue import Result
from monitor.config import Config, Target
from monitor.config.extensions import TargetKind
from monitor.messages import Alert

__all__ = ["CHANNELS", "Channel", "ChannelKind", "Result"]


class Channel(Protocol):
    """Sends alerts to one target."""

    async def send(self, batch: Sequence[Alert]) -> Result:
        """Send *batch*, one alert or the several of a digest, as one message.

        A failure outside the program is expected, and is returned as a Result, not raised. A failed batch is sent again, and
        so is one whose result was lost with the process: a receiver tells repetitions by the alerts' ids and versions.
        """


def _nothing_to_check(target: Target, folder: Path) -> list[str]:  # noqa: ARG001  (a check takes them)
    return []


@dataclass(frozen=True, slots=True)
class ChannelKind:
    """How targets of one kind are checked and served.

    *make* returns the channel of a target. It is called for each batch, so that the channel always has the current config,
    and must be cheap. A channel that uses HTTP must use the session that it is given: it refuses private addresses. *check*
    returns what is wrong with a target; relative paths start from the folder that it is given. *target_kind* describes such
    targets in monitor.toml; log and webhook need none, since config.v1 describes them.
    """

    make: Callable[[Target, Config, aiohttp.ClientSession], Channel]
    check: Callable[[Target, Path], list[str]] = _nothing_to_check
    target_kind: TargetKind | None = None


CHANNELS: Mapping[str, ChannelKind] = {
    "log": ChannelKind(LogChannel),
    "webhook": ChannelKind(WebhookChannel, check_secrets),
}
"""The channel for each kind of target (Target.kind)."""
