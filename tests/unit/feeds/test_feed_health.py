"""What is told of feeds themselves."""

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.feeds.feed_health import check_health
from monitor.feeds.feed_state import after_failure, blank
from monitor.feeds.schedule import rhythm
from monitor.messages import Article, Feed, Moved, health_of
from tests.make import START

URL = "https://example.org/world.rss"


class Owner:
    """Hears of one feed, as the poller has it."""

    def __init__(self) -> None:
        self.feed = replace(blank("example.org/world.rss", URL, 300, START), state="ok", last_ok=START)
        self.told: list[Article] = []

    def becomes(self, after: Feed, now: datetime = START) -> str | None:
        """Take a record in; what is told at that."""
        self.feed, told = check_health(self.feed, after, "Post", 3, now)
        self.told += told
        return ", ".join(article.title for article in told) or None

    def fails(self, minutes: float, state: str = "failing") -> str | None:
        """Fail once more."""
        now = START + timedelta(minutes=minutes)
        reason = "http_410" if state == "gone" else "timeout"
        return self.becomes(after_failure(self.feed, "gone" if state == "gone" else "failing", reason, "no answer", now), now)

    def is_well(self, minutes: float = 0) -> str | None:
        """Give a good answer without news."""
        now = START + timedelta(minutes=minutes)
        well = self.feed if self.feed.state == "ok" else replace(self.feed, state="ok", failures=0, error=None)
        return self.becomes(well, now)


def test_a_feed_that_fails_is_told_of_once_and_so_is_its_recovery() -> None:
    owner = Owner()
    assert [owner.fails(minute) for minute in range(5)] == [None, None, "Feed failing: Post", None, None]
    assert owner.is_well(10) == "Feed recovered: Post"
    assert owner.is_well(11) is None
    failing, recovered = owner.told
    assert (failing.id, failing.version, recovered.version) == (recovered.id, 1, 2)
    assert (failing.outlet, failing.feed, failing.url, failing.backfill) == ("newsmonitor", owner.feed.id, URL, False)
    assert "no answer" in failing.text
    assert (health_of(failing), health_of(recovered)) == ("failing", "recovered")


def test_the_next_time_is_another_article() -> None:
    owner = Owner()
    for start in (0, 100):
        for minute in range(3):
            owner.fails(start + minute)
        owner.is_well(start + 50)
    assert len({article.id for article in owner.told}) == 2
    assert len(owner.told) == 4


def test_a_few_failures_are_not_told_of() -> None:
    owner = Owner()
    assert [owner.fails(0), owner.fails(1), owner.is_well(2), owner.fails(3), owner.is_well(4)] == [None] * 5


def test_a_gone_feed_is_told_of_at_once_and_goes_on_as_the_same_trouble() -> None:
    owner = Owner()
    assert owner.fails(0, "gone") == "Feed gone: Post"
    assert owner.fails(1, "gone") is None
    assert owner.is_well(2) == "Feed recovered: Post"


def test_failing_then_gone_is_one_trouble() -> None:
    owner = Owner()
    for minute in range(3):
        owner.fails(minute)
    assert owner.fails(5, "gone") == "Feed gone: Post"
    assert [article.version for article in owner.told] == [1, 2]
    assert len({article.id for article in owner.told}) == 1


def test_a_silent_feed_is_told_of_until_it_speaks() -> None:
    owner = Owner()
    beat = rhythm.begin([START - timedelta(minutes=10 * number) for number in range(1000)], START)
    owner.feed = replace(owner.feed, rhythm=beat)
    assert owner.is_well(60) is None
    assert owner.is_well(26 * 60) == "Feed silent: Post"
    assert owner.is_well(27 * 60) is None
    now = START + timedelta(hours=28)
    assert owner.becomes(replace(owner.feed, rhythm=rhythm.add_articles(beat, 1, now)), now) == "Feed recovered: Post"


def test_without_a_change_the_record_stays_the_same_object() -> None:
    owner = Owner()
    assert check_health(owner.feed, owner.feed, "Post", 3, START)[0] is owner.feed


def test_a_move_is_told_of_once() -> None:
    owner = Owner()
    assert owner.becomes(replace(owner.feed, moved=Moved("https://example.org/new", 2, START))) is None
    assert owner.becomes(replace(owner.feed, moved=Moved("https://example.org/new", 3, START))) == "Feed moved: Post"
    assert "https://example.org/new" in owner.told[0].text
    assert owner.is_well() is None
