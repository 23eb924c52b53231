"""The bus past one machine: streams on Apache Kafka, exactly once, through aiokafka."""

from monitor.bus.kafka.bus import connect
from monitor.bus.kafka.client import Broker, Security
from monitor.bus.kafka.streams import check, create, skip

__all__ = ["Broker", "Security", "check", "connect", "create", "skip"]
