"""`newsmonitor explain`: why a watch matches an article, or why it does not, part by part.

The reasons of an alert (matching/matches.py) list only the terms that occur. An explanation also covers the other terms, with
the most similar words of the article.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

from consumers.alerts.matching.compile import compile_watch, query_problem
from consumers.alerts.matching.document import Document
from consumers.alerts.matching.evaluate import find_chain, is_text_term, term_at
from consumers.alerts.matching.reading import without_breaks
from consumers.alerts.matching.resolve import lookups_for, phrase_term
from consumers.alerts.matching.word_graph import TokenRange
from consumers.alerts.query.ast import AtLeast, Near, Node, Not, Or, Scope, Term, children, walk
from consumers.alerts.query.fields import NAME_FIELDS, Excerpt
from consumers.alerts.tools.about import describe_about
from consumers.alerts.tools.articles import read_file, read_log
from consumers.alerts.tools.not_news import describe_not_news, named_in_not_news
from consumers.alerts.tools.outcome import describe_outcome
from consumers.alerts.tools.refusals import describe_refusal, describe_roles
from monitor.cli.shared import echo_json, read_bus, read_config
from monitor.config import Config, Watch
from monitor.escape import printable
from monitor.messages import ArticleStories, Degraded, health_of
from monitor.messages.codec import to_dict
from monitor.output import echo
from monitor.text import gazetteer

MAX_EXCERPTS = 5
"""The most excerpts to show for one term."""
CLOSE_ENOUGH = 0.75
"""The least similarity, from 0 to 1, of a word that is shown as the nearest one."""
MAX_COMPARED = 100
"""The most terms of a watch whose nearest words are shown: each is compared with all words of the article."""
_DEGRADED: Mapping[Degraded, str] = {
    "cut": "names are found at its beginning only, since the analysis of all of it failed",
    "names": "only known names are found, since the model failed on it",
    "all": "no names are found, since its analysis failed",
}
"""What the names of a degraded article lack."""
SCOPE_NAMES: dict[Scope, str] = {
    "anywhere": "title or text",
    "title": "the title",
    "lead": "the title or the first paragraph",
    "text": "the text",
}
STREAM_NAME = ArticleStories.STREAM.name


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether one part of a query *holds* for an article, and *why*. *label* names the part."""

    label: str
    holds: bool
    why: str
    excerpts: tuple[Excerpt, ...] = ()
    parts: tuple["Explanation", ...] = ()


def explain_article(path: Path, article: str, watch: str | None, query: str | None, *, json: bool) -> None:
    """Print why *watch* or *query* matches *article*, or why it does not. Exit with code 1 if it does not."""
    config = read_config(path)
    explained = Watch("query", query=query) if query is not None else _find_watch(config, str(watch))
    lookups = lookups_for(config)
    if error := query_problem(explained, lookups):
        raise click.ClickException(str(error))
    file, outcome = Path(article), None
    if file.is_file():
        message = read_file(file)
    else:
        message, outcome = read_bus(config, lambda bus: read_log(bus, article, watch))
    if health_of(message.article) and not explained.health:
        raise click.ClickException("this article reports on the health of a feed; only watches with health match it")
    explanation = explain(compile_watch(explained, lookups).ast, Document(message))
    if json:
        said = {"outcome": outcome._asdict()} if outcome and explanation.holds else {}
        echo_json("explanation.v1", {**to_json_data(explanation), **said})
    else:
        echo("\n".join((*format_lines(explanation), *describe_not_news(message))))
    if not explanation.holds:
        sys.exit(1)
    if message.article.backfill:
        echo("it raises no alert: the article was in its feed before the feed was watched (backfill)", err=True)
    elif outcome and not json:
        echo(describe_outcome(outcome))


def explain(node: Node, document: Document) -> Explanation:
    """Return whether the resolved tree *node* and each of its parts hold for *document*, and why.

    The nearest words are searched for only if there are at most MAX_COMPARED terms.
    """
    terms = sum(isinstance(each, Term) for each in walk(node))
    return _explain(node, document, compare=terms <= MAX_COMPARED)


def _explain(node: Node, document: Document, *, compare: bool) -> Explanation:
    if isinstance(node, Term):
        return _explain_term(node, document, compare=compare)
    if isinstance(node, Near):
        return _explain_near(node, document, compare=compare)
    if isinstance(node, Not):
        part = _explain(node.part, document, compare=compare)
        return Explanation("NOT", not part.holds, "found, but must not be" if part.holds else "not found", parts=(part,))
    parts = tuple(_explain(part, document, compare=compare) for part in children(node))
    count = sum(part.holds for part in parts)
    label, required = _operator(node)
    return Explanation(label, count >= required, f"{count} of {len(parts)} hold; {required} required", parts=parts)


def to_json_data(explanation: Explanation) -> dict[str, Any]:
    """Return *explanation* as data for JSON."""
    excerpts = [{"words": each.words, "at": to_dict(each.span) if each.span else None} for each in explanation.excerpts]
    return {
        "said": explanation.label,
        "holds": explanation.holds,
        "why": explanation.why,
        "found": excerpts,
        "parts": [to_json_data(part) for part in explanation.parts],
    }


def format_lines(explanation: Explanation, indent: str = "") -> Iterator[str]:
    """Yield *explanation* as the lines of an indented tree."""
    excerpts = [
        f"{printable(each.words)!r}{f' ({each.span.field} {each.span.start})' if each.span else ''}"
        for each in explanation.excerpts
    ]
    listed = f": {', '.join(excerpts)}" if excerpts else ""
    yes_or_no = "yes" if explanation.holds else "no "
    yield f"{indent}{yes_or_no}  {printable(explanation.label)}  ({printable(explanation.why)}){listed}"
    for part in explanation.parts:
        yield from format_lines(part, f"{indent}    ")


