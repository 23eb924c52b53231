"""The feeds of the config, and whether this process owns them all."""

from collections.abc import Mapping

from monitor.config import Config, FeedConfig
from monitor.feeds.configured import id_of
from monitor.runtime.service import OwnsKey


class FeedConfigs:
    """The feeds of the config *by_id*. *owns_all* is whether all of them are in partitions that this process owns."""

    def __init__(self) -> None:
        self.by_id: Mapping[str, FeedConfig] = {}
        self.owns_all = False
        self._config: Config | None = None
        self._owns: OwnsKey | None = None

    def use(self, config: Config) -> bool:
        """Take the feeds of *config*. Return whether it is another config than before."""
        if self._config is config:
            return False
        self._config, self.by_id = config, {id_of(each): each for each in config.feeds}
        self.set_owned(self._owns)
        return True

    def set_owned(self, owns: OwnsKey | None) -> None:
        """Take *owns* as what tells whether this process owns a feed, by its id; None if that is not known yet."""
        self._owns, self.owns_all = owns, owns is not None and all(map(owns, self.by_id))
