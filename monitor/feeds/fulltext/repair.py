"""Restore the parts of an article that extraction loses: its lead, the body in its metadata, other paragraphs. Pure.

Nothing is added that is in the text already, and what is in it twice is left out once (monitor/feeds/fulltext/repeats.py).
Each rule uses what pages declare about themselves (their title and description for others, their articleBody, paragraphs in
the same place as those found). No rule uses words or outlets of any data set.
"""

import html
import json
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from monitor.feeds.fulltext.repeats import drop_copies, is_new, unrepeated_chars
from monitor.feeds.parsing import html_text
from monitor.text.shingles import share, shingles

MIN_LEAD_CHARS = 25
"""The shortest description, not counting spaces, that is searched for in the page: shorter ones are slogans."""
MAX_DESCRIPTIONS = 5
"""The most descriptions of a page that are searched for in it."""
MAX_ELEMENTS = 20
"""The most descendants of an element that counts as a paragraph."""
MIN_PROSE_CHARS = 80
"""The fewest characters of a paragraph that is added; shorter ones are captions or links to other articles."""
MUCH_LONGER = 1.5
"""The declared text replaces the extracted one if it is at least this many times as long."""
MIN_COVERED = 0.7
"""The share of the extracted text that the declared one must contain to replace it, from 0 to 1."""
MIN_UNREPEATED = 0.8
"""The least share of the declared text without its copies: some publishers declare the whole text twice. From 0 to 1."""
_TITLES = frozenset({"og:title", "twitter:title"})
_DESCRIPTIONS = frozenset({"og:description", "twitter:description", "description"})
_PARAGRAPHS = ("p", "h2", "h3", "h4", "h5", "h6", "div", "span", "li", "blockquote", "strong", "b", "em", "section")
_APART = ("br", "p", "h1", "h2", "h3", "h4", "h5", "h6", "div", "li", "td", "th", "blockquote", "section", "figcaption")
"""Elements whose end separates words."""
_NOT_TEXT = frozenset({"figure", "figcaption", "aside", "nav", "footer"})
"""Elements with captions, teasers of other articles and the like: nothing in them is added."""

Tree = Any
"""An lxml element."""
Position = tuple[Any, Tree, Tree]


def repair(lines: Sequence[str], tree: Tree) -> list[str]:
    """Return *lines*, a paragraph each, without the title, with the missing parts of the article in *tree*, and nothing twice.

    Scripts are removed from the page *tree*, and spaces are inserted between its paragraphs.
    """
    body = _declared_body(tree)
    for element in tree.iter(*_APART):
        element.tail = f" {element.tail or ''}"
    for script in list(tree.iter("script", "style", "noscript", "template")):
        script.drop_tree()
    return drop_copies(add_missing(add_lead(remove_title(prefer_declared(lines, body), tree), tree), tree))


def page_titles(tree: Tree) -> list[str]:
    """Return the titles that the page gives itself, those meant for other sites first."""
    return [*_meta_contents(tree, _TITLES), *(_text(heading) for heading in tree.iter("h1"))]


def prefer_declared(lines: Sequence[str], body: str) -> list[str]:
    """Return the paragraphs of *body* if it is much longer than *lines* and holds most of them, once; else *lines*."""
    text = "\n".join(lines)
    if len(body) < MUCH_LONGER * len(text) or share(shingles(text), shingles(body)) < MIN_COVERED:
        return list(lines)
    if unrepeated_chars(body) < MIN_UNREPEATED * len(body):
        return list(lines)
    return [line for line in body.split("\n") if line.strip()]


def remove_title(lines: Sequence[str], tree: Tree) -> list[str]:
    """Return *lines* without those before the first long one that are a title."""
    titles = {_normalized(title) for title in page_titles(tree)}
    first = next((index for index, line in enumerate(lines) if _is_body(line, titles)), len(lines))
    return [*(line for line in lines[:first] if _normalized(line) not in titles), *lines[first:]]


def _is_body(line: str, titles: Container[str]) -> bool:
    return len(line) >= MIN_PROSE_CHARS and _normalized(line) not in titles


def add_lead(lines: Sequence[str], tree: Tree) -> list[str]:
    """Return the lead and *lines*, if the page shows its description above the text and *lines* lack it; else *lines*."""
    text = _normalized(" ".join(lines))
    titles = {_normalized(title) for title in page_titles(tree)}
    descriptions = dict.fromkeys(_normalized(content) for content in _meta_contents(tree, _DESCRIPTIONS))
    for description in islice(descriptions, MAX_DESCRIPTIONS):
        if len(description) < MIN_LEAD_CHARS or description in text:
            continue
        above = _elements_above(lines, tree)
        leads = [shown for element, shown in above if _is_lead(shown, description) and not _is_beside_text(element)]
        # A description may begin with the title.
        lead = min((shown for shown in leads if _normalized(shown) not in titles), key=len, default="")
        if lead and _normalized(lead) not in text and is_new(lead, shingles("\n".join(lines))):
            return [lead, *lines]
    return list(lines)


