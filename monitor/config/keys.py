"""Keys of monitor.toml that are unknown or missing, and which key is meant."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from monitor.bus.address import LOGIN_VARIABLE
from monitor.config.problems import KeyPath
from monitor.config.suggestions import nearest

_MEANT: Mapping[str, Mapping[str, str]] = {
    "watches": {
        **dict.fromkeys(("keywords", "keyword", "terms", "words", "phrases", "include", "match"), "any"),
        **dict.fromkeys(("exclude", "excludes", "not", "without", "ignore"), "none"),
        **dict.fromkeys(("target", "targets", "notify", "deliver_to", "channel", "channels"), "to"),
        **dict.fromkeys(("priority", "level"), "severity"),
        **dict.fromkeys(("people", "persons"), "person"),
        **dict.fromkeys(("subject", "subjects"), "about"),
        **dict.fromkeys(("language", "languages"), "lang"),
        **dict.fromkeys(("name", "title"), "id"),
        "organisation": "org",
        "organization": "org",
        "quiet_hours": "quiet",
    },
    "feeds": {
        **dict.fromkeys(("href", "link", "uri", "feed", "xmlUrl"), "url"),
        **dict.fromkeys(("interval", "poll", "refresh"), "every"),
        "language": "lang",
    },
    "fetch": dict.fromkeys(("interval", "poll", "refresh"), "every"),
    "targets": {
        **dict.fromkeys(("url", "http", "endpoint", "hook"), "webhook"),
        **dict.fromkeys(("mail", "e-mail", "smtp", "to", "recipient", "recipients"), "email"),
        **dict.fromkeys(("name", "title"), "id"),
    },
}
"""By table, keys that other programs have, and the key with the same meaning here."""
_OTHER_CHANNELS = (
    *("slack", "discord", "teams", "msteams", "telegram", "matrix", "mattermost", "signal"),
    *("ntfy", "pushover", "gotify", "sms", "twilio", "pagerduty", "opsgenie", "irc", "xmpp", "rocketchat"),
)
"""Ways to be told that other programs have as keys of a target."""
_SECRETS = ("secret", "token", "password", "key", "api_key", "apikey", "signing_secret")
_EXAMPLES: Mapping[str, str] = {
    "url": '"https://example.org/world.rss"',
    "id": '"name"',
    "within": '"6h"',
    "start": '"22:00"',
    "end": '"07:00"',
    "at": '["08:00"]',
}


def explain_unknown_key(path: KeyPath, key: str, value: Any, known: Sequence[str], schema: Mapping[str, Any]) -> str:
    """Return a message about the unknown *key* of the table at *path*, which has the keys *known*."""
    table = str(path[0]) if path else ""
    if message := _explain_secret(table, key) or _explain_channel(path, key):
        return message
    if list(path[:2]) == ["fetch", "hosts"] and isinstance(value, dict):
        host = ".".join([*map(str, path[2:]), key])
        return f'unknown key {key!r}: a host with dots stands between quotation marks: write [fetch.hosts."{host}"]'
    meant = _MEANT.get(table, {}).get(key) or _MEANT.get(table, {}).get(key.casefold())
    if meant in known:
        return f"unknown key {key!r}: did you mean {meant!r}?"
    if homes := [home for home in _homes(key, schema) if home != format_table(path)]:
        return f"unknown key {key!r}: it belongs {' or '.join(homes)}"
    if close := nearest(key, known):
        return f"unknown key {key!r}: did you mean {close!r}?{_package_hint(path, key, value)}"
    return f"unknown key {key!r}; known: {', '.join(known)}{_package_hint(path, key, value)}"


def _explain_secret(table: str, key: str) -> str:
    """Return where the secret *key* of *table* belongs; "" if it is none."""
    remedies = {
        "targets": 'put it into an environment variable, and name that: secret_env = "DESK_SECRET"',
        "smtp": 'put it into an environment variable, and name that: password_env = "SMTP_PASSWORD"',
    }
    if key.casefold() not in _SECRETS:
        return ""
    if table == "kafka":
        return f"unknown key {key!r}: name its file in password_file, or use {LOGIN_VARIABLE}"
    return f"unknown key {key!r}: secrets do not belong in the config; {remedies[table]}" if table in remedies else ""


def _explain_channel(path: KeyPath, key: str) -> str:
    """Return which channel is meant by the unknown *key* of a target; "" if none is."""
    if len(path) != 2 or path[0] != "targets":  # noqa: PLR2004  (["targets", index])
        return ""
    if key in {"type", "kind"}:
        return (
            f'unknown key {key!r}: the kind of a target is its key; write webhook = "https://...", email = [...],'
            ' apprise_env = "..." or log = true instead'
        )
    if key.casefold() in _OTHER_CHANNELS:
        return (
            f'unknown key {key!r}: other services are reached through Apprise; write apprise_env = "DESK_APPRISE" and set that'
            " variable to the service's address by appriseit.com/services, such as tgram://TOKEN/CHAT"
        )
    return ""


def explain_missing_key(key: str, path: KeyPath) -> str:
    """Return a message about the *key* that the table at *path* must have."""
    return f"{key} is missing: add {key} = {example(key)}" if path else f"[{key}] is missing: add it"


def example(key: str) -> str:
    """Return a value for *key*, as it is written in TOML."""
    return _EXAMPLES.get(key, "...")


def format_table(path: KeyPath) -> str:
    """Return where the table at *path* stands: "below [fetch]", "below [[feeds]]" or "at the beginning"."""
    if not path:
        return "at the beginning, above the first [table]"
    return f"below [[{path[0]}]]" if len(path) > 1 and isinstance(path[1], int) else f"below [{path[0]}]"


def _homes(key: str, schema: Mapping[str, Any]) -> Iterable[str]:
    """Yield the tables that have *key*."""
    if key in schema["properties"]:
        yield format_table(())
    for name, part in schema["properties"].items():
        is_list = part.get("type") == "array"
        reference = part.get("items", {}).get("$ref", "") if is_list else part.get("$ref", "")
        definition = schema["$defs"].get(reference.rsplit("/", 1)[-1], {}) if reference else part
        if key in definition.get("properties", {}):
            yield format_table((name, 0) if is_list else (name,))


_PACKAGE_KEY = " (if a package adds this key, it is not installed)"


def _package_hint(path: KeyPath, key: str, value: Any) -> str:
    """Return a hint if *key*, a table of the config or a key of a target, may belong to a package that is not installed."""
    if not path and isinstance(value, dict):
        return f" (if a package adds the section [{key}], it is not installed)"
    return _PACKAGE_KEY if path and path[0] == "targets" else ""
