"""Ordinary watches, for the matching of hostile articles."""

from consumers.alerts.matching.compile import compile_watch
from consumers.alerts.matching.document import Document
from consumers.alerts.matching.matcher import Matcher
from consumers.alerts.matching.matches import find_reasons
from consumers.alerts.query.fields import Lookups
from monitor.config import Watch
from monitor.messages import ArticleStories

QUERIES = (
    '"Kim Jong Un" OR 김정은 OR 习近平',
    "deny OR denied OR confirm",
    '(summit OR talks) NEAR/5 ("Xi Jinping" OR Erdogan)',
    "a NEAR/3 b",
    "the NEAR/5 of",
    "word AND NOT sentence",
    '"a a a"',
    '"state of the art" OR "O\'Brien" OR "U.S." OR "J. K. Rowling"',
    "Müller OR Mueller",
    "C++ OR AT&T OR #KimSummit OR $5bn",
    "title:kim OR lead:train",
    "aaaa* OR summi* OR والبحر*",
    "بحر OR صهل",
    "プーチン OR ทรัมป์ OR မြန်မာ",
    "b AND c AND d",
)


def _compiled() -> Matcher:
    lookups = Lookups(entity_id=lambda *_: None, topic_code=lambda _: None, feed_ids=lambda _: [], alias_sets={})
    matcher = Matcher()
    for number, query in enumerate(QUERIES):
        watch = Watch(f"w{number}", query=query, confusables=number % 2 == 0)
        matcher.add(compile_watch(watch, lookups))
    return matcher


MATCHER = _compiled()


def match_and_explain(message: ArticleStories) -> object:
    """Return the reasons of every watch that matches *message*."""
    document = Document(message)
    return [find_reasons(compiled.ast, document) for compiled in MATCHER.match(document)]
