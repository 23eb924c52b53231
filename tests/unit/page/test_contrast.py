"""The contrast of the colours of the style, as WCAG 2.2 counts it: 4.5 for text, 3 for the lines and shapes of controls."""

import re
from itertools import product

import pytest

from page.templates import STATIC

HEX = "#[0-9a-f]{6}"
STYLE = (STATIC / "style.css").read_text(encoding="utf-8")
TOKENS = re.findall(rf"--([a-z]+): light-dark\(({HEX}), ({HEX})\)", STYLE)
(BADGE,) = re.findall(r"color-mix\(in srgb, currentColor (\d+)%, var\(--card\)\)", STYLE)
"""How much of its own colour the ground of a badge has, in per cent."""
SURFACES = ("bg", "top", "card", "hover")
TEXTS = [
    *product(("ink", "soft", "link", "ok", "dis", "no", "rep"), SURFACES),
    ("onfill", "fill"),
    ("ink", "hit"),
    *((name, f"badge of {name}") for name in ("ok", "dis", "no", "rep", "soft")),
]
CONTROLS = [*product(("firm",), SURFACES), *product(("link",), SURFACES)]
"""The borders of fields and buttons, the lines of the strips, and the ring of the focus."""


def mix(colour: str, ground: str, share: float) -> str:
    """*ground* with a *share* of *colour*."""
    parts = ((int(colour[at : at + 2], 16), int(ground[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(share * one + (1 - share) * other):02x}" for one, other in parts)


def luminance(colour: str) -> float:
    """The relative luminance of *colour*."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The ratio of two colours."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_has_the_highest_contrast() -> None:
    assert (contrast("#000000", "#ffffff"), contrast("#777777", "#777777")) == (21, 1)


@pytest.mark.parametrize("theme", [1, 2], ids=["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXTS, 4.5), (CONTROLS, 3)], ids=["text", "controls"])
def test_colours_can_be_told_apart(theme: int, pairs: list[tuple[str, str]], least: float) -> None:
    colours = {token[0]: token[theme] for token in TOKENS}
    colours |= {f"badge of {name}": mix(colour, colours["card"], int(BADGE) / 100) for name, colour in colours.items()}
    low = {pair: round(ratio, 2) for pair in pairs if (ratio := contrast(colours[pair[0]], colours[pair[1]])) < least}
    assert low == {}
