"""What of the pending comes next: quick to ask, however much waits for later."""

from collections.abc import Mapping
from datetime import UTC, datetime
from heapq import heappop, heappush
from itertools import count

from monitor.config import Config
from monitor.messages import Delivery

Waiting = Mapping[tuple[str, str], Delivery]
"""What has not ended yet, by target and alert."""
UNTRIED = datetime.min.replace(tzinfo=UTC)
"""Before every due time."""


class Agenda:
    """For each target, what waits for it: never tried before (as it came), then by due time. It follows from *waiting*.

    What has ended or changed in between is left in, and passed over when its turn comes.
    """

    def __init__(self) -> None:
        self._lines: dict[str, list[tuple[datetime, int, Delivery]]] = {}
        self._count = count()
        self._new: list[Delivery] = []
        self._config: Config | None = None

    def add(self, record: Delivery) -> None:
        """Take *record* in."""
        heappush(self._lines.setdefault(record.target, []), (record.due or UNTRIED, next(self._count), record))
        self._new.append(record)

    def take(self, target: str, now: datetime, waiting: Waiting) -> Delivery | None:
        """The next that is due for *target* at *now*, which is taken out."""
        line = self._lines.get(target, [])
        while line and line[0][0] <= now:
            _, _, record = heappop(line)
            if waiting.get((target, record.alert)) is record:
                return record
        return None

    def unseen(self, config: Config, waiting: Waiting) -> list[Delivery]:
        """What was not yet given out under *config*: what is new, or everything where the config is."""
        if config is self._config:
            found = [record for record in self._new if waiting.get((record.target, record.alert)) is record]
        else:
            found = list(waiting.values())
            names = {target.id for target in config.targets}
            self._lines = {target: line for target, line in self._lines.items() if target in names}
        self._new, self._config = [], config
        return found
