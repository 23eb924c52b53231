"""Small bar charts: the heights of their bars, and their numbers for a reader who cannot see them."""

from dataclasses import dataclass

HEIGHT = 14
"""The height of the picture of a chart."""


@dataclass(frozen=True, slots=True)
class Bars:
    """The *values* of a chart, a bar each. The highest bar has the given *height*."""

    values: tuple[float, ...]
    height: int = HEIGHT

    @property
    def heights(self) -> tuple[int, ...]:
        """The heights of the bars. A value that is not zero can be seen."""
        highest = max(self.values, default=0)
        return tuple(max(1, round(self.height * each / highest)) if each else 0 for each in self.values)

    @property
    def numbers(self) -> str:
        """The values as text: ``0 2 14``."""
        return " ".join(f"{each:.0f}" for each in self.values)
