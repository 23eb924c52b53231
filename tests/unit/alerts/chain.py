"""From the words of articles to alerts: the analysis with known names alone, and the services of stories and alerts."""

from collections.abc import Iterable

from consumers.entities.analysis import Texts, analyse
from consumers.entities.models import Models
from consumers.entities.ner import GAZETTEER_ONLY
from monitor.config import Watch
from monitor.messages import Alert, Article, ArticleStories, ArticleTopics
from tests.make import START
from tests.unit.alerts.harness import AlertsHarness
from tests.unit.stories.service import RunningStories


def alerts_of(articles: Iterable[Article], *watches: Watch) -> list[Alert]:
    """Return the versions of alerts that *articles* raise, in their order. Each is processed when it is fetched."""
    models, stories, alerts = Models(GAZETTEER_ONLY), RunningStories(), AlertsHarness(*watches)
    versions = []
    for each in articles:
        (found,) = analyse([Texts(each.title, each.text, each.fetched.date())], models)
        stories.now = each.fetched
        analysed = ArticleTopics(each, {"received": START}, found.language, found.entities, found.claims, ())
        (placed,) = (output for output in stories.process(analysed) if isinstance(output, ArticleStories))
        versions += alerts.process(placed)
    return versions
