"""From markup to plain text: no tag, script or control character is left."""

import html
import re
from collections.abc import Iterable
from itertools import islice

import nh3

TEXT_BYTES = 256 * 1024
"""The longest text of an article, in bytes of UTF-8."""
MARKUP_CHARS = 1024 * 1024
"""The longest markup that is looked at, in code points: four times what may be kept."""
_BLOCKS = frozenset(
    re.split(
        r"\s+",
        "p div ul ol li table tr blockquote pre h1 h2 h3 h4 h5 h6 section article header footer figure figcaption "
        "dl dt dd hr aside main nav form fieldset",
    )
)
_DROPPED = frozenset({"script", "style", "title", "textarea", "noscript", "iframe", "template", "svg", "math", "object"})
_CLEANER = nh3.Cleaner(tags=set(_BLOCKS | {"br"}), clean_content_tags=set(_DROPPED), attributes={}, link_rel=None)
_KEEPER = nh3.Cleaner(url_schemes={"http", "https"}, clean_content_tags=set(_DROPPED), generic_attribute_prefixes=set())
_MARKUP = re.compile(r"<[a-zA-Z/!?]|&#?\w+;")
_BLOCK = re.compile(r"</?(?!br)[a-z][a-z0-9]*>")
_BREAK = re.compile(r"<br>")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SPACES = re.compile(r"[^\S\n]+")
_GAP = re.compile(r"\n[^\S\n]*\n\s*")


def line(markup: str, limit: int) -> str:
    """*markup* as one line of at most *limit* code points."""
    return " ".join(text(markup[: 16 * limit]).split())[:limit].rstrip()


def text(markup: str) -> str:
    """*markup* as paragraphs with an empty line between them."""
    if not markup:
        return ""
    markup = _CONTROLS.sub("", markup[:MARKUP_CHARS].replace("\r\n", "\n").replace("\r", "\n"))
    if _MARKUP.search(markup):
        marked = "<" in markup
        markup = _CLEANER.clean(markup)
        # In markup a line's end is a space and nothing more; where there was no tag, an empty line was meant.
        markup = " ".join(markup.split()) if marked else markup
        markup = _BREAK.sub("\n", _BLOCK.sub("\n\n", markup))
        markup = _CONTROLS.sub("", html.unescape(markup))
    paragraphs = (_lines(paragraph) for paragraph in _GAP.split(markup))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def markup(given: str, limit: int = TEXT_BYTES) -> str:
    """*given* as HTML that does nothing: no script, style, handler or frame, only links to http and https.

    In at most *limit* bytes of UTF-8, whole elements all.
    """
    short, was_cut = cut(_KEEPER.clean(_CONTROLS.sub("", given[:MARKUP_CHARS])), limit - 4096)
    # What was open at the cut is closed by another cleaning, which adds little.
    closed = _KEEPER.clean(short) if was_cut else short
    return closed if len(closed.encode()) <= limit else ""


def names(texts: Iterable[str]) -> tuple[str, ...]:
    """*texts* as up to 20 different names, in order."""
    return tuple(dict.fromkeys(name for text in islice(texts, 1000) if (name := line(text, 512))))[:20]


def cut(plain: str, limit: int = TEXT_BYTES) -> tuple[str, bool]:
    """*plain* in at most *limit* bytes of UTF-8, and whether something was cut off."""
    if len(plain) * 4 <= limit or len(data := plain.encode()) <= limit:
        return plain, False
    return data[:limit].decode(errors="ignore").rstrip(), True


def _lines(paragraph: str) -> str:
    return "\n".join(stripped for part in paragraph.split("\n") if (stripped := _SPACES.sub(" ", part).strip()))
