"""Which text of an item is the article's, and whether it is plain or HTML. Pure functions."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import nh3

from monitor.feeds.parsing import html_text
from monitor.feeds.parsing.clean import clean
from monitor.feeds.parsing.elements import XHTML
from monitor.feeds.parsing.tags import escape_unless_html, escape_unless_paired

TEASER_WORDS = 8
"""The most words of a text that may be only a pointer to the article: "Continue reading on example.org"."""
LONG_WORDS = 100
"""The words from which a text counts as one, whatever it consists of."""
_PLAIN = "text/plain"
_ESCAPED_TYPES = frozenset({"text/html", _PLAIN})
_TAG = re.compile(r"<[a-zA-Z/!?]")
_WORD = re.compile(r"\w+")
_ASIDE = nh3.Cleaner(
    tags=set(),
    attributes={"*": set()},
    clean_content_tags={"a", "button", "figure", "picture", "script", "style", "title", "textarea", "noscript", "iframe"},
    link_rel=None,
)
"""Leaves out pictures with their captions, and links."""
_CUT_END = re.compile(r"(?:…|\.\.)[\])\s>»]*\Z")
_TEASER = re.compile(
    r"\W*(?:(?:continue|keep)\s+reading|(?:click\s+(?:here\s+)?to\s+)?read\s+(?:more|on|the\s+(?:full|whole|rest))|"
    r"(?:full|more)\s+(?:story|article|details)|click\s+here|"
    r"the\s+post\s+(?:first\s+)?appeared\s+first\s+on|der\s+beitrag\s+erschien\s+zuerst|la\s+entrada\s+(?:se\s+public|apareci)|"
    r"l\s+article\s+est\s+apparu\s+en\s+premier|l\s+articolo\s+(?:sembra\s+essere|proviene)|o\s+post\s+apareceu\s+primeiro|"
    r"weiterlesen|mehr\s+(?:lesen|dazu)|lire\s+(?:la\s+suite|plus)|leer\s+m[aá]s|seguir\s+leyendo|leggi\s+(?:tutto|di\s+pi[uù])|"
    r"l[ee]ia\s+mais|lees\s+(?:meer|verder)|les\s+mer|läs\s+mer|czytaj\s+(?:dalej|więcej)|читать\s+(?:далее|дальше)|"
    r"подробнее|続きを読む|阅读全文|閱讀全文|继续阅读|더\s*보기|devamını\s+oku|اقرأ\s+المزيد)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Text:
    """A text of an item: its *markup* (HTML) and plain text; *base* is the URL that the feed gives for links in it, or ""."""

    markup: str = ""
    text: str = ""
    base: str = ""


def choose(contents: Sequence[Text], summaries: Sequence[Text]) -> Text:
    """Return the text of an item: the content, unless it says less than the summary by its meaning.

    The content says less if it has no words of its own (it is empty, a picture, links, "Read more"), or if it is the
    beginning of the summary, cut off. It does not if it contains the summary. The lengths are not compared. If there
    are several contents or several summaries, the longest counts.
    """
    content, summary = _longest(contents), _longest(summaries)
    if not content.text:
        return summary
    if not summary.text or _letters(summary.text) in _letters(content.text):
        return content
    return summary if not _has_own_words(content) or _is_beginning(content.text, summary.text) else content


def to_text(value: str, detail: Any, *, is_atom: bool, trust_xhtml: bool) -> Text:
    """Return the text *value*, which feedparser describes by *detail*. See is_plain and repair for the other arguments."""
    if is_plain(detail, is_atom=is_atom):
        return plain_text(value, is_declared=bool(detail.get("declared")), base=_base(detail))
    markup = (
        escape_unless_html(value) if is_guessed(detail, is_atom=is_atom) else repair(value, detail, trust_xhtml=trust_xhtml)
    )
    return Text(markup, html_text.text(markup), _base(detail))


def plain_text(value: str, *, is_declared: bool = False, base: str = "") -> Text:
    """Return the plain text *value*. Unless its type *is_declared*, references that were escaped twice are decoded."""
    text = html_text.plain(value if is_declared else html_text.without_references(value))
    return Text(html_text.plain_to_html(text), text, base)


def to_line(value: str, detail: Any, limit: int, *, is_atom: bool, trust_xhtml: bool) -> str:
    """Return the title or name *value*, which feedparser describes by *detail*, as one line of at most *limit* characters."""
    if is_plain(detail, is_atom=is_atom):
        plain = value if detail.get("declared") else html_text.without_references(value)
        return html_text.plain_line(plain, limit)
    guessed = is_guessed(detail, is_atom=is_atom)
    markup = escape_unless_paired(value[: 16 * limit]) if guessed else repair(value, detail, trust_xhtml=trust_xhtml)
    return html_text.line(markup, limit)


def is_plain(detail: Any, *, is_atom: bool) -> bool:
    """Return whether a text is plain by the standard: Atom's type "text", which is the default."""
    return is_atom and detail.get("type") == _PLAIN


def is_guessed(detail: Any, *, is_atom: bool) -> bool:
    """Return whether the standard leaves open if a text is plain or HTML, as RSS does."""
    return not is_atom and detail.get("type") != XHTML


def repair(value: str, detail: Any, *, trust_xhtml: bool) -> str:
    """Return the markup *value*, which feedparser describes by *detail*.

    Feeds escape the markup in their texts. If such a text contains a tag, feedparser treats all of it as XHTML, in which
    escaped markup is text. *trust_xhtml* is false for a broken document that declares no XHTML. There the tag is damage,
    and escaped markup is still markup.
    """
    if trust_xhtml or detail.get("type") in _ESCAPED_TYPES:
        return value
    # feedparser unescapes text that it does not treat as XHTML in the same way.
    markup = value.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    text = html_text.text(markup)
    # The stray tag may be inside another tag, whose remains then look like a tag in the text. Read that as markup again.
    return text if _TAG.search(text) else markup


def _base(detail: Any) -> str:
    base = detail.get("base") or ""
    return base if base.startswith(("http://", "https://")) else ""


def _longest(texts: Sequence[Text]) -> Text:
    return max(texts, key=lambda text: len(text.text), default=Text())


def _letters(text: str) -> str:
    return "".join(_WORD.findall(text))


def _has_own_words(content: Text) -> bool:
    """Return whether *content* has words apart from links, captions and a pointer to the article."""
    if len(content.text) > LONG_WORDS * 20 or len(_WORD.findall(content.text)) > LONG_WORDS:
        return True
    words = _WORD.findall(html.unescape(clean(_ASIDE, html_text.without_controls(content.markup))))
    return bool(words) and not _is_teaser(words)


def _is_teaser(words: Sequence[str]) -> bool:
    return len(words) <= TEASER_WORDS and _TEASER.match(" ".join(words)) is not None


def _is_beginning(content: str, summary: str) -> bool:
    """Return whether *content* is the beginning of *summary*, cut off: with dots, inside a word, or before a teaser."""
    if len(content) >= len(summary):
        return False
    words, longer = _WORD.findall(content.lower()), _WORD.findall(summary.lower())
    shared = next((index for index, pair in enumerate(zip(words, longer, strict=False)) if pair[0] != pair[1]), len(words))
    rest = words[shared:]
    if not shared or shared >= len(longer):
        return False
    is_cut_inside_word = len(rest) == 1 and longer[shared].startswith(rest[0])
    return (not rest and _CUT_END.search(content[-20:]) is not None) or is_cut_inside_word or _is_teaser(rest)
