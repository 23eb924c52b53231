"""The articles that match a watch and make no version of its open alert: they are counted, and the latest are listed. Pure."""

from consumers.alerts.raising.state import OpenAlert
from monitor.messages import Article, Counted, CountedArticle

MAX_LISTED = 20
"""The longest list of articles. The count is not bounded."""


def count_article(open_alert: OpenAlert, counted: Counted | None, article: Article) -> Counted:
    """Return *counted*, the articles that made no version of *open_alert*, with *article* as the newest one."""
    alert = open_alert.latest
    entry = CountedArticle(
        article.id,
        article.version,
        article.outlet,
        article.title,
        article.url,
        article.fetched,
        "edit" if is_edit_of_match(open_alert, counted, article) else "repeat",
    )
    earlier = [each for each in (counted.articles if counted else ()) if each.id != article.id]
    articles = (*earlier, entry)[-MAX_LISTED:]
    count = count_with(open_alert, counted, article)
    last = max(article.fetched, counted.last) if counted else article.fetched
    return Counted(alert.id, alert.version, alert.watch, alert.story, alert.raised, count, last, articles)


def count_with(open_alert: OpenAlert, counted: Counted | None, article: Article) -> int:
    """Return the number of articles that have matched, with *article*. An edited article counts once."""
    before = max(open_alert.latest.article_count, counted.article_count if counted else 0)
    return before if is_edit_of_match(open_alert, counted, article) else before + 1


def is_edit_of_match(open_alert: OpenAlert, counted: Counted | None, article: Article) -> bool:
    """Return whether *article* is an edited version of one that made a version of the alert, or is listed in *counted*."""
    if article.version == 1:
        return False
    return article.id in open_alert.articles or any(each.id == article.id for each in (counted.articles if counted else ()))
