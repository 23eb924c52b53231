"""What `newsmonitor explain` says of the passages of an article that are not news: no entity or topic is read in them."""

from collections.abc import Iterator

from consumers.alerts.matching.document import Document
from consumers.alerts.matching.resolve import phrase_term
from consumers.alerts.query.ast import Term
from consumers.alerts.query.fields import NAME_FIELDS
from monitor.escape import printable
from monitor.messages import ArticleStories
from monitor.text import gazetteer

MAX_SHOWN = 60
"""Code points of a passage that are shown."""


def describe_not_news(message: ArticleStories) -> Iterator[str]:
    """Yield a line for each passage of the article that is not news."""
    for passage in message.not_news:
        words = printable(message.article.text[passage.start : passage.end][:MAX_SHOWN])
        yield f"not news, read for words only: {passage.reason} {words!r} (text {passage.start})"


def named_in_not_news(term: Term, document: Document) -> str | None:
    """Return that *term* names an entity where the article is not news, or None if it does not."""
    passages = document.message.not_news
    if not passages or term.clause not in NAME_FIELDS:
        return None
    known = gazetteer.resolve(term.text)
    for name in dict.fromkeys((term.text, *((known.name, *known.aliases) if known else ()))):
        for position in document.term_positions(phrase_term("phrase", name)):
            span = document.excerpt(position).span
            if span is None or span.field == "title":
                continue
            for passage in passages:
                if passage.start <= span.start and span.end <= passage.end:
                    return f"{name!r} is named in what is not news: {passage.reason}"
    return None
