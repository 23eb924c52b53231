"""The client of newsmonitor: read the alerts of a running newsmonitor from your own program.

    async for alert in newsmonitor.subscribe("monitor.toml", watch="train"):
        print(alert.title, alert.url)

docs/subscribe.md describes it.
"""

from monitor.bus import Misconfigured, OffsetOutOfRange
from monitor.config.problems import InvalidConfig
from monitor.messages import Alert, Change, Severity, StateOfAlert
from newsmonitor.subscription import Subscription, subscribe

__all__ = [
    "Alert",
    "Change",
    "InvalidConfig",
    "Misconfigured",
    "OffsetOutOfRange",
    "Severity",
    "StateOfAlert",
    "Subscription",
    "subscribe",
]
