"""The characters that count as signs of the query language: ours, and those that look like them or mean the same elsewhere.

The values are for use between [ and ] in a regular expression; grammar.lark refers to them by name.
"""

from collections.abc import Mapping

OPENING = "(（﹙"
CLOSING = ")）﹚"
COMMAS = ",，、،﹐﹑"
COLONS = ":：﹕︰"
DASHES = "‐‑‒–—―−﹘﹣－˗⁃➖-"
PLUSES = "+＋"
BANGS = "!！¬"
ATS = "@＠﹫"
STARS = "*＊﹡∗"
APOSTROPHES = "'‘’‚‛`´＇"
INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
"""Characters without width, and those that change the direction of writing."""
QUOTES = '"＂“”„‟〝〞〟«»‹›「」『』《》〈〉｢｣﹁﹂'
"""Quotation marks other than APOSTROPHES."""
BRACKETS = r"\[\]{}［］｛｝【】〔〕"
SEMICOLONS = ";；؛"
BREAKS = f"{QUOTES}{OPENING}{CLOSING}{COLONS}{COMMAS}{SEMICOLONS}{BRACKETS}|｜"
"""Characters that a word cannot contain."""
STARTS = f"&＆{BANGS}{PLUSES}{STARS}{ATS}{DASHES}"
"""Further characters that a word cannot begin with."""

SIGNS: Mapping[str, str] = {name: value for name, value in globals().items() if name.isupper() and isinstance(value, str)}
