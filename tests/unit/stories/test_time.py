"""Which story an article joins, and which stories stay open, whatever time an article is stamped with."""

from datetime import datetime, timedelta

import pytest

from consumers.stories.state import memory
from monitor.messages import ArticleStories, Story
from tests.make import START
from tests.unit.stories.service import DAY, RunningStories, contents

FAR = START.replace(year=2099)
TRAIN = "armoured train carrying president left capital toward border summit"
TRAIN_RETOLD = "armoured train carrying president reached border before summit"
STORM = "storm floods harbour villages while rescuers search missing fishermen"
OTHER = "tennis champion wins final after injured rival retires early"


def test_an_article_from_the_far_future_closes_no_story() -> None:
    run = RunningStories()
    story = run.story_of("train", TRAIN)
    for number, at in enumerate((FAR, START + 40 * DAY, START + 5 * DAY, datetime.max.replace(tzinfo=START.tzinfo))):
        run.story_of(f"future-{number}", f"{OTHER} {number}", at)
    assert run.story_of("retold", TRAIN_RETOLD) == story
    assert run.story_of("train", STORM, version=2) == story


def test_articles_that_are_all_stamped_in_the_future_join_the_stories_of_today() -> None:
    run = RunningStories()
    story = run.story_of("train", TRAIN, START + 40 * DAY)
    assert run.story_of("retold", TRAIN_RETOLD) == story
    assert run.story_of("again", TRAIN_RETOLD + " again", FAR) == story
    assert run.state.by_id[story].story.first == START


def test_a_story_that_an_article_from_the_future_opened_is_forgotten_like_any_other() -> None:
    run = RunningStories()
    run.story_of("future", TRAIN, FAR)
    run.now += 5 * DAY
    story = run.story_of("storm", STORM)
    assert set(run.state.by_id) == {story}


@pytest.mark.parametrize("ahead", [timedelta(seconds=-60), timedelta(seconds=60)])
def test_a_clock_that_differs_by_a_minute_changes_no_time_of_a_story(ahead: timedelta) -> None:
    run = RunningStories()
    (story, _) = run.publish("train", TRAIN, START + ahead)
    assert isinstance(story, Story)
    assert (story.first, story.last, story.opened) == (START + ahead, START + ahead, START)


@pytest.mark.parametrize("age", [3 * DAY + timedelta(minutes=1), 40 * DAY, 700_000 * DAY])
def test_an_old_article_joins_no_story_of_today_and_closes_none(age: timedelta) -> None:
    run = RunningStories()
    story = run.story_of("train", TRAIN)
    assert run.story_of("old", TRAIN_RETOLD, START - age) != story
    assert run.story_of("retold", TRAIN_RETOLD) == story


def test_old_articles_of_the_same_days_share_a_story() -> None:
    run = RunningStories()
    story = run.story_of("old", TRAIN, START - 40 * DAY)
    assert run.story_of("old-too", TRAIN_RETOLD, START - 39 * DAY) == story


def test_the_stories_of_a_backlog_stay_open_although_it_is_old() -> None:
    run = RunningStories(now=START + 30 * DAY)
    stories = []
    for number in range(20):
        at = START + number * timedelta(hours=12)
        # News that was fetched just now is read between the articles of the backlog.
        run.story_of(f"news-{number}", f"{STORM} {number}")
        stories.append((run.story_of(f"a{number}", f"{TRAIN} {number}", at), at))
    ids = [story for story, _ in stories]
    assert len(set(ids[:7])) == 1
    assert len(set(ids)) == 3
    assert ids == sorted(ids, key=ids.index)


def test_an_edited_article_stays_in_its_story_after_that_has_closed() -> None:
    run = RunningStories()
    story = run.story_of("train", TRAIN)
    run.story_of("retold", TRAIN_RETOLD)
    run.now += 3 * DAY + timedelta(hours=1)
    for ident in ("train", "retold"):
        (assigned,) = run.publish(ident, STORM, version=2)
        assert isinstance(assigned, ArticleStories)
        assert (assigned.story.id, assigned.story.first) == (story, False)