def _elements_above(lines: Sequence[str], tree: Tree) -> Iterator[tuple[Tree, str]]:
    """Yield the small elements in *tree* before the first long one of *lines*, with their texts."""
    found = {_normalized(line) for line in lines if len(line) >= MIN_PROSE_CHARS}
    for element in tree.iter(*_PARAGRAPHS):
        if not _is_small(element):
            continue
        text = _text(element)
        if _normalized(text) in found:
            return
        yield element, text


def add_missing(lines: Sequence[str], tree: Tree) -> list[str]:
    """Return *lines* with the long paragraphs between and after them at the same position in the page as most of them."""
    index_of = {_normalized(line): index for index, line in reversed(list(enumerate(lines)))}
    paragraphs = [(element, _text(element)) for element in tree.iter("p", "h1")]
    positions = Counter(
        _position(element) for element, text in paragraphs if len(text) > MIN_PROSE_CHARS / 2 and _normalized(text) in index_of
    )
    position, count = positions.most_common(1)[0] if positions else (None, 0)
    if count < 3 or count * 2 < positions.total():  # noqa: PLR2004  (two paragraphs make no rule)
        return list(lines)
    missing: dict[int, list[str]] = {}
    last = None
    for element, text in paragraphs:
        if (index := index_of.get(_normalized(text))) is not None:
            last = index
        elif last is not None and element.tag == "h1":
            break
        elif last is not None and _position(element) == position and _is_prose(element, text):
            missing.setdefault(last, []).append(text)
    return _insert(lines, missing)


def _insert(lines: Sequence[str], missing: Mapping[int, Sequence[str]]) -> list[str]:
    """Return *lines*, each followed by the *missing* texts of its index that are new."""
    present = shingles("\n".join(lines)) if missing else Counter()
    new = {index: [text for text in texts if is_new(text, present)] for index, texts in missing.items()}
    return [part for index, line in enumerate(lines) for part in (line, *new.get(index, ()))]


def _is_lead(text: str, description: str) -> bool:
    """Return True if the normalized *description* repeats *text*, in full or cut short."""
    shown = _normalized(text) if len(text) < 3 * len(description) + 50 else ""
    return shown.startswith(description) or (len(shown) >= 2 * MIN_LEAD_CHARS and description.startswith(shown))


def _is_small(element: Tree) -> bool:
    return sum(1 for _ in islice(element.iter(), MAX_ELEMENTS + 1)) <= MAX_ELEMENTS


def _is_prose(element: Tree, text: str) -> bool:
    if len(text) < MIN_PROSE_CHARS or _is_beside_text(element):
        return False
    return 2 * sum(len(_text(link)) for link in element.iter("a")) < len(text)


def _is_beside_text(element: Tree) -> bool:
    return any(each.tag in _NOT_TEXT for each in (element, *element.iterancestors()))


def _position(element: Tree) -> Position:
    """Return the kinds of the element's two nearest ancestors, the third ancestor, and the article element around it."""
    ancestors = list(islice(element.iterancestors(), 3))
    kinds = tuple((ancestor.tag, ancestor.get("class")) for ancestor in ancestors[:2])
    return kinds, ancestors[-1] if ancestors else None, next(element.iterancestors("article"), None)


def _meta_contents(tree: Tree, names: frozenset[str]) -> list[str]:
    metas = ((meta.get("property") or meta.get("name") or "", meta.get("content") or "") for meta in tree.iter("meta"))
    return [content for name, content in metas if name.lower() in names and content]


def _normalized(text: str) -> str:
    """Return *text* without spaces, case and final dots: equal wherever one page repeats it."""
    return "".join(text.split()).casefold().rstrip(".\u2026")


def _text(element: Tree) -> str:
    return " ".join("".join(element.itertext()).split())


def _declared_body(tree: Tree) -> str:
    """Return the longest articleBody in the page's metadata (schema.org), as plain paragraphs."""
    scripts = (script for script in tree.iter("script") if "ld+json" in (script.get("type") or ""))
    bodies = (body for script in scripts for body in _article_bodies(script.text or ""))
    # Some publishers escape the text twice.
    return html.unescape(html_text.text(max(bodies, key=len, default="")))


def _article_bodies(text: str) -> Iterator[str]:
    """Yield every articleBody in the JSON *text*; nothing if it is invalid."""
    try:
        nodes = [json.loads(text, strict=False)]
    except (ValueError, RecursionError):
        return
    while nodes:
        node = nodes.pop()
        if isinstance(node, dict):
            if isinstance(body := node.get("articleBody"), str):
                yield body
            nodes += node.values()
        elif isinstance(node, list):
            nodes += node
