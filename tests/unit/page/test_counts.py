"""The counts of the lists, which are kept as records change."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.messages import Alert, AlertEntity, AlertTopic, Change, Mark, MarkState
from page.records import Records
from page.views.attention import SHOWS, Show, attention_of
from page.views.badges import badge_of
from page.views.counts import AlertLists, ListCounts, most_common, show_of
from tests.make import START, alert

CHANGES: tuple[Change, ...] = ("new", "stance", "outlet")
STATES: tuple[MarkState, ...] = ("acknowledged", "snoozed", "muted", "open")


@st.composite
def versions(draw: st.DrawFn) -> Alert:
    """A version of one of a few alerts."""
    watch, story, number = draw(st.sampled_from("ab")), draw(st.sampled_from("xyz")), draw(st.integers(0, 2))
    change: Change = "burst" if story == "z" else draw(st.sampled_from(CHANGES))
    return alert(
        draw(st.integers(1, 3)),
        id=f"{watch}:{story}",
        watch=watch,
        story=story,
        title=f"Title {number}",
        change=change,
        severity=draw(st.sampled_from(("low", "high"))),
        standing=draw(st.sampled_from(("reported", "denied", None))),
        updated=START + timedelta(minutes=draw(st.integers(0, 3))),
        topics=(AlertTopic(f"{number}", f"Topic {number}"),),
        entities=tuple(AlertEntity(f"e{each}", "person", f"E{each}") for each in range(number)),
    )


@st.composite
def marks(draw: st.DrawFn) -> Mark:
    """A mark of one of these alerts, which may be unknown, or end."""
    state, id_ = draw(st.sampled_from(STATES)), f"{draw(st.sampled_from('ab'))}:{draw(st.sampled_from('xyz'))}"
    until = START + timedelta(minutes=draw(st.integers(1, 9))) if state == "snoozed" and draw(st.booleans()) else None
    return Mark(id_, state, draw(st.integers(1, 3)), until, "reported", "ana", None, START)


EVENTS = st.lists(
    st.one_of(versions(), versions(), marks(), st.sampled_from(["later", "look", "expire", Alert, Mark])), max_size=30
)


def count_anew(records: Records, minute: int) -> dict[Show, ListCounts]:
    """The counts by looking at everything."""
    found: dict[Show, ListCounts] = {show: ListCounts() for show in SHOWS}
    now = START + timedelta(minutes=minute)
    for entry in sorted(records.entries.values(), key=lambda each: (each.updated, each.key)):
        counts = found[show_of(entry, records, now)]
        counts.order.append((entry.updated, entry.key))
        counts.topics.update({each.code for each in entry.newest.topics})
        counts.entities.update({each.id for each in entry.newest.entities})
        counts.badges[badge_of(entry.newest).code] += 1
        for watch, each in entry.alerts.items():
            found[attention_of(each, records, now).show].watches[watch, each.severity] += 1
    return found


@given(EVENTS)
def test_the_counts_are_those_that_counting_anew_gives(events: list[Alert | Mark | str | type[Alert | Mark]]) -> None:
    records, minute = Records(), 0
    alert_lists = AlertLists(records)
    for event in [*events, "look"]:
        match event:
            case "later":
                minute += 2
            case "expire":
                records.expire(START + timedelta(minutes=1))
            case "look":
                alert_lists.update(START + timedelta(minutes=minute))
                assert alert_lists.lists == count_anew(records, minute)
            case Alert() | Mark():
                records.apply(event, 0.0)
            case type():
                records.forget(event)


def test_a_list_is_read_from_its_newest_story_or_from_a_place() -> None:
    records = Records()
    alert_lists = AlertLists(records)
    for number in range(4):
        records.apply(alert(1, id=f"kim:s{number}", story=f"s{number}", updated=START + timedelta(minutes=number // 2)), 0.0)
    alert_lists.update(START)
    found = alert_lists.lists["open"]
    assert list(found.newest()) == ["s3", "s2", "s1", "s0"]
    assert list(found.newest((START + timedelta(minutes=1), "s3"))) == ["s2", "s1", "s0"]
    assert [found.since(START + timedelta(minutes=number)) for number in (-1, 0, 1)] == [4, 2, 0]


def test_of_equally_frequent_values_the_first_in_the_alphabet_is_named() -> None:
    counts = Counter({"b": 2, "c": 2, "a": 1, "d": 2})
    assert most_common(counts, 2) == [("b", 2), ("c", 2)]


def test_a_story_whose_article_is_followed_by_another_moves_in_the_list() -> None:
    records = Records()
    alert_lists = AlertLists(records)
    first = alert(1, updated=START)
    for each in (first, alert(1, id="kim:s2", story="s2", updated=START + timedelta(minutes=1))):
        records.apply(each, 0.0)
    alert_lists.update(START)
    records.apply(replace(first, version=2, updated=START + timedelta(minutes=2)), 0.0)
    alert_lists.update(START)
    assert list(alert_lists.lists["open"].newest()) == ["s1", "s2"]
