"""A watch as its author is writing it: what the form has, and what it means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from consumers.alerts.matching.compile import compile_watch
from consumers.alerts.query.ast import Node
from monitor.config import Config, Watch
from page.watches.check import Checked, check_entry, lookups_of
from page.watches.form import Sent, entry_of, fields_of, without_empty
from page.watches.secrets import hider, revealer


@dataclass(frozen=True, slots=True)
class Draft:
    """The *fields* of the form, the *entry* of the config that they make, and what its check found.

    *saved* is the watch of the config, None for a new one. *watch* is None if the entry is not valid, and the words of it may
    be wrong all the same: *checked* says so. *hash* is that of the config when the editor was opened.
    """

    saved: Watch | None
    fields: Mapping[str, Sequence[str]]
    entry: Mapping[str, Any]
    watch: Watch | None
    checked: Checked
    hash: str

    @property
    def is_good(self) -> bool:
        """Whether the watch can be tried and saved."""
        return self.watch is not None and self.checked.problem is None

    @property
    def is_blank(self) -> bool:
        """Whether nothing has been written yet."""
        return self.saved is None and not any(value for key, value in self.entry.items() if key not in {"id", "severity"})

    @property
    def rules(self) -> str:
        """When the watch tells, beyond its words, in a few words. What is given may be wrong, or not all of it there."""
        at_least, parts = self.entry["at_least"], []
        if at_least:
            unit = next((each for each in ("outlets", "articles") if each in at_least), "outlets")
            parts.append(f"at least {at_least.get(unit, '?')} {unit} within {at_least.get('within', '?')}")
        if self.entry["burst"]:
            parts.append(f"bursts within {self.entry['burst'].get('within', '?')}")
        if self.entry["silence"]:
            parts.append(f"silence of {self.entry['silence']}")
        if quiet := self.entry["quiet"]:
            parts.append(f"quiet from {quiet.get('start', '?')} to {quiet.get('end', '?')}")
        return " · ".join(parts)

    def node(self, config: Config) -> Node:
        """Return the resolved tree of the watch, which must be good. Raises ValueError if it is not."""
        if self.watch is None:
            raise ValueError("the watch is not valid")
        return compile_watch(self.watch, lookups_of(config)).ast


def open_draft(watch: Watch, config: Config, *, is_new: bool) -> Draft:
    """Return the draft with which the editor of *watch* begins."""
    hide = hider(config)
    fields = {key: tuple(map(hide, texts)) for key, texts in fields_of(watch).items()}
    return read_draft(fields, config, None if is_new else watch, config.hash)


def read_draft(sent: Sent, config: Config, saved: Watch | None, hash_: str) -> Draft:
    """Return the draft of what was *sent*."""
    entry = entry_of(sent, revealer(config, saved))
    if saved:
        entry["id"] = saved.id
    watch, checked = check_entry(without_empty(entry), config)
    return Draft(saved, sent, entry, watch, checked, hash_)
