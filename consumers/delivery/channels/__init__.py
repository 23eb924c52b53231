"""Delivery channels: how a batch of alerts reaches a target. A new channel is one module, and one row in CHANNELS."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from consumers.delivery.channels import apprise, email
from consumers.delivery.channels.log import LogChannel
from consumers.delivery.channels.webhook import WebhookChannel, check_secrets
from consumers.delivery.queue.delivery_queue import Result
from monitor.config import Config, Target
from monitor.config.extensions import TargetKind
from monitor.config.problems import KeyProblem
from monitor.messages import Alert

if TYPE_CHECKING:
    import aiohttp

__all__ = ["CHANNELS", "Channel", "ChannelKind", "Result"]


class Channel(Protocol):
    """Sends alerts to one target."""

    async def send(self, batch: Sequence[Alert]) -> Result:
        """Send *batch*, a single alert or several in a digest, as one message, and return the result.

        A failure at the receiver or on the way to it is returned as a Result, not raised. A batch is sent again after a
        failure, and if the process ended before it recorded the result. A receiver recognises repeated alerts by their ids
        and versions.
        """


def _nothing_to_check(_target: Target, _folder: Path) -> list[str]:
    return []


def _no_hints(_target: Target) -> list[str]:
    return []


def _nothing_shared(_config: Config) -> list[KeyProblem]:
    return []


@dataclass(frozen=True, slots=True)
class ChannelKind:
    """How to check the targets of one kind, and how to make their channels.

    *make* returns the channel of a target. It is called for each batch, so that the channel always has the current config,
    and must be cheap. A channel that uses HTTP must use the session that it is given: it refuses private addresses. *check*
    returns the problems of a target; its second argument is the folder that relative paths start from. *target_kind*
    describes such targets in monitor.toml; log and webhook need none, since config.v1 describes them. *check_shared* returns
    the problems of what the targets of this kind share, such as [smtp], and is called if there are any. *hints* returns what is
    valid in a target but may be a mistake.
    """

    make: "Callable[[Target, Config, aiohttp.ClientSession], Channel]"
    check: Callable[[Target, Path], list[str]] = _nothing_to_check
    target_kind: TargetKind | None = None
    check_shared: Callable[[Config], list[KeyProblem]] = _nothing_shared
    hints: Callable[[Target], list[str]] = _no_hints


CHANNELS: Mapping[str, ChannelKind] = {
    "log": ChannelKind(LogChannel),
    "webhook": ChannelKind(WebhookChannel, check_secrets),
    "email": ChannelKind(email.EmailChannel, email.check_target, email.EMAIL, email.check_smtp, email.find_repeated),
    "apprise": ChannelKind(apprise.AppriseChannel, apprise.check_target, apprise.APPRISE),
}
"""The channel for each kind of target (Target.kind)."""
