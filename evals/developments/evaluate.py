"""Whether an article brings new facts to its story, against what a person said.

The folder has *.jsonl with lines {id, earlier, article, development, kind, sentences}. *earlier* are the articles of the story
so far, and *article* is the new one; each is {outlet, published, title, text}. *development* says whether it brings something
new, *kind* what, or in what other way the article differs, and *sentences* are those with what is new.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from consumers.alerts.tools.articles import stub
from consumers.entities.analysis import Analysis, Texts
from consumers.stories.developments import ArticleFacts, KnownFacts, add_facts, find_developments, read_facts
from evals.analyses import analyse
from evals.figures import make_random, mean, precision_recall, share
from evals.sets import Row
from monitor.messages import ArticleTopics, Development
from monitor.text.languages import pack
from monitor.text.not_news import mask


@dataclass(frozen=True, slots=True)
class Pair:
    """A new article and the story before it, as a person judged them, and what is found in it."""

    labels: Mapping[str, Any]
    found: Sequence[Development]

    @property
    def has_sentence(self) -> bool:
        """Whether a sentence is found that the person marked."""
        words = [each.words for each in self.found]
        return any(one in other or other in one for one in words for other in self.labels["sentences"])


class New(NamedTuple):
    """A new article with its *facts*, what its story knows, and the time since the story's latest article."""

    message: ArticleTopics
    facts: ArticleFacts
    known: KnownFacts
    entities: Collection[str]
    gap: timedelta


def developments(folder: Path) -> Iterator[Row]:
    """Yield a row for each pair that is not right, then one for each kind, then that of the set."""
    pairs = judge(read(folder))
    for each in pairs:
        if bool(each.found) != each.labels["development"]:
            told = "; ".join(f"{development.kind}: {development.words}" for development in each.found)
            yield {"pair": each.labels["id"], "kind": each.labels["kind"], "found": told or "nothing"}
    for kind in sorted({(not each.labels["development"], each.labels["kind"]) for each in pairs}):
        chosen = [each for each in pairs if (not each.labels["development"], each.labels["kind"]) == kind]
        right = [float(bool(each.found) == each.labels["development"]) for each in chosen]
        name = f"{'no development' if kind[0] else 'development'}: {kind[1]}"
        yield {"kind": name, "pairs": len(chosen), **mean("right", right, make_random())}
    counts = [_count(each) for each in pairs]
    hits = [(float(each.has_sentence), 1.0) for each in pairs if each.found and each.labels["development"]]
    sentences = share("sentence", hits, make_random()) if hits else {}
    yield {"kind": "all", "pairs": len(pairs), **precision_recall(counts, make_random()), **sentences}


def read(folder: Path) -> list[dict[str, Any]]:
    """Return the pairs in *folder*. Raises ValueError if there is none."""
    pairs = [pair for path in sorted(folder.glob("*.jsonl")) for pair in read_file(path)]
    if not pairs:
        raise ValueError("there is no pair in it")
    return pairs


def read_file(path: Path) -> list[dict[str, Any]]:
    """Return the pairs in the file at *path*."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def judge(labels: Sequence[Mapping[str, Any]]) -> list[Pair]:
    """Return the pairs with what the new article of each adds to its story."""
    return [
        Pair(each, find_developments(new.message, new.facts, new.known, new.entities, gap=new.gap))
        for each, new in zip(labels, compare(labels), strict=True)
    ]


def compare(labels: Sequence[Mapping[str, Any]]) -> Iterator[New]:
    """Yield the new article of each pair, as the stories service compares it with its story."""
    articles = [article for each in labels for article in (*each["earlier"], each["article"])]
    analyses, _ = analyse(Texts(each["title"], each["text"], _time(each).date()) for each in articles)
    messages = iter([_message(*each) for each in zip(articles, analyses, strict=True)])
    for each in labels:
        *earlier, message = [next(messages) for _ in (*each["earlier"], each["article"])]
        known = KnownFacts()
        for other in earlier:
            known = add_facts(known, _facts(other))
        entities = {entity.id for other in earlier for entity in other.entities}
        yield New(message, _facts(message), known, entities, message.article.fetched - earlier[-1].article.fetched)


def _facts(message: ArticleTopics) -> ArticleFacts:
    article = message.article
    text = mask(article.text, message.not_news)
    return read_facts(article.title, text, message.claims, pack(message.language.code), article.fetched.date())


def _message(article: Mapping[str, Any], analysis: Analysis) -> ArticleTopics:
    """Return *article* as the topics service publishes it."""
    made = replace(stub(article["title"], article["text"]).article, outlet=article["outlet"], fetched=_time(article))
    return ArticleTopics(
        made,
        {},
        analysis.language,
        analysis.entities,
        analysis.claims,
        (),
        not_news=analysis.not_news,
        roles=analysis.roles,
    )


def _time(article: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(article["published"])


def _count(pair: Pair) -> tuple[int, int, int, int]:
    is_found, is_expected = bool(pair.found), bool(pair.labels["development"])
    return is_found and is_expected, is_found, is_found and is_expected, is_expected
