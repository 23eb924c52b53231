"""An article of which nothing but its words is known."""

from monitor.clock import utc
from monitor.messages import Article, ArticleStories, Language, StoryMembership


def stub(title: str, text: str, ident: str = "bare") -> ArticleStories:
    """The article *ident*, alone in its story."""
    now = utc()
    article = Article(ident, 1, "", "", "", None, title, text, (), (), None, None, None, now, False, (), ())  # noqa: FBT003  (backfill)
    return ArticleStories(article, {}, Language("und", 0.0), (), (), (), StoryMembership(ident, True, 0.0, None))  # noqa: FBT003  (first)
