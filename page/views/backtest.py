"""The chart of a backtest: two bars for each day, the saved words and the edited ones."""

from dataclasses import dataclass

from page.watches.backtest import Tried

WIDTH = 60
"""Units of the chart that a day takes."""
BASE, HEIGHT = 100, 80
MIN_SCALE = 5
"""The chart is as high as this many alerts at least, so that one alert does not fill it."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A day: its name, both numbers, and where the bars are. Heights are in units of the chart."""

    name: str
    x: int
    saved: int
    edited: int
    saved_height: int
    edited_height: int


@dataclass(frozen=True, slots=True)
class Chart:
    """The bars, the width of all, the lines of the scale, and the text for who cannot see it."""

    bars: tuple[Bar, ...]
    width: int
    label: str


def make_chart(tried: Tried) -> Chart:
    """Return the chart of *tried*."""
    highest = max(MIN_SCALE, *(max(day.saved, day.edited) for day in tried.days))
    bars = tuple(
        Bar(
            f"{day.day:%a} {day.day.day}",
            number * WIDTH,
            day.saved,
            day.edited,
            round(HEIGHT * day.saved / highest),
            round(HEIGHT * day.edited / highest),
        )
        for number, day in enumerate(tried.days)
    )
    told = ", ".join(f"{bar.name} {bar.saved} then {bar.edited}" for bar in bars)
    return Chart(bars, len(bars) * WIDTH, f"Alerts by day, saved words then these: {told}")
