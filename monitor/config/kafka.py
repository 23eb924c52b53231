"""The settings of [kafka] that do not go together, and the files that it names."""

import os
from collections.abc import Iterator

from monitor.bus import Misconfigured
from monitor.bus.address import KEY_VARIABLE, LOGIN_VARIABLE, Security
from monitor.bus.tls import tls_context
from monitor.config.model import Config
from monitor.config.secrets import read_file

FILES = ("ca_file", "cert_file", "key_file")


def kafka_problems(config: Config) -> list[str]:
    """Return the problems of [kafka] for a bus on Kafka, each with the remedy. Each begins with the key that it is about."""
    problems = [*_combination_problems(config), *_password_problems(config), *_file_problems(config)]
    if not problems and config.kafka.security_protocol.endswith("SSL"):
        try:
            tls_context(kafka_security(config))
        except Misconfigured as error:
            return [str(error)]
    return problems


def kafka_security(config: Config) -> Security:
    """Return TLS and login of the broker, with the passwords."""
    kafka = config.kafka
    files = {key: str(config.folder / name) if (name := getattr(kafka, key)) else "" for key in FILES}
    return Security(
        kafka.security_protocol,
        kafka.sasl_mechanism,
        kafka.username,
        kafka_password(config),
        **files,
        key_password=_secret(config, kafka.key_password_file, KEY_VARIABLE),
    )


def kafka_password(config: Config) -> str:
    """Return the password of the login; "" if there is none."""
    return _secret(config, config.kafka.password_file, LOGIN_VARIABLE)


def _secret(config: Config, file: str, variable: str) -> str:
    # NAME_FILE of these variables is the variable of the key that names the file.
    return read_file(config.folder / file) if file else os.environ.get(variable, "").strip()


def _password_problems(config: Config) -> Iterator[str]:
    kafka = config.kafka
    passwords = {
        "password_file": (kafka.password_file, LOGIN_VARIABLE),
        "key_password_file": (kafka.key_password_file, KEY_VARIABLE),
    }
    for key, (name, variable) in passwords.items():
        if name and os.environ.get(variable):
            yield f"kafka.{key}: {variable} is set too: remove one of them"
        elif name and not _secret(config, name, variable):
            yield f"kafka.{key}: the file {config.folder / name} is missing or empty; it must hold the password"
    if kafka.username and not kafka.password_file and not kafka_password(config):
        variable = f"the environment variable {LOGIN_VARIABLE}"
        yield f"kafka.username: {variable} is missing or empty; it must hold the password, or add password_file"


def _combination_problems(config: Config) -> Iterator[str]:
    kafka = config.kafka
    login, tls = kafka.security_protocol.startswith("SASL"), kafka.security_protocol.endswith("SSL")
    if login and not kafka.username:
        yield f"kafka.security_protocol: {kafka.security_protocol} needs a login: add username, or write another protocol"
    if kafka.username and not login:
        meant = "SASL_SSL" if tls else "SASL_PLAINTEXT or SASL_SSL"
        yield f"kafka.username: {kafka.security_protocol} has no login: write security_protocol = {meant}, or remove username"
    for key in FILES:
        if getattr(kafka, key) and not tls:
            yield f"kafka.{key}: {kafka.security_protocol} has no TLS: write security_protocol = SSL or SASL_SSL, or remove it"
    if kafka.key_file and not kafka.cert_file:
        yield "kafka.key_file: a key needs its certificate: add cert_file, or remove key_file"
    if kafka.key_password_file and not kafka.cert_file:
        yield "kafka.key_password_file: there is no key: add cert_file and key_file, or remove key_password_file"


def _file_problems(config: Config) -> Iterator[str]:
    for key in FILES:
        name: str = getattr(config.kafka, key)
        if "\0" in name:
            yield f"kafka.{key}: the name of the file contains a NUL character: write it anew"
        elif name and not (config.folder / name).is_file():
            yield f"kafka.{key}: there is no file {config.folder / name}: correct the name, or put the file there"
