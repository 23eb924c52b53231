"""The settings of [kafka] that do not go together, and the files that it names."""

from collections.abc import Iterator

from monitor.config.model import Config


def kafka_problems(config: Config) -> list[str]:
    """Return the problems of [kafka] for a bus on Kafka, each with the remedy. Each begins with the key that it is about."""
    return [*_combination_problems(config), *_file_problems(config)]


def _combination_problems(config: Config) -> Iterator[str]:
    kafka = config.kafka
    login, tls = kafka.security_protocol.startswith("SASL"), kafka.security_protocol.endswith("SSL")
    if login and not kafka.username:
        yield f"kafka.security_protocol: {kafka.security_protocol} needs a login: add username, or write another protocol"
    if kafka.username and not login:
        meant = "SASL_SSL" if tls else "SASL_PLAINTEXT or SASL_SSL"
        yield f"kafka.username: {kafka.security_protocol} has no login: write security_protocol = {meant}, or remove username"
    for key in ("ca_file", "cert_file", "key_file"):
        if getattr(kafka, key) and not tls:
            yield f"kafka.{key}: {kafka.security_protocol} has no TLS: write security_protocol = SSL or SASL_SSL, or remove it"
    if kafka.key_file and not kafka.cert_file:
        yield "kafka.key_file: a key needs its certificate: add cert_file, or remove key_file"


def _file_problems(config: Config) -> Iterator[str]:
    for key in ("ca_file", "cert_file", "key_file"):
        name: str = getattr(config.kafka, key)
        if "\0" in name:
            yield f"kafka.{key}: the name of the file contains a NUL character: write it anew"
        elif name and not (config.folder / name).is_file():
            yield f"kafka.{key}: there is no file {config.folder / name}: correct the name, or put the file there"
