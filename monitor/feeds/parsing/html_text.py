"""Convert HTML to plain text without tags, scripts or control characters, and sanitize HTML."""

import html
import re
from collections.abc import Iterable
from functools import partial
from itertools import islice
from typing import Any

import nh3

from monitor.feeds.parsing.clean import clean
from monitor.feeds.parsing.tags import DROPPED, escape_broken, escape_unless_paired
from monitor.feeds.urls import web_link

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
        "p div ul ol li table tr caption blockquote pre h1 h2 h3 h4 h5 h6 hgroup section article header footer figure "
        "figcaption dl dt dd hr aside main nav form fieldset legend address details summary center dir menu search",
    )
)
"""Elements that are paragraphs of their own."""
_SPACED = frozenset({"td", "th", "button", "option", "label", "input", "select"})
"""Elements that are separated by a space from the words around them, within the paragraph."""
_BLOCKS_ONLY = nh3.Cleaner(
    tags=set(_BLOCKS | _SPACED | {"br"}), clean_content_tags=set(DROPPED), attributes={"*": set()}, link_rel=None
)
_SANITIZER_OPTIONS: Any = {
    "url_schemes": {"http", "https"},
    "clean_content_tags": set(DROPPED),
    "generic_attribute_prefixes": set(),
}
_SANITIZER = nh3.Cleaner(**_SANITIZER_OPTIONS)
_LINKS = frozenset({"href", "src", "cite"})
"""The attributes of kept markup that are links."""
_MARKUP = re.compile(r"<[a-zA-Z/!?]|&#?\w+;")
_SPACED_TAG = re.compile(rf"</?(?:{'|'.join(_SPACED)})>")
_BLOCK_TAG = re.compile(r"</?(?!br)[a-z][a-z0-9]*>")
_LINE_BREAK = re.compile(r"<br>")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_MAIL = re.compile(r"(?<![^\s<>()@,;])[<(]? ?(?:mailto:)?[^\s<>()@,;]++@[^\s<>()@,;]++(?: ?[>)])?(?=[\s<>(),;]|\Z)")
"""An address of mail, perhaps in brackets, in a text with single spaces. It begins where a word begins, so that the search is
linear."""
_SPACES = re.compile(r"[^\S\n]+")
_PARAGRAPH_END = re.compile(r"\n[^\S\n]*\n\s*")


def line(markup: str, limit: int) -> str:
    """Return the text of *markup* as one line of at most *limit* code points."""
    return " ".join(text(markup[: 16 * limit]).split())[:limit].rstrip()


def text(markup: str) -> str:
    """Return the text of *markup* as paragraphs separated by an empty line."""
    if not markup:
        return ""
    markup = without_controls(markup)
    if _MARKUP.search(markup):
        has_tags = "<" in markup
        markup = clean(_BLOCKS_ONLY, escape_broken(markup))
        # In HTML a line end is a space. Without tags the text is plain, and an empty line ends a paragraph.
        markup = " ".join(markup.split()) if has_tags else markup
        markup = _LINE_BREAK.sub("\n", _BLOCK_TAG.sub("\n\n", _SPACED_TAG.sub(" ", markup)))
        markup = _CONTROLS.sub("", html.unescape(markup))
    return _paragraphs(markup)


def plain(text: str) -> str:
    """Return the plain *text* as paragraphs separated by an empty line. What looks like a tag stays."""
    return _paragraphs(without_controls(text))


def plain_line(text: str, limit: int) -> str:
    """Return the plain *text* as one line of at most *limit* code points."""
    return " ".join(without_controls(text[: 16 * limit]).split())[:limit].rstrip()


def plain_to_html(text: str) -> str:
    """Return the plain *text* as HTML."""
    paragraphs = html.escape(plain(text), quote=False).split("\n\n")
    return "".join(f"<p>{paragraph}</p>".replace("\n", "<br>") for paragraph in paragraphs if paragraph)


def without_references(text: str) -> str:
    """Return the plain *text* with the character references decoded that were escaped twice."""
    return html.unescape(text) if "&" in text else text


def sanitize(markup: str, base: str = "", limit: int = TEXT_BYTES) -> str:
    """Return *markup* without scripts, styles, event handlers and frames, and with http and https links only.

    Links are resolved against the URL *base*, if there is one. The result has at most *limit* bytes of UTF-8, and its
    elements are closed.
    """
    sanitizer = _sanitizer(base) if base else _SANITIZER
    kept, was_cut = cut(clean(sanitizer, escape_broken(_CONTROLS.sub("", markup[:MARKUP_CHARS]))), limit - 4096)
    # Sanitizing again closes the elements that were open at the cut, which adds little.
    closed = clean(_SANITIZER, kept) if was_cut else kept
    return closed if len(closed.encode()) <= limit else ""


def unique_names(markups: Iterable[str]) -> tuple[str, ...]:
    """Return the distinct names in *markups*, at most MAX_NAMES, in order."""
    return tuple(dict.fromkeys(name for markup in islice(markups, 1000) if (name := line(markup, NAME_CHARS))))[:MAX_NAMES]


def unique_authors(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the distinct names of authors in *texts*, as unique_names, without email addresses beside them."""
    return unique_names(escape_unless_paired(_without_mail(text[: 16 * NAME_CHARS])) for text in texts)


def _without_mail(text: str) -> str:
    """Return the name in forms such as ``a.vale@example.org (Anna Vale)``; *text* itself if it is only an address."""
    text = " ".join(text.split())
    name = _MAIL.sub("", text).strip()
    if name == text or not name:
        return text
    return name[1:-1] if name.startswith("(") and name.endswith(")") and name.count("(") == 1 else name


def cut(plain: str, limit: int = TEXT_BYTES) -> tuple[str, bool]:
    """Return the start of *plain* that fits in *limit* bytes of UTF-8, and whether something was cut off."""
    if len(plain) * 4 <= limit or len(data := plain.encode()) <= limit:
        return plain, False
    return data[:limit].decode(errors="ignore").rstrip(), True


def _sanitizer(base: str) -> nh3.Cleaner:
    """Return a sanitizer that resolves links against *base*."""
    return nh3.Cleaner(**_SANITIZER_OPTIONS, attribute_filter=partial(_absolute, base))


def _absolute(base: str, _: str, attribute: str, value: str) -> str | None:
    return web_link(value, base) if attribute in _LINKS else value


def without_controls(text: str) -> str:
    """Return the first MARKUP_CHARS of *text* without control characters, some of which cost nh3 quadratic time."""
    return _CONTROLS.sub("", text[:MARKUP_CHARS].replace("\r\n", "\n").replace("\r", "\n"))


def _paragraphs(text: str) -> str:
    paragraphs = (_strip_lines(paragraph) for paragraph in _PARAGRAPH_END.split(text))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _strip_lines(paragraph: str) -> str:
    return "\n".join(stripped for part in paragraph.split("\n") if (stripped := _SPACES.sub(" ", part).strip()))
