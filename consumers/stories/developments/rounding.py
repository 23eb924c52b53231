"""Whether a number is one that is known, as it is, rounded, or in another unit. Pure."""

from collections.abc import Callable, Mapping, Sequence

from consumers.stories.developments.numbers import COUNT, SHARE, Number

ABOUT, MEASURED = 0.1, 0.025
"""How far apart two equal numbers may be, as a share, if one is called rounded, or if units may have been converted."""
ABOUT_MEASURED = 0.15
"""As ABOUT, if units may have been converted too: about two kilograms for five pounds."""
EXACT_KINDS = frozenset({COUNT, "$", SHARE, "t"})
"""What is measured in units that nobody converts."""
MIN_DIGITS = 2
"""The fewest digits of a number that may be rounded without being called so: 80 may be another number than 83."""
_ALLOWED: Mapping[str, Callable[[float], bool]] = {
    "": lambda _: False,
    "about": lambda difference: abs(difference) <= ABOUT,
    "above": lambda difference: 0 <= difference <= ABOUT,
    "below": lambda difference: -ABOUT <= difference <= 0 or abs(difference) <= ABOUT / 2,
}
"""Whether a known number that is larger by a share may be the one that is called rounded: over 60 may be 62, and not 58."""


def is_known_number(number: Number, known: Mapping[str, Sequence[float]]) -> bool:
    """Return whether *known*, values by what they measure, has *number*. Another article may leave its unit out."""
    if any(_is_same(number.value, number.kind, number.rounding, value) for value in known.get(number.kind, ())):
        return True
    bare = number.bare
    return bare is not None and any(_is_same(bare, COUNT, number.rounding, value) for value in known.get(COUNT, ()))


def _is_same(new: float, kind: str, rounding: str, value: float) -> bool:
    if value == new:
        return True
    larger = max(abs(value), abs(new))
    difference = (value - new) / larger
    if abs(difference) > ABOUT_MEASURED:
        return False
    if rounding == "about" and kind not in EXACT_KINDS and abs(difference) <= ABOUT_MEASURED:
        return True
    if abs(difference) <= (0.0 if kind in EXACT_KINDS else MEASURED):
        return True
    if _rounds_to(value, new) or _rounds_to(new, value):
        return True
    return _ALLOWED[rounding](difference)


def _rounds_to(exact: float, rounded: float) -> bool:
    """Return whether *rounded* has fewer digits than *exact*, and those of it: 5.87 and 5.9."""
    digits = _digits(rounded)
    return MIN_DIGITS <= digits < _digits(exact) and float(f"{exact:.{digits}g}") == rounded


def _digits(value: float) -> int:
    return len(f"{value:.10g}".replace(".", "").strip("0"))
