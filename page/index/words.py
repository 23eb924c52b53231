"""The words by which the index finds an article: a superset of what any query compares."""

from collections.abc import Iterator
from hashlib import blake2b

from consumers.alerts.matching.document import Document
from consumers.alerts.matching.reading import BREAK
from consumers.alerts.query.ast import TEXT_TERMS, IndexTerm
from consumers.alerts.query.fields import FIELDS, Value
from monitor.messages import ArticleStories


def index_words(message: ArticleStories) -> str:
    """Return the words of *message* separated by blanks: those of title and text in each spelling, and one for each value."""
    document = Document(message)
    words = {
        *document.tokens,
        *document.variant_words,
        *document.words_without_confusables,
        *document.variant_words_without_confusables,
        *document.stem_positions,
    }
    return " ".join((*sorted(words - {"", BREAK}), *_values(document)))


def words_of(index_term: IndexTerm) -> list[str]:
    """Return the words that an article with *index_term* has in the index."""
    if index_term.field in TEXT_TERMS:
        return [word for word in index_term.value if word and word != BREAK]
    return [value_word(index_term.field, index_term.value)]


def value_word(field: str, value: Value) -> str:
    """Return the word that stands for *value* of *field*. It has a sign that no word of a text has."""
    return f"={blake2b(repr((field, value)).encode(), digest_size=8).hexdigest()}"


def _values(document: Document) -> Iterator[str]:
    for field in FIELDS:
        yield from (value_word(field.name, value) for value in document.values(field.name))
