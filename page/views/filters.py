"""The filters of the list of alerts, which are its query string: kinds are joined by AND, values of one kind by OR."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlencode

from monitor.grouping import StoryEntry
from monitor.text.tokens import fold
from page.views.attention import SHOWS, Show
from page.views.badges import badge_of

_fold = lru_cache(maxsize=16)(fold)
"""The words of a filter are folded once, and compared with all titles."""


@dataclass(frozen=True, slots=True)
class Filters:
    """The values of each kind. *q* is text that titles contain; *before* is where an older page begins."""

    watch: tuple[str, ...] = ()
    severity: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    entity: tuple[str, ...] = ()
    certainty: tuple[str, ...] = ()
    show: tuple[str, ...] = ()
    q: tuple[str, ...] = ()
    before: tuple[str, ...] = ()

    @property
    def shown(self) -> Show:
        """The list that is shown: open alerts, if nothing else is asked for."""
        return next((each for each in SHOWS if each in self.show), "open")

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter leaves rows out."""
        return any((self.watch, self.severity, self.topic, self.entity, self.certainty, self.q))

    def matches(self, entry: StoryEntry, titles: Callable[[StoryEntry], str]) -> bool:
        """Return whether *entry* passes all filters but *show* and *before*. *titles* returns its folded titles."""
        newest = entry.newest
        return (
            (not self.watch or not set(self.watch).isdisjoint(entry.alerts))
            and (not self.severity or entry.severity in self.severity)
            and (not self.certainty or badge_of(newest).code in self.certainty)
            and (not self.topic or any(topic.code in self.topic for topic in newest.topics))
            and (not self.entity or any(entity.id in self.entity for entity in newest.entities))
            and (not self.q or _fold(self.q[0]) in titles(entry))
        )

    def cursor(self) -> tuple[datetime, str] | None:
        """Return the time and the key of the row before which an older page begins; None for the first page."""
        updated, _, key = (self.before or ("",))[0].partition(" ")
        try:
            moment = datetime.fromisoformat(updated)
        except ValueError:
            return None
        return (moment, key) if moment.tzinfo else None

    def url(self) -> str:
        """Return the URL of the list with these filters."""
        pairs = [(each.name, value) for each in fields(self) for value in getattr(self, each.name)]
        return f"/?{urlencode(pairs)}" if pairs else "/"

    def toggled(self, kind: str, value: str) -> str:
        """Return the URL with *value* of *kind* added, or removed if it is there. *show* has one value."""
        values = getattr(self, kind)
        if kind == "show":
            changed = () if value == "open" else (value,)
        else:
            changed = tuple(each for each in values if each != value) if value in values else (*values, value)
        return replace(self, **{kind: changed, "before": ()}).url()

    def without(self) -> str:
        """Return the URL of the same list without any filter."""
        return Filters(show=self.show).url()


def parse_filters(query: Mapping[str, Sequence[str]]) -> Filters:
    """Return the filters in *query*, the values of a query string by name. Unknown names are passed over."""
    return Filters(**{each.name: tuple(filter(None, query.get(each.name, ()))) for each in fields(Filters)})


def cursor_of(updated: datetime, key: str) -> str:
    """Return the value of `before` for the page that follows the row *key*."""
    return f"{updated.isoformat()} {key}"
