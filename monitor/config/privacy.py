"""Files with secrets that other users of this machine can read."""

import stat
from collections.abc import Iterator
from pathlib import Path

from monitor.config.model import Config, Target
from monitor.config.problems import KeyPath, KeyProblem, show_path
from monitor.redaction import looks_random, secrets_of


def lax_files(config: Config, main: Path) -> Iterator[KeyProblem]:
    """Yield a hint for each file with a secret that others can read: those that *config* names, and *main*, its own file."""
    for path, name in _secret_files(config):
        if name and is_lax(file := config.folder / name):
            yield KeyProblem(f"{show_path(file)} holds a secret and {_REMEDY.format(show_path(file))}", path)
    if (secret := next(_secret_keys(config), None)) and is_lax(main):
        yield KeyProblem(f"{show_path(main)} holds a secret here and {_REMEDY.format(show_path(main))}", secret)


def _secret_files(config: Config) -> Iterator[tuple[KeyPath, str | None]]:
    """Yield the keys of *config* that name a file with a secret, and the file."""
    for index, target in enumerate(config.targets):
        yield ("targets", index, "secret_file"), target.secret_file
        yield ("targets", index, "apprise_file"), target.options.get("apprise_file")
    for name, section in config.sections.items():
        yield (name, "password_file"), getattr(section, "password_file", None)
    yield ("kafka", "key_file"), config.kafka.key_file
    yield ("kafka", "password_file"), config.kafka.password_file
    yield ("page", "token_file"), config.page.token_file
    yield ("websub", "key_file"), config.websub.key_file


_REMEDY = "can be read by other users of this machine: chmod 600 {}"


def is_lax(file: Path) -> bool:
    """Return whether the group or others may read *file*. False if it cannot be told."""
    try:
        return bool(file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))
    except (OSError, ValueError):
        return False


def _secret_keys(config: Config) -> Iterator[KeyPath]:
    """Yield the keys of *config* whose value holds a secret."""
    yield from (("targets", index, key) for index, target in enumerate(config.targets) for key in _secret_options(target))
    for index, feed in enumerate(config.feeds):
        if feed.private or _has_secret(feed.url):
            yield ("feeds", index, "url")


def _secret_options(target: Target) -> Iterator[str]:
    """Yield the keys of *target* whose value holds a secret."""
    if target.webhook and _has_secret(target.webhook):
        yield "webhook"
    for key, value in target.options.items():
        if isinstance(value, str) and (_has_secret(value) or looks_random(value)):
            yield key


def _has_secret(url: str) -> bool:
    return bool(secrets_of(url)) or "@" in url.partition("://")[2].partition("/")[0]
