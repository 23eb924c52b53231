"""Who says a story first, in alerts and stories."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from monitor.messages.articles import Stance

OriginKind = Literal["named", "role", "anonymous"]
Standing = Literal["confirmed", "disputed", "denied", "reported", "unnamed", "stated"]


@dataclass(frozen=True, slots=True)
class OriginName:
    """A name, role or description of an origin, in the words of the articles. *at* is None if it has no stance that counts.

    *denied* and *confirmed* are when it first did so: an article that tells of it again makes it no newer.
    *beside* is whether it only speaks beside the story's matter, as one who reacts or comments does.
    """

    who: str | None
    kind: OriginKind
    stance: Stance
    since: datetime
    at: datetime | None
    outlets: tuple[str, ...]
    entity: str | None = None
    role: str | None = None
    through: str | None = None
    denied: datetime | None = None
    confirmed: datetime | None = None
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """A person, body or unnamed source that says a story, and the outlets that carry it. *names* are all names for it."""

    who: str
    kind: OriginKind
    stance: Stance
    since: datetime
    at: datetime | None
    outlets: tuple[str, ...]
    names: tuple[OriginName, ...] = ()
