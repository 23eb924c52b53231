"""What extraction leaves out of an article, found again in its page: the lead, the body declared for machines, gaps. Pure.

Each rule goes by what pages say of themselves (the title and description they give to others, the articleBody they
declare, paragraphs that stand in the same place as those found), not by the words or the outlets of any set.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from monitor.feeds.parsing import html_text
from monitor.text.shingles import share, shingles

LEAD_CHARS = 25
"""The shortest description, without spaces, that is looked for in the page: below are slogans."""
SMALL = 20
"""Elements inside one that is still a paragraph."""
LONG = 80
"""Characters of a paragraph that is no caption or link to another article."""
NEW = 0.2
"""How much of a paragraph may stand in the text already, when it is to be added."""
MUCH_MORE = 1.5
"""How much longer than the text found the declared one must be, to be taken in its place."""
COVERED = 0.7
"""How much of the text found must be in it."""
_TITLES = frozenset({"og:title", "twitter:title"})
_DESCRIPTIONS = frozenset({"og:description", "twitter:description", "description"})
_PARAGRAPHS = ("p", "h2", "h3", "h4", "h5", "h6", "div", "span", "li", "blockquote", "strong", "b", "em", "section")

Tree = Any
"""An lxml element."""
Place = tuple[Any, Tree, Tree]


def mended(lines: Sequence[str], tree: Tree) -> list[str]:
    """*lines*, a paragraph each, without the title and with what the page in *tree* has more of the article.

    *tree* loses its scripts on the way.
    """
    body = _declared(tree)
    for script in list(tree.iter("script", "style", "noscript", "template")):
        script.drop_tree()
    return with_gaps(with_lead(without_title(fuller(lines, body), tree), tree), tree)


def names(tree: Tree) -> list[str]:
    """The titles that the page gives itself, the one for others first."""
    return [*_metas(tree, _TITLES), *(_text(heading) for heading in tree.iter("h1"))]


def fuller(lines: Sequence[str], body: str) -> list[str]:
    """The paragraphs of *body*, where it is much longer than *lines* and has most of them in it; else *lines*."""
    text = "\n".join(lines)
    if len(body) < MUCH_MORE * len(text) or share(shingles(text), shingles(body)) < COVERED:
        return list(lines)
    return [line for line in body.split("\n") if line.strip()]


def without_title(lines: Sequence[str], tree: Tree) -> list[str]:
    """*lines* from the first that is no title."""
    titles = {_key(name) for name in names(tree)}
    first = next((at for at, line in enumerate(lines) if _key(line) not in titles), len(lines))
    return list(lines[first:])


def with_lead(lines: Sequence[str], tree: Tree) -> list[str]:
    """*lines* after the lead, where the page shows the description it gives to others and they lack it."""
    have = _key(" ".join(lines))
    for description in dict.fromkeys(_key(text) for text in _metas(tree, _DESCRIPTIONS)):
        if len(description) < LEAD_CHARS or description in have:
            continue
        shown = (_text(element) for element in tree.iter(*_PARAGRAPHS) if _is_small(element))
        leads = [text for text in shown if _is_lead(text, description)]
        if leads and _key(lead := min(leads, key=len)) not in have:
            return [lead, *lines]
    return list(lines)


def with_gaps(lines: Sequence[str], tree: Tree) -> list[str]:
    """*lines* with the long paragraphs between and after them that stand in the same place of the page as most do."""
    at = {_key(line): index for index, line in reversed(list(enumerate(lines)))}
    paragraphs = [(element, _text(element)) for element in tree.iter("p", "h1")]
    places = Counter(_place(element) for element, text in paragraphs if len(text) > LONG / 2 and _key(text) in at)
    place, count = places.most_common(1)[0] if places else (None, 0)
    if count < 3 or count * 2 < places.total():  # noqa: PLR2004  (two paragraphs make no rule)
        return list(lines)
    after: dict[int, list[str]] = {}
    last = None
    for element, text in paragraphs:
        if (index := at.get(_key(text))) is not None:
            last = index
        elif last is not None and element.tag == "h1":
            break
        elif last is not None and _place(element) == place and _is_prose(element, text):
            after.setdefault(last, []).append(text)
    return _inserted(lines, after)


def _inserted(lines: Sequence[str], after: Mapping[int, Sequence[str]]) -> list[str]:
    """*lines*, each with those of the texts *after* it that are new."""
    have = shingles("\n".join(lines)) if after else Counter()
    new = {index: [text for text in texts if share(shingles(text), have) < NEW] for index, texts in after.items()}
    return [part for index, line in enumerate(lines) for part in (line, *new.get(index, ()))]


def _is_lead(text: str, description: str) -> bool:
    """Whether *text* is what the *description*, a key, repeats in full or cut short."""
    shown = _key(text) if len(text) < 3 * len(description) + 50 else ""
    return shown.startswith(description) or (len(shown) >= 2 * LEAD_CHARS and description.startswith(shown))


def _is_small(element: Tree) -> bool:
    return sum(1 for _ in islice(element.iter(), SMALL + 1)) <= SMALL


def _is_prose(element: Tree, text: str) -> bool:
    return len(text) >= LONG and 2 * sum(len(_text(link)) for link in element.iter("a")) < len(text)


def _place(element: Tree) -> Place:
    """Where *element* stands: the kinds of the two that hold it, and which element holds those, in which article."""
    above = list(islice(element.iterancestors(), 3))
    kinds = tuple((each.tag, each.get("class")) for each in above[:2])
    return kinds, above[-1] if above else None, next(element.iterancestors("article"), None)


def _metas(tree: Tree, wanted: frozenset[str]) -> list[str]:
    found = ((meta.get("property") or meta.get("name") or "", meta.get("content") or "") for meta in tree.iter("meta"))
    return [text for name, text in found if name.lower() in wanted and text]


def _key(text: str) -> str:
    """*text* without spaces, case and what stands at its end: the same for all places in which one page has it."""
    return "".join(text.split()).casefold().rstrip(".\u2026")


def _text(element: Tree) -> str:
    return " ".join("".join(element.itertext()).split())


def _declared(tree: Tree) -> str:
    """The longest articleBody that the page declares for machines (schema.org), as plain paragraphs."""
    scripts = (script for script in tree.iter("script") if "ld+json" in (script.get("type") or ""))
    bodies = (body for script in scripts for body in _bodies(script.text or ""))
    return html_text.text(max(bodies, key=len, default=""))


def _bodies(text: str) -> Iterator[str]:
    try:
        left = [json.loads(text, strict=False)]
    except (ValueError, RecursionError):
        return
    while left:
        node = left.pop()
        if isinstance(node, dict):
            if isinstance(body := node.get("articleBody"), str):
                yield body
            left += node.values()
        elif isinstance(node, list):
            left += node
