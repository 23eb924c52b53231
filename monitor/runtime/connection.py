"""The bus that a config names."""

from contextlib import AbstractAsyncContextManager
from dataclasses import replace

from monitor.bus import Bus
from monitor.bus.address import Address, Security
from monitor.bus.backends import connect
from monitor.config import Config
from monitor.config.kafka import kafka_password
from monitor.runtime import registry


def bus_address(config: Config) -> Address:
    """Return the address and settings of the bus in *config*."""
    streams, kafka = config.streams, config.kafka
    files = (str(config.folder / name) if name else "" for name in (kafka.ca_file, kafka.cert_file, kafka.key_file))
    security = Security(kafka.security_protocol, kafka.sasl_mechanism, kafka.username, kafka_password(config), *files)
    return Address(
        config.bus,
        streams.days,
        streams.max_mb,
        streams.synchronous,
        streams.replication,
        security,
        streams={name: replace(each, cloudevents=streams.cloudevents) for name, each in registry.streams().items()},
    )


def open_bus(config: Config) -> AbstractAsyncContextManager[Bus]:
    """Open the bus in *config*. Raises Misconfigured and Transient."""
    return connect(bus_address(config))
