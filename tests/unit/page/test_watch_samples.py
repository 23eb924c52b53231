"""Articles on which a watch is tried."""

from pathlib import Path

import pytest

from consumers.alerts.matching.document import Document
from monitor.config import Config
from monitor.messages import ArticleStories
from monitor.messages.codec import encode
from page.index import Index, IndexRow
from page.index.words import index_words
from page.search import compile_query
from page.watches.samples import count_articles, count_missing, find_samples, unseen_words
from tests.make import article_stories


@pytest.mark.parametrize(
    ("query", "missing"),
    [
        ("train AND river", 0),
        ("train AND lake AND boat", 2),
        ("lake OR river", 0),
        ("lake AND (boat OR river)", 1),
        ("train NOT river", 1),
        ("train NEAR/1 river", 1),
        ("train NEAR/1 lake", 1),
        ("atleast/2(train, lake, boat)", 1),
    ],
)
def test_what_is_missing_is_counted_in_terms(query: str, missing: int) -> None:
    document = Document(article_stories("A train", "It runs along the whole length of the river."))
    assert count_missing(compile_query(query, Config()), document) == missing


def row(message: ArticleStories, at: float) -> IndexRow:
    """The row of *message* in the index."""
    return IndexRow("article", message.article.id, 1, "s", at, encode(message).value, index_words(message))


def test_the_newest_near_misses_come_before_what_matches(tmp_path: Path) -> None:
    index = Index(tmp_path / "index.db", "sqlite:news.db")
    titles = ("A train", "A train by the river", "A train by the lake", "Nothing", "A river")
    index.add([row(article_stories(title, id=title), at) for at, title in enumerate(titles, 1)], {})
    node = compile_query("train AND river", Config())
    assert [(each.message.article.title, each.matches) for each in find_samples(index, node, 0)] == [
        ("A river", False),
        ("A train by the lake", False),
        ("A train", False),
        ("A train by the river", True),
    ]
    assert [each.message.article.title for each in find_samples(index, node, 0, limit=1)] == ["A river"]
    assert unseen_words(index, compile_query("train NOT (ship OR trai*)", Config()), 0) == ["ship"]
    assert (unseen_words(index, node, 6), count_articles(index, 2)) == (["train", "river"], 4)
    index.close()
