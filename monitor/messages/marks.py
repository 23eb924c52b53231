"""Marks: what readers have decided about alerts."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from monitor.bus.streams import STREAMS, Stream
from monitor.messages.base import Message
from monitor.messages.origins import Standing

MarkState = Literal["open", "acknowledged", "snoozed", "muted"]


@dataclass(frozen=True, slots=True)
class Mark(Message):
    """The decision *by* a reader about an alert at its *version*, when its story had this *standing*."""

    STREAM: ClassVar[Stream] = STREAMS["mark.v1"]

    id: str
    state: MarkState
    version: int
    until: datetime | None
    standing: Standing | None
    by: str
    note: str | None
    at: datetime

    @property
    def key(self) -> str:
        """The alert's id."""
        return self.id

    @property
    def event_time(self) -> datetime:
        """See Message."""
        return self.at