def _operator(node: Node) -> tuple[str, int]:
    """Return the name of the operator at the root of *node*, and how many of its parts must hold."""
    match node:
        case AtLeast(count):
            return f"atleast {count}", count
        case Or():
            return "OR", 1
        case _:
            return "AND", len(children(node))


def _explain_term(term: Term, document: Document, *, compare: bool) -> Explanation:
    if is_text_term(term):
        return _explain_words(term, document.term_positions(term), document, compare=compare)
    values = document.values(term.clause)
    excerpts = tuple(values[each.value] for each in term.index_terms if each.value in values)[:1]
    if excerpts:
        why = describe_about(term, document) or "found"
    else:
        reasons = (describe_about, describe_refusal, describe_roles, named_in_not_news, _list_values)
        why = next(filter(None, (reason(term, document) for reason in reasons)))
    return Explanation(f"{term.clause}:{term.text!r}", bool(excerpts), why, excerpts)


def _explain_words(term: Term, positions: Sequence[TokenRange], document: Document, *, compare: bool) -> Explanation:
    excerpts = tuple(map(document.excerpt, positions[:MAX_EXCERPTS]))
    times = f"found {len(positions)} time{'s' if len(positions) != 1 else ''}"
    label = f"case({term.text!r})" if term.exact_words else repr(term.text)
    if term.scope != "anywhere":
        label = f"{term.scope}:{label}"
    if not positions:
        times = _nearest_words(term, document) if compare else f"no {term.text!r} in {SCOPE_NAMES[term.scope]}"
    return Explanation(label, bool(positions), times, excerpts)


def _explain_near(node: Near, document: Document, *, compare: bool) -> Explanation:
    """Return an explanation with each part at its position in the first chain, or without positions if there is no chain."""
    label = ", ".join(f"{'ONEAR' if operator.ordered else 'NEAR'}/{operator.distance}" for operator in node.operators)
    positions = find_chain(node, document)
    if positions is None:
        parts = tuple(_explain(part, document, compare=compare) for part in node.parts)
        why = "too far apart" if all(part.holds for part in parts) else "not all found"
        return Explanation(label, holds=False, why=why, parts=parts)
    parts = tuple(
        _explain_words(term_at(part, position, document), [position], document, compare=compare)
        for part, position in zip(node.parts, positions, strict=True)
    )
    return Explanation(label, holds=True, why="near each other", parts=parts)


def _nearest_words(term: Term, document: Document) -> str:
    """Return a message that *term* is not found, with the most similar words of the article if there are any."""
    missing = f"no {term.text!r} in {SCOPE_NAMES[term.scope]}"
    anywhere = Term(term.clause, term.text, term.index_terms)
    if elsewhere := document.term_positions(anywhere)[:1]:
        excerpt = document.excerpt(elsewhere[0])
        return f"{missing}; nearest: {excerpt.words!r} in the {excerpt.span.field if excerpt.span else 'article'}"
    if parted := _parted_words(term, document):
        return f"{missing}; nearest: {parted!r}, where a sentence or a paragraph ends between the words"
    if alias := _other_name(term, document):
        return f"{missing}; nearest: {alias!r}, another name of the same entity, not listed here"
    longest_word = max((word for index_term in term.index_terms for word in index_term.value), key=len, default="")
    close_words = get_close_matches(longest_word, sorted(set(document.tokens) - {""}), n=1, cutoff=CLOSE_ENOUGH)
    return f"{missing}; nearest: {close_words[0]!r}" if close_words else missing


def _parted_words(term: Term, document: Document) -> str | None:
    """Return the words of *term* as they occur across the end of a sentence, or None."""
    for index_term in term.index_terms:
        words = without_breaks(index_term.value)
        for start in range(len(document.tokens) - len(words) + 1):
            if len(words) > 1 and document.tokens[start : start + len(words)] == words:
                return document.excerpt((start, start + len(words))).words
    return None


def _other_name(term: Term, document: Document) -> str | None:
    """Return another name of the entity that *term* names, if the gazetteer has one that occurs in the article, or None."""
    entity = gazetteer.resolve(term.text)
    for alias in (entity.name, *entity.aliases) if entity else ():
        if document.term_positions(phrase_term("phrase", alias)):
            return alias
    return None


def _list_values(term: Term, document: Document) -> str:
    """Return a message with the values that the article has for the field of *term*."""
    values = dict.fromkeys(excerpt.words for excerpt in document.values(term.clause).values())
    message = document.message
    if term.clause == "topic" and message.degraded == "all":
        return "topics are not read, since the analysis of the article failed"
    if term.clause == "topic" and "topics" in message.lacks:
        return f"topics are not read in the article's language, {message.language.code!r}"
    listed = ", ".join(map(repr, values))
    found = f"the article has {listed or 'none'}"
    if term.clause == "about":
        found = f"the article is about {listed or 'nobody and nothing that has a name'}"
    if term.clause in NAME_FIELDS and message.degraded:
        return f"{found}; {_DEGRADED[message.degraded]}"
    if term.clause in NAME_FIELDS and "names" in message.lacks:
        return f"{found}; only known names are found in its language, {message.language.code!r}"
    return found


def _find_watch(config: Config, watch_id: str) -> Watch:
    watch = next((watch for watch in config.watches if watch.id == watch_id), None)
    if watch is None:
        raise click.BadParameter(f"there is no watch {watch_id!r}; `newsmonitor watch list` shows all", param_hint="WATCH")
    return watch
