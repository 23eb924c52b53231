"""An article and its page."""

import asyncio
from dataclasses import replace

from monitor.feeds.feed_state import initial_state
from monitor.feeds.fulltext.extract import Page
from monitor.feeds.fulltext.merge import articles_to_fetch, is_page_of, next_version, with_page_text
from monitor.feeds.fulltext.pages import FetchedPage
from monitor.feeds.fulltext.pending import PendingPages
from monitor.messages import ArticleRaw, Feed, ItemState
from tests.make import START, article

SHORT = article("Ferry late for the third time", "Passengers waited on the quay.", url="https://example.org/ferry")
LONG = "The ferry was late for the third time this week. Passengers waited on the quay. The crew looked at the engine."
PAGE = Page("Ferry late for the third time | Harbour Post", LONG)


def feed(*seen: ItemState) -> Feed:
    return replace(initial_state(SHORT.feed, "https://example.org/world.rss", 300, START), seen=seen)


def test_an_article_takes_the_longer_text_of_its_page() -> None:
    whole = with_page_text(replace(SHORT, flags=("truncated", "date_missing")), PAGE)
    assert (whole.text, whole.flags) == (LONG, ("date_missing", "full_text"))
    assert with_page_text(SHORT, replace(PAGE, truncated=True)).flags == ("truncated", "full_text")


def test_the_feeds_own_text_is_kept_if_it_is_as_long() -> None:
    assert with_page_text(replace(SHORT, text=LONG), PAGE) == replace(SHORT, text=LONG)
    assert with_page_text(SHORT, Page("", "")) == SHORT


def test_a_page_about_something_else_is_not_taken() -> None:
    asks = "We and our 812 partners store cookies on your device. Accept all, or manage your choices. "
    wall = Page("Before you go on", asks * 20)
    assert not is_page_of(wall, SHORT)
    assert with_page_text(SHORT, wall) == SHORT


def test_scripts_without_spaces_are_compared_by_their_characters() -> None:
    korean = article("김정은, 열차로 이동", "북한 지도자가 열차로 이동했다.")
    assert is_page_of(Page("", "북한 지도자 김정은이 열차로 이동했다고 방송이 전했다. 열차는 국경 근처에서 목격됐다."), korean)
    assert not is_page_of(Page("", "서비스를 계속 쓰려면 약관을 읽고 모든 항목에 답하십시오. 회원 가입은 무료입니다."), korean)


def test_a_late_page_makes_the_next_version_and_changes_the_feeds_state() -> None:
    other, seen = ItemState("other", "x", 1), ItemState(SHORT.id, "h", 1)
    version = next_version(SHORT, PAGE, feed(other, seen), START)
    assert version is not None
    later, after = version
    assert (later.version, later.changed, later.flags, later.text) == (2, ("text",), ("full_text",), LONG)
    assert after.seen == (other, ItemState(SHORT.id, "h", 2))


def test_a_late_page_is_ignored_if_the_article_has_changed_or_the_page_is_another() -> None:
    assert next_version(SHORT, PAGE, feed(ItemState(SHORT.id, "h", 2)), START) is None
    assert next_version(SHORT, PAGE, feed(), START) is None
    assert next_version(SHORT, Page("", "Log in to read on, please."), feed(ItemState(SHORT.id, "h", 1)), START) is None


def test_only_pages_of_the_latest_news_with_a_link_are_fetched() -> None:
    news = [article(f"A{number}", url=f"https://example.org/{number}") for number in range(4)]
    assert articles_to_fetch([*news, article("B"), replace(news[0], backfill=True)], 2) == news[2:]


async def test_a_late_page_waits_until_no_poll_of_its_feed_is_in_flight() -> None:
    async def arrive() -> FetchedPage | None:
        return FetchedPage(PAGE, START)

    task = asyncio.create_task(arrive())
    pending, state = PendingPages(), feed(ItemState(SHORT.id, "h", 1))
    pending.add([SHORT], {SHORT.id: task})
    await task
    assert list(pending.new_versions({SHORT.feed: state}, lambda _: True, START)) == []
    article, after = pending.new_versions({SHORT.feed: state}, lambda _: False, START)
    assert isinstance(article, ArticleRaw)
    assert isinstance(after, Feed)
    assert (article.article.version, article.article.text, after.seen[0].version) == (2, LONG, 2)
    assert not pending.articles
