"""What is made of a config, such as the table of its feeds by name: kept until there is another config."""

from collections.abc import Callable
from typing import Generic, TypeVar

from monitor.config import Config

T = TypeVar("T")


class PerConfig(Generic[T]):
    """A call returns what *make* returns for a config. It is made once for each config: with many feeds it takes long."""

    def __init__(self, make: Callable[[Config], T]) -> None:
        self._make = make
        self._newest: tuple[Config, T] | None = None

    def __call__(self, config: Config) -> T:
        """Return what *make* returns for *config*. May be called in several threads."""
        newest = self._newest
        if newest is None or newest[0] is not config:
            self._newest = newest = (config, self._make(config))
        return newest[1]
