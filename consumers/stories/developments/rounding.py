"""Whether a number is one that is known, as it is, rounded, in another unit or in another currency. Pure."""

import math
from collections.abc import Iterator, Mapping, Sequence

from consumers.stories.developments.numbers import CELSIUS, CLOCK, COUNT, MONEY, SHARE, Number
from monitor.text.languages.developments import RATES

ABOUT, MEASURED = 0.1, 0.025
"""How far apart two equal numbers may be, as a share, if one is called rounded, or if units may have been converted."""
ABOUT_MEASURED = 0.15
"""As ABOUT, if units may have been converted too: about two kilograms for five pounds."""
EXCHANGED = 0.15
"""How far apart two equal sums of two currencies may be, as a share: rates change."""
MAX_DEGREES = 0.6
"""How far apart two equal temperatures may be."""
EXACT_KINDS = frozenset({COUNT, SHARE, CLOCK})
"""What is measured in units that nobody converts, besides money of one currency."""
NEAR = 0.01
"""How far a number of one digit may be from one with decimals that it rounds, as a share: two for 1.99."""
MIN_DIGITS = 2
"""The fewest digits of a number that may be rounded without being called so: 80 may be another number than 83."""


def is_known_number(number: Number, known: Mapping[str, Sequence[float]]) -> bool:
    """Return whether *known*, values by what they measure, has *number*. Another article may leave its unit out."""
    if _is_among(known.get(number.kind, ()), number.value, number.kind, number.rounding):
        return True
    if number.bare is not None and _is_among(known.get(COUNT, ()), number.bare, COUNT, number.rounding):
        return True
    return number.kind.startswith(MONEY) and any(
        abs(dollars - value) <= EXCHANGED * max(dollars, value)
        for dollars in _in_dollars(number.kind, number.value)
        for value in _other_sums(number.kind, known)
    )


def _in_dollars(kind: str, value: float) -> Iterator[float]:
    """Yield what a sum is worth in dollars, if the rate of its currency is known."""
    if rate := RATES.get(kind.removeprefix(MONEY)):
        yield value * rate


def _other_sums(kind: str, known: Mapping[str, Sequence[float]]) -> Iterator[float]:
    """Yield the known sums of currencies other than that of *kind*, in dollars."""
    for other, values in known.items():
        if other != kind and other.startswith(MONEY):
            yield from (dollars for value in values for dollars in _in_dollars(other, value))


def _is_among(values: Sequence[float], new: float, kind: str, rounding: str) -> bool:
    """Return whether *new*, a number of *kind* that is called *rounding*, is one of *values*."""
    if new in values:
        return True
    if not rounding and kind != CELSIUS:
        # Nearly all are too far apart. 2 * ABOUT is more than ABOUT of the larger one.
        near = 2 * ABOUT * abs(new)
        values = [value for value in values if -near <= value - new <= near]
    return any(_is_same(new, kind, rounding, value) for value in values)


def _is_same(new: float, kind: str, rounding: str, value: float) -> bool:
    if value == new:
        return True
    if kind == CELSIUS and abs(value - new) <= MAX_DEGREES:
        return True
    larger = max(abs(value), abs(new))
    if not rounding and abs(value - new) > larger * ABOUT:
        return False
    is_measured = kind not in EXACT_KINDS and not kind.startswith(MONEY)
    if abs(value - new) <= larger * ((ABOUT_MEASURED if rounding == "about" else MEASURED) if is_measured else 0.0):
        return True
    return _rounds_to(value, new) or _rounds_to(new, value) or (rounding != "" and _may_be_called(new, rounding, value))


def _may_be_called(new: float, rounding: str, value: float) -> bool:
    """Return whether *value* may be called *new* with a word of *rounding*: 1,204 is over 1,000, and over 60 is not 58."""
    step = _last_place(new)
    near = ABOUT * max(abs(value), abs(new))
    match rounding:
        case "about":
            return abs(value - new) <= max(near, step / 2)
        case "above":
            return 0 <= value - new <= max(near, step)
        case "below":
            return -max(near, step / 4) <= value - new <= near / 2
        case _:
            return False


def _last_place(value: float) -> float:
    """Return how much one in the last digit of *value* that is not zero is worth: 100 for 1,200."""
    digits, exponent = f"{abs(value):.9e}".split("e")
    return math.pow(10, int(exponent) - len(digits.rstrip("0").removesuffix(".").replace(".", "")) + 1)


def _rounds_to(exact: float, rounded: float) -> bool:
    """Return whether *rounded* has fewer digits than *exact*, and those of it: 5.87 and 5.9."""
    digits = _digits(rounded)
    is_near = exact % 1 != 0 and abs(exact - rounded) <= NEAR * abs(exact)
    return (digits >= MIN_DIGITS or is_near) and digits < _digits(exact) and float(f"{exact:.{digits}g}") == rounded


def _digits(value: float) -> int:
    return len(f"{value:.10g}".replace(".", "").strip("0"))
