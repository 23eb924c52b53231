"""Why a watch that is being written matches an article, or why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from consumers.alerts.matching.document import Document
from consumers.alerts.query.ast import Node
from consumers.alerts.query.errors import InvalidQuery
from consumers.alerts.tools.articles import stub
from consumers.alerts.tools.explain import Explanation, explain
from monitor.messages import ArticleStories
from page.search import compile_query, search
from page.site import Site
from page.watches.backtest import DAYS
from page.watches.draft import Draft
from page.watches.samples import Sample, find_article, find_samples

MAX_PASTED = 100_000
"""The most characters of a pasted text."""


@dataclass(frozen=True, slots=True)
class Explained:
    """The articles to choose from, the one that is explained, and the explanation; *problem* is why there is none."""

    samples: Sequence[Sample]
    message: ArticleStories | None
    explanation: Explanation | None
    problem: str = ""


def explain_draft(site: Site, draft: Draft) -> Explained:
    """Return the explanation of *draft*, which must be good, for the article of its form.

    That is the pasted text, else the article of the index that is named by its id or by words, else the one that is chosen,
    else the newest that the watch nearly matches. Reads the index, so it is called in a thread.
    """
    node = draft.node(site.config())
    since = (site.clock() - timedelta(days=DAYS)).timestamp()
    samples = find_samples(site.index, node, since)
    title, text, wanted, chosen = (_text(draft, key) for key in ("sample_title", "sample_text", "sample_find", "sample"))
    if title or text:
        return explain_message(node, stub(title[:MAX_PASTED], text[:MAX_PASTED], "pasted"), samples)
    if wanted:
        found = find_article(site.index, wanted) or _search(site, wanted)
        problem = "" if found else f"No article of the log has the id or the words “{wanted}”."
        return explain_message(node, found, samples, problem)
    found = find_article(site.index, chosen) if chosen else None
    return explain_message(node, found or (samples[0].message if samples else None), samples)


def explain_message(node: Node, message: ArticleStories | None, samples: Sequence[Sample], problem: str = "") -> Explained:
    """Return the explanation of *node* for *message*."""
    return Explained(samples, message, explain(node, Document(message)) if message else None, problem)


def _search(site: Site, words: str) -> ArticleStories | None:
    try:
        found = search(site.index, compile_query(words, site.config()), since=0.0, limit=1).found
    except InvalidQuery:
        return None
    return found[0].message if found else None


def _text(draft: Draft, key: str) -> str:
    return next(iter(draft.fields.get(key, ())), "").strip()
