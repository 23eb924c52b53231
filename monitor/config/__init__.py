"""The configuration: monitor.toml as frozen dataclasses, with loading, validation and live reload."""

from monitor.config.model import (
    AtLeast,
    Burst,
    Config,
    DeliveryConfig,
    EntitiesConfig,
    FeedConfig,
    FetchConfig,
    HostConfig,
    KafkaConfig,
    QuietHours,
    StoriesConfig,
    StreamsConfig,
    Target,
    Updates,
    Watch,
    fingerprint,
)

__all__ = [
    "AtLeast",
    "Burst",
    "Config",
    "DeliveryConfig",
    "EntitiesConfig",
    "FeedConfig",
    "FetchConfig",
    "HostConfig",
    "KafkaConfig",
    "QuietHours",
    "StoriesConfig",
    "StreamsConfig",
    "Target",
    "Updates",
    "Watch",
    "fingerprint",
]
