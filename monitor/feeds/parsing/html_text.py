"""Convert HTML to plain text without tags, scripts or control characters, and sanitize HTML."""

import html
import re
from collections.abc import Iterable
from itertools import islice

import nh3

TEXT_BYTES = 256 * 1024
"""Maximum size of an article's text, in bytes of UTF-8."""
MARKUP_CHARS = 1024 * 1024
"""How much of the markup is read, in code points: four times the maximum size of the text."""
TITLE_CHARS = 4096
"""Maximum length of an article's title in the schema, in code points."""
MAX_NAMES = 20
"""The most authors or categories of an article."""
NAME_CHARS = 512
"""Maximum length of a name or a feed's title, in code points."""
_BLOCKS = frozenset(
    re.split(
        r"\s+",
        "p div ul ol li table tr blockquote pre h1 h2 h3 h4 h5 h6 section article header footer figure figcaption "
        "dl dt dd hr aside main nav form fieldset",
    )
)
_DROPPED = frozenset({"script", "style", "title", "textarea", "noscript", "iframe", "template", "svg", "math", "object"})
"""Elements removed together with their content."""
_BLOCKS_ONLY = nh3.Cleaner(tags=set(_BLOCKS | {"br"}), clean_content_tags=set(_DROPPED), attributes={}, link_rel=None)
_SANITIZER = nh3.Cleaner(url_schemes={"http", "https"}, clean_content_tags=set(_DROPPED), generic_attribute_prefixes=set())
_MARKUP = re.compile(r"<[a-zA-Z/!?]|&#?\w+;")
_BLOCK_TAG = re.compile(r"</?(?!br)[a-z][a-z0-9]*>")
_LINE_BREAK = re.compile(r"<br>")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SPACES = re.compile(r"[^\S\n]+")
_PARAGRAPH_END = re.compile(r"\n[^\S\n]*\n\s*")


def line(markup: str, limit: int) -> str:
    """Return the text of *markup* as one line of at most *limit* code points."""
    return " ".join(text(markup[: 16 * limit]).split())[:limit].rstrip()


def text(markup: str) -> str:
    """Return the text of *markup* as paragraphs separated by an empty line."""
    if not markup:
        return ""
    markup = _CONTROLS.sub("", markup[:MARKUP_CHARS].replace("\r\n", "\n").replace("\r", "\n"))
    if _MARKUP.search(markup):
        has_tags = "<" in markup
        markup = _BLOCKS_ONLY.clean(markup)
        # In HTML a line end is a space. Without tags the text is plain, and an empty line ends a paragraph.
        markup = " ".join(markup.split()) if has_tags else markup
        markup = _LINE_BREAK.sub("\n", _BLOCK_TAG.sub("\n\n", markup))
        markup = _CONTROLS.sub("", html.unescape(markup))
    paragraphs = (_strip_lines(paragraph) for paragraph in _PARAGRAPH_END.split(markup))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def sanitize(markup: str, limit: int = TEXT_BYTES) -> str:
    """Return *markup* without scripts, styles, event handlers and frames, and with http and https links only.

    The result has at most *limit* bytes of UTF-8, and its elements are closed.
    """
    kept, was_cut = cut(_SANITIZER.clean(_CONTROLS.sub("", markup[:MARKUP_CHARS])), limit - 4096)
    # Sanitizing again closes the elements that were open at the cut, which adds little.
    closed = _SANITIZER.clean(kept) if was_cut else kept
    return closed if len(closed.encode()) <= limit else ""


def unique_names(markups: Iterable[str]) -> tuple[str, ...]:
    """Return the distinct names in *markups*, at most MAX_NAMES, in order."""
    return tuple(dict.fromkeys(name for markup in islice(markups, 1000) if (name := line(markup, NAME_CHARS))))[:MAX_NAMES]


def cut(plain: str, limit: int = TEXT_BYTES) -> tuple[str, bool]:
    """Return the start of *plain* that fits in *limit* bytes of UTF-8, and whether something was cut off."""
    if len(plain) * 4 <= limit or len(data := plain.encode()) <= limit:
        return plain, False
    return data[:limit].decode(errors="ignore").rstrip(), True


def _strip_lines(paragraph: str) -> str:
    return "\n".join(stripped for part in paragraph.split("\n") if (stripped := _SPACES.sub(" ", part).strip()))