@pytest.mark.parametrize("days", [4, 5, 40])
@pytest.mark.parametrize("ident", ["train", "retold"])
def test_an_article_that_is_edited_after_its_story_was_forgotten_reuses_no_id(days: int, ident: str) -> None:
    run = RunningStories()
    story = run.story_of("train", TRAIN)
    assert run.story_of("retold", TRAIN_RETOLD) == story
    run.now += days * DAY
    (new_story, assigned) = run.publish(ident, TRAIN, version=2)
    assert isinstance(new_story, Story)
    assert isinstance(assigned, ArticleStories)
    assert assigned.story.id == new_story.id == f"{ident}.{run.now:%Y%m%d}040000000000"
    assert (assigned.story.first, new_story.count) == (True, 1)
    run.now += DAY
    assert run.story_of(ident, TRAIN, version=3) == new_story.id


def test_the_same_version_that_comes_again_and_again_gets_a_new_id_each_time() -> None:
    run = RunningStories()
    ids = []
    for _ in range(4):
        ids.append(run.story_of("train", TRAIN, version=2))
        run.now += 5 * DAY
    assert len(set(ids)) == 4


@pytest.mark.parametrize("age", [timedelta(0), 3 * DAY, 30 * DAY, -timedelta(minutes=50), -2 * DAY, START - FAR])
def test_a_first_version_that_comes_again_and_again_gets_a_new_id_each_time(age: timedelta) -> None:
    run, ids = RunningStories(), []
    for _ in range(4):
        ids.append(run.story_of("train", TRAIN, START - age))
        # The story was just forgotten.
        run.now += memory(3 * DAY) + timedelta(seconds=1)
    assert len(set(ids)) == 4


def test_news_and_a_backlog_of_three_days_have_stories_with_the_ids_of_their_articles() -> None:
    run = RunningStories()
    for number, age in enumerate((timedelta(0), -timedelta(minutes=50), 3 * DAY)):
        assert run.story_of(f"a{number}", f"subject{number} nobody{number} knows{number}", START - age) == f"a{number}"


def test_a_long_id_keeps_to_the_schema_when_a_time_is_added() -> None:
    run = RunningStories()
    story = run.story_of("i" * 64, TRAIN, version=12)
    assert (len(story), story[:44]) == (64, "i" * 43 + ".")


def test_the_same_article_again_is_counted_once() -> None:
    run = RunningStories()
    for _ in range(3):
        assert run.story_of("train", TRAIN) == "train"
    assert run.state.by_id["train"].story.count == 1


def test_a_story_whose_article_is_no_longer_in_the_log_keeps_its_id_to_itself() -> None:
    run = RunningStories()
    run.story_of("train", TRAIN)
    run.story_of("retold", TRAIN_RETOLD)
    run.log = [(at, message) for at, message in run.log if isinstance(message, Story)]
    run.state = run.restored(compacted=True)
    assert run.story_of("train", STORM, version=2) == "train"
    assert run.story_of("retold", STORM, version=2) == "train"


def test_a_later_version_that_comes_before_the_first_has_one_story_with_it() -> None:
    run = RunningStories()
    story = run.story_of("train", TRAIN, version=2)
    assert run.story_of("train", STORM, version=1) == story
    assert run.state.by_id[story].story.count == 1


def test_after_a_pause_a_message_forgets_few_stories_and_the_next_ones_forget_the_rest() -> None:
    run = RunningStories()
    for number in range(100):
        run.story_of(f"a{number}", f"subject{number} nobody{number} knows{number}")
    run.now += 30 * DAY
    sizes = []
    for number in range(5):
        assert run.story_of(f"b{number}", f"matter{number} of{number} today{number}") == f"b{number}"
        sizes.append(len(run.state.by_id))
    assert sizes == [61, 22, 3, 4, 5]
    assert contents(run.restored(compacted=True)) == contents(run.state)
    assert not {story for story in run.state.story_of.values() if story.startswith("a")}


def test_an_article_finds_no_forgotten_story_that_is_still_in_memory() -> None:
    run = RunningStories()
    for number in range(100):
        run.story_of(f"a{number}", f"subject{number} nobody{number} knows{number}")
    run.now += 30 * DAY
    assert run.story_of("a99", "subject99 nobody99 knows99", version=1).startswith("a99.")
    assert run.story_of("a98", "subject98 nobody98 knows98", version=2).startswith("a98.")


def test_an_old_article_joins_no_forgotten_story() -> None:
    run = RunningStories()
    run.story_of("train", TRAIN)
    run.now += 5 * DAY
    assert run.story_of("retold", TRAIN_RETOLD, START).startswith("retold.")
