"""The origins of alerts are computed once for all watches that an article matches, and are those of each alert."""

from consumers.alerts.raising.origins import once_for_each
from monitor.config import Watch
from monitor.messages import Alert, ArticleStories
from tests.make import article_stories, claim
from tests.unit.alerts.harness import AlertsHarness


def kim(source: str, outlet: str, text: str = "Kim left.") -> ArticleStories:
    return article_stories(f"Kim, by {source}", text, outlet=outlet, claims=(claim("reported", "named", source),))


def sources(alert: Alert) -> set[str]:
    return {origin.who for origin in alert.origins}


def test_each_alert_has_the_origins_of_its_own_articles() -> None:
    service = AlertsHarness(Watch("all", any=("Kim",)), Watch("trains", query="Kim AND train"))
    service.process(kim("KCNA", "a"))
    alerts = [each for each in service.process(kim("Interfax", "b", "Kim left by train.")) if isinstance(each, Alert)]
    assert {alert.watch: sources(alert) for alert in alerts} == {"all": {"KCNA", "Interfax"}, "trains": {"Interfax"}}


def test_a_function_is_called_once_for_each_message() -> None:
    calls: list[str] = []

    def title(message: ArticleStories) -> str:
        calls.append(message.article.title)
        return message.article.title

    once, one, other = once_for_each(title), kim("KCNA", "a"), kim("KCNA", "a")
    assert [once(each) for each in (one, one, one, other, other)] == [one.article.title] * 5
    assert calls == [one.article.title, other.article.title]
