"""The form of the watch editor: from a watch to its fields, and from what was sent to an entry of the config. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from monitor.config import Watch

TEXT_LISTS = ("any", "all", "none")
OTHER_LISTS = ("person", "org", "place", "event", "about", "topic", "feeds", "lang")
RULES: Mapping[str, Sequence[str]] = {
    "at_least": ("outlets", "articles", "within"),
    "burst": ("within", "times", "floor", "half_life"),
    "quiet": ("start", "end", "zone"),
    "digest": ("at", "zone"),
}
"""The keys of the config whose value is a table, and the keys of each."""
TEXTS = ("silence", "updates", "pace")
_WHOLE = re.compile(r"[0-9]{1,9}")
_NUMBER = re.compile(r"[0-9]{1,9}\.[0-9]{1,9}")

Sent = Mapping[str, Sequence[str]]
"""The texts of each field, as a browser sends them."""


def fields_of(watch: Watch) -> dict[str, Sequence[str]]:
    """Return the fields of the form for *watch*, with the texts of each."""
    fields: dict[str, Sequence[str]] = {"how": ("query",) if watch.query or not _has_lists(watch) else ("lists",)}
    fields |= {"id": (watch.id,), "query": (watch.query,), "severity": (watch.severity,)}
    fields |= {"to": watch.to, "health": watch.health}
    fields |= {key: ("\n".join(getattr(watch, key)),) for key in (*TEXT_LISTS, *OTHER_LISTS)}
    fields |= {key: (getattr(watch, key) or "",) for key in TEXTS}
    fields["confusables"] = ("on",) if watch.confusables else ()
    for key, inner in RULES.items():
        rule = getattr(watch, key)
        fields |= {f"{key}_{each}": (_text(getattr(rule, each)) if rule else "",) for each in inner}
    return fields


def entry_of(sent: Sent, reveal: Callable[[str], str] = str) -> dict[str, Any]:
    """Return the entry of the config that *sent* asks for: each key, empty if it is to be left out.

    A number that is none stays a text, which the schema refuses. *reveal* returns a text of a query or a list with what was
    hidden in it when it was shown.
    """
    by_query = _one(sent, "how") != "lists"
    entry: dict[str, Any] = {"id": _one(sent, "id")}
    entry |= {key: () if by_query else _lines(sent, key, reveal) for key in TEXT_LISTS}
    entry |= {key: _lines(sent, key, reveal) for key in OTHER_LISTS}
    entry["health"] = tuple(sent.get("health", ()))
    entry["query"] = reveal(_one(sent, "query")) if by_query else ""
    entry["confusables"] = bool(_one(sent, "confusables"))
    entry |= {key: _rule(sent, key) for key in ("at_least", "burst")}
    entry |= {"silence": _one(sent, "silence"), "quiet": _rule(sent, "quiet"), "severity": _one(sent, "severity")}
    entry |= {
        "to": tuple(dict.fromkeys((*sent.get("to", ()), *_one(sent, "to_other").split()))),
        "updates": _one(sent, "updates"),
        "pace": _one(sent, "pace"),
    }
    entry["digest"] = _rule(sent, "digest")
    return entry


def without_empty(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return *entry* as the config would have it: without empty keys, and with lists for tuples."""
    return {key: list(value) if isinstance(value, tuple) else value for key, value in entry.items() if value}


def _rule(sent: Sent, key: str) -> dict[str, Any]:
    """Return the table *key*; an empty one if nothing but its zone is given, which says nothing by itself."""
    values: dict[str, Any] = {each: _number(_one(sent, f"{key}_{each}")) for each in RULES[key]}
    if key == "digest":
        values["at"] = re.split(r"[\s,]+", _one(sent, "digest_at")) if _one(sent, "digest_at") else []
    given = {each: value for each, value in values.items() if value not in ("", [])}
    needed = {
        "at_least": "outlets articles within",
        "burst": "within times floor half_life",
        "quiet": "start end",
        "digest": "at",
    }[key]
    return given if any(each in given for each in needed.split()) else {}


def _number(text: str) -> str | int | float:
    return int(text) if _WHOLE.fullmatch(text) else float(text) if _NUMBER.fullmatch(text) else text


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _one(sent: Sent, key: str) -> str:
    texts = sent.get(key, ())
    return texts[0].replace("\r\n", "\n").strip() if texts else ""


def _lines(sent: Sent, key: str, reveal: Callable[[str], str]) -> tuple[str, ...]:
    lines = (line.strip() for line in _one(sent, key).split("\n"))
    return tuple(dict.fromkeys(reveal(line) for line in lines if line))


def _has_lists(watch: Watch) -> bool:
    return any(getattr(watch, key) for key in (*TEXT_LISTS, *OTHER_LISTS, "health"))
