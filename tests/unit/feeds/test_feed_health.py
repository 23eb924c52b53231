"""Articles about the health of a feed."""

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.feeds.feed_health import check_health
from monitor.feeds.feed_state import after_failure, initial_state
from monitor.feeds.schedule import rhythm
from monitor.messages import Article, Feed, Moved, health_of
from tests.make import START

URL = "https://example.org/world.rss"


class Reports:
    """The state of one feed and the articles about its health so far."""

    def __init__(self) -> None:
        self.feed = replace(initial_state("example.org/world.rss", URL, 300, START), state="ok", last_ok=START)
        self.articles: list[Article] = []

    def becomes(self, after: Feed, now: datetime = START) -> str | None:
        """Let the feed have the state *after*; return the titles that this publishes, if any."""
        self.feed, articles = check_health(self.feed, after, "Post", 3, now)
        self.articles += articles
        return ", ".join(article.title for article in articles) or None

    def fails(self, minutes: float, state: str = "failing") -> str | None:
        """Let one more poll fail."""
        now = START + timedelta(minutes=minutes)
        reason = "http_410" if state == "gone" else "timeout"
        return self.becomes(after_failure(self.feed, "gone" if state == "gone" else "failing", reason, "no answer", now), now)

    def is_well(self, minutes: float = 0) -> str | None:
        """Let one poll succeed without news."""
        now = START + timedelta(minutes=minutes)
        well = self.feed if self.feed.state == "ok" else replace(self.feed, state="ok", failures=0, error=None)
        return self.becomes(well, now)


def test_a_failing_feed_is_reported_once_and_so_is_its_recovery() -> None:
    reports = Reports()
    assert [reports.fails(minute) for minute in range(5)] == [None, None, "Feed failing: Post", None, None]
    assert reports.is_well(10) == "Feed recovered: Post"
    assert reports.is_well(11) is None
    failing, recovered = reports.articles
    assert (failing.id, failing.version, recovered.version) == (recovered.id, 1, 2)
    assert (failing.outlet, failing.feed, failing.url, failing.backfill) == ("newsmonitor", reports.feed.id, URL, False)
    assert "no answer" in failing.text
    assert (health_of(failing), health_of(recovered)) == ("failing", "recovered")


def test_the_next_trouble_is_another_article() -> None:
    reports = Reports()
    for start in (0, 100):
        for minute in range(3):
            reports.fails(start + minute)
        reports.is_well(start + 50)
    assert len({article.id for article in reports.articles}) == 2
    assert len(reports.articles) == 4


def test_a_few_failures_are_not_reported() -> None:
    reports = Reports()
    assert [reports.fails(0), reports.fails(1), reports.is_well(2), reports.fails(3), reports.is_well(4)] == [None] * 5


def test_a_gone_feed_is_reported_at_once_and_only_once() -> None:
    reports = Reports()
    assert reports.fails(0, "gone") == "Feed gone: Post"
    assert reports.fails(1, "gone") is None
    assert reports.is_well(2) == "Feed recovered: Post"


def test_failing_then_gone_is_one_trouble() -> None:
    reports = Reports()
    for minute in range(3):
        reports.fails(minute)
    assert reports.fails(5, "gone") == "Feed gone: Post"
    assert [article.version for article in reports.articles] == [1, 2]
    assert len({article.id for article in reports.articles}) == 1


def test_a_silent_feed_is_reported_until_it_publishes_again() -> None:
    reports = Reports()
    feed_rhythm = rhythm.begin([START - timedelta(minutes=10 * number) for number in range(1000)], START)
    reports.feed = replace(reports.feed, rhythm=feed_rhythm)
    assert reports.is_well(60) is None
    assert reports.is_well(26 * 60) == "Feed silent: Post"
    assert reports.is_well(27 * 60) is None
    now = START + timedelta(hours=28)
    assert (
        reports.becomes(replace(reports.feed, rhythm=rhythm.add_articles(feed_rhythm, 1, now)), now) == "Feed recovered: Post"
    )


def test_a_state_without_a_change_of_health_is_returned_as_it_is() -> None:
    reports = Reports()
    assert check_health(reports.feed, reports.feed, "Post", 3, START)[0] is reports.feed


def test_a_move_is_reported_once() -> None:
    reports = Reports()
    assert reports.becomes(replace(reports.feed, moved=Moved("https://example.org/new", 2, START))) is None
    assert reports.becomes(replace(reports.feed, moved=Moved("https://example.org/new", 3, START))) == "Feed moved: Post"
    assert "https://example.org/new" in reports.articles[0].text
    assert reports.is_well() is None
