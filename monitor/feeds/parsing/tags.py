"""Tell tags from less-than signs in a text that may be HTML or plain. Pure functions; one pass each."""

import re
from collections.abc import Callable

ELEMENTS = frozenset(
    re.split(
        r"\s+",
        "a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big blink blockquote body br "
        "button canvas caption center cite code col colgroup data datalist dd del details dfn dialog dir div dl dt em embed "
        "fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img "
        "input ins kbd label legend li link main map mark marquee math menu meta meter nav nobr noframes noscript object ol "
        "optgroup option output p param picture plaintext pre progress q rb rp rt ruby s samp script search section select "
        "slot small source span strike strong style sub summary sup svg table tbody td template textarea tfoot th thead time "
        "title tr track tt u ul var video wbr xmp",
    )
)
"""The elements of HTML, obsolete ones too."""
_ALONE = frozenset(
    re.split(
        r"\s+", "area base br col dd dt embed hr img input li link meta option p param source tbody td tfoot th tr track wbr"
    )
)
"""Elements that need no end tag."""
_ALONE_IN_TITLE = frozenset({"br", "hr", "p", "wbr"})
"""Those that a title may contain. "The <input> element" is about one."""
DROPPED = frozenset({"script", "style", "title", "textarea", "noscript", "iframe", "template", "svg", "math", "object"})
"""Elements that are removed together with their content, even if the tag is broken."""
_STYLES = frozenset({"a", "b", "i", "em", "strong", "u", "span", "font", "div"})
"""Elements whose start alone says that a text is HTML: a text may be cut off before their end."""
_BOOLEAN = frozenset(
    re.split(
        r"\s+",
        "allowfullscreen async autoplay checked compact controls default defer disabled hidden ismap itemscope loop multiple "
        "muted noresize noshade novalidate nowrap open readonly required reversed selected",
    )
)
"""Attributes that may have no value."""
_SOUND = re.compile(r"<(?:[^a-zA-Z]|[a-zA-Z][\w:.-]*(?:/?>|\s[^<>=]*=[^<>]*>))")
"""Matches nearly every tag, and each less-than sign that a parser of HTML does not take for a tag."""
_LESS_THAN = re.compile(r"<(?:(/?)([a-zA-Z][\w:.-]*)([^<>]*)(>?)|(!--|!doctype|!\[|\?[a-z])?)", re.IGNORECASE)
"""Matches each less-than sign with what follows, up to the next angle bracket."""


def escape_broken(markup: str) -> str:
    """Return the HTML *markup* in which each less-than sign that begins no tag is escaped, as in ``Q3 <Q2 as exports fall``.

    A parser of HTML would drop all that follows. A tag that is cut off at the end stays one.
    """
    if len(_SOUND.findall(markup)) == markup.count("<"):
        return markup
    return _escape(markup, _is_tag_or_cut)


def escape_unless_html(text: str) -> str:
    """Return *text*, a text of RSS, as HTML. If it contains no markup, it is plain, and each less-than sign is escaped."""
    if "<" not in text:
        return text
    has_counterpart = _has_counterpart_in(text, _ALONE)
    is_html = any(has_counterpart(match) or _is_style(match) for match in _LESS_THAN.finditer(text))
    return escape_broken(text) if is_html else _escape(text, _is_comment)


def escape_unless_paired(title: str) -> str:
    """Return *title*, a title of RSS, as HTML: each less-than sign is escaped, except where a tag of HTML begins.

    A tag has the name of an element of HTML, and has an attribute, or its counterpart in the title, or needs none.
    """
    return _escape(title, _has_counterpart_in(title, _ALONE_IN_TITLE)) if "<" in title else title


def _escape(text: str, is_markup: Callable[[re.Match[str]], bool]) -> str:
    return _LESS_THAN.sub(lambda match: match[0] if is_markup(match) else "&lt;" + match[0][1:], text)


def _has_counterpart_in(text: str, alone: frozenset[str]) -> Callable[[re.Match[str]], bool]:
    """Return the function that says whether a match in *text* is a comment or a tag that is not alone by mistake."""
    ended = {match[2].lower() for match in _LESS_THAN.finditer(text) if match[1] and _is_tag(match)} | alone

    def is_markup(match: re.Match[str]) -> bool:
        return _is_comment(match) or (_is_tag(match) and (match[2].lower() in ended or "=" in match[3]))

    return is_markup


def _is_comment(match: re.Match[str]) -> bool:
    return bool(match[5])


def _is_style(match: re.Match[str]) -> bool:
    return _is_tag(match) and match[2].lower() in _STYLES


def _is_tag(match: re.Match[str]) -> bool:
    """Return whether *match* is a complete tag of HTML, or continues after a quote that contains an angle bracket."""
    return _names_element(match) and bool(match[4] or match[3].count('"') % 2 or match[3].count("'") % 2)


def _names_element(match: re.Match[str]) -> bool:
    """Return whether *match* has the name of an element, of HTML or with a prefix, and what may follow it in a tag."""
    if not match[2]:
        return False
    name = match[2].lower()
    return (name in ELEMENTS or ":" in name.strip(":")) and _has_attributes(match)


def _has_attributes(match: re.Match[str]) -> bool:
    """Return whether only attributes are between the name and the end of a tag."""
    words = match[3].strip("/ \t\n\r\f")
    return not words or (match[3][0].isspace() and ("=" in words or all(word.lower() in _BOOLEAN for word in words.split())))


def _is_tag_or_cut(match: re.Match[str]) -> bool:
    """Return whether a parser of HTML may read *match* as a tag, even an unknown or incomplete one."""
    if not match[2] or match[2].lower() in DROPPED:
        return True
    return _has_attributes(match) if match[4] else _names_element(match)
