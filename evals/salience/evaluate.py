"""What the monitor takes articles to be about, against what a person said.

The folder has *.jsonl with lines {id, title, text, about, maybe}. *about* are the names of what the article is about, *maybe*
those that count neither way. A name that the analysis does not find at all counts as missed.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from consumers.entities.analysis import Texts
from evals.analyses import analyse
from evals.figures import make_random, precision_recall
from evals.sets import Row
from monitor.messages import Entity
from monitor.text import gazetteer
from monitor.text.tokens import tokens

Counts = tuple[int, int, int, int]
"""The columns of evals.figures.precision_recall, of what an article is about."""


def salience(folder: Path) -> Iterator[Row]:
    """Yield a row for each article that is not right, then one for each method."""
    articles = read(folder)
    analyses, _ = analyse(Texts(each["title"], each["text"]) for each in articles)
    found = [(each, analysis.entities) for each, analysis in zip(articles, analyses, strict=True)]
    for article, entities in found:
        subjects = [entity for entity in entities if entity.about]
        wrong = [entity.name for entity in subjects if not _is_named(entity, article, "about", "maybe")]
        missed = [name for name in article["about"] if not any(_names(name, entity) for entity in subjects)]
        if wrong or missed:
            yield {"article": article["id"], "wrong": ", ".join(wrong), "missed": ", ".join(missed)}
    methods: Mapping[str, Callable[[Entity], bool]] = {
        "every entity": lambda _: True,
        "in the headline": lambda entity: any(span.field == "title" for span in entity.mentions),
        "about": lambda entity: entity.about,
    }
    for method, is_subject in methods.items():
        counts = [_count(article, [each for each in entities if is_subject(each)]) for article, entities in found]
        yield {"method": method, "articles": len(articles), **precision_recall(counts, make_random())}


def read(folder: Path) -> list[dict[str, Any]]:
    """Return the articles in *folder*. Raises ValueError if there is none."""
    lines = [line for path in sorted(folder.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").split("\n")]
    articles = [json.loads(line) for line in lines if line.strip()]
    if not articles:
        raise ValueError("there is no article in it")
    return articles


def _count(article: Mapping[str, Any], subjects: Sequence[Entity]) -> Counts:
    counted = [each for each in subjects if not _is_named(each, article, "maybe")]
    right = sum(any(_names(name, entity) for entity in subjects) for name in article["about"])
    wrong = sum(not _is_named(entity, article, "about") for entity in counted)
    return right, right + wrong, right, len(article["about"])


def _is_named(entity: Entity, article: Mapping[str, Any], *keys: str) -> bool:
    return any(_names(name, entity) for key in keys for name in article[key])


def _names(name: str, entity: Entity) -> bool:
    """Return whether *name* is that of *entity*: a known name of it, or its first or last words."""
    known = gazetteer.resolve(name)
    if known:
        return known.id == entity.id
    words, others = tokens(name), tokens(entity.name)
    return others[: len(words)] == words or others[-len(words) :] == words
