"""The records that the page keeps."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.messages import Alert, Held, Mark, MarkState, Process
from monitor.text.tokens import fold
from page.records import Records
from page.records.packing import KEPT_WHOLE
from page.views.attention import attention_of
from tests.make import START, alert

NOON = START + timedelta(hours=8)


def mark(state: MarkState, version: int = 1, **fields: object) -> Mark:
    """A mark of the alert kim:s1, made when it had *version*."""
    until = fields.get("until")
    return Mark("kim:s1", state, version, until, "reported", "ana", None, START)  # type: ignore[arg-type]


def records(*messages: Alert | Mark) -> Records:
    """The records after *messages*."""
    kept = Records()
    for message in messages:
        kept.apply(message, 0.0)
    return kept


def test_the_newest_version_is_kept_whatever_the_order() -> None:
    first, second = alert(1), alert(2, change="outlet")
    one, other = records(first, second), records(second, first)
    assert one.alerts == other.alerts
    assert [one.whole(each) for each in one.alerts.values()] == [other.whole(other.alerts["kim:s1"])] == [second]


def test_the_alerts_of_one_story_are_one_entry() -> None:
    kept = records(alert(1), alert(1, id="putin:s1", watch="putin"))
    assert [set(entry.alerts) for entry in kept.entries.values()] == [{"kim", "putin"}]


def test_a_stance_brings_an_acknowledged_alert_back_and_an_outlet_does_not() -> None:
    acknowledged = mark("acknowledged")
    quiet = records(alert(1), acknowledged, alert(2, change="outlet"))
    assert attention_of(quiet.alerts["kim:s1"], quiet, NOON).show == "acknowledged"
    told = records(alert(1), acknowledged, alert(2, change="outlet"), alert(3, change="stance"), alert(4, change="outlet"))
    found = attention_of(told.alerts["kim:s1"], told, NOON)
    assert (found.show, found.back and found.back.version, found.reason) == ("open", 3, "a source says something new")


def test_a_snooze_ends_at_its_time() -> None:
    kept = records(alert(1), mark("snoozed", until=NOON))
    before, after = (attention_of(kept.alerts["kim:s1"], kept, now) for now in (NOON - timedelta(seconds=1), NOON))
    assert (before.show, before.reason) == ("snoozed", "")
    assert (after.show, after.reason) == ("open", "the snooze has ended")


def test_a_snooze_until_the_badge_changes_ends_with_the_badge_or_a_correction() -> None:
    same, other = alert(2, change="outlet", standing="reported"), alert(2, change="outlet", standing="denied")
    corrected = alert(2, change="correction", standing="reported")
    reasons = []
    for version in (same, other, corrected):
        kept = records(alert(1), mark("snoozed"), version)
        reasons.append(attention_of(kept.alerts["kim:s1"], kept, NOON).reason)
    assert reasons == ["", "its badge changed", "it was corrected"]


def test_a_muted_alert_stays_muted() -> None:
    kept = records(alert(1), mark("muted"), alert(2, change="correction"))
    assert attention_of(kept.alerts["kim:s1"], kept, NOON).show == "muted"


def test_what_the_log_no_longer_holds_is_forgotten() -> None:
    kept = records(alert(1), mark("muted"), alert(1, id="kim:s2", story="s2", updated=NOON))
    kept.expire(START + timedelta(hours=1))
    assert (set(kept.alerts), set(kept.entries), kept.marks) == ({"kim:s2"}, {"s2"}, {})


def test_one_old_alert_of_a_story_takes_no_other_with_it() -> None:
    kept = records(alert(1), alert(1, id="putin:s1", watch="putin", updated=NOON))
    kept.expire(START + timedelta(hours=1))
    assert {key: set(entry.alerts) for key, entry in kept.entries.items()} == {"s1": {"putin"}}
    assert kept.entries["s1"].newest == kept.alerts["putin:s1"]


def test_a_mark_of_an_alert_that_never_came_is_forgotten_too() -> None:
    kept = records(mark("muted"))
    kept.expire(START + timedelta(hours=1))
    assert kept.marks == {}


def test_a_process_is_forgotten_once_it_is_old_by_both_clocks() -> None:
    kept, later = Records(), START + timedelta(hours=1)
    for name, at, stored in (("old", START, START), ("behind", START, NOON), ("new", NOON, START)):
        kept.apply(Process(name, "desk", 1, "0.1.0", START, at, ended=False, services=()), stored.timestamp())
    kept.expire(later)
    assert set(kept.processes) == {"behind", "new"}


def test_articles_that_waited_in_vain_for_further_outlets_are_forgotten() -> None:
    kept = Records()
    for name, at in (("old", START), ("new", NOON)):
        kept.apply(Held(f"kim:{name}", "kim", name, (), at), 0.0)
    kept.expire(START + timedelta(hours=1))
    assert set(kept.held) == {"kim:new"}


def test_the_last_mark_of_the_log_counts_whatever_clock_it_was_made_by() -> None:
    late, early = mark("muted"), replace(mark("acknowledged"), at=START - timedelta(minutes=5))
    assert records(alert(1), late, early).marks == {"kim:s1": early}


WATCHES = ("kim", "putin", "train")
ALERTS_OF = {
    watch: [
        alert(
            number, id=f"{watch}:s1", watch=watch, change=change, standing=standing, updated=START + timedelta(minutes=minutes)
        )
        for number, (change, standing, minutes) in enumerate(
            (
                ("new", "reported", 1),
                ("outlet", "reported", 2),
                ("stance", "denied", 3),
                ("outlet", "denied", 3),
                ("correction", None, 2),
            ),
            start=1,
        )
    ]
    for watch in WATCHES
}
MARKS = [
    Mark("kim:s1", "acknowledged", 1, None, "reported", "ana", None, START),
    Mark("putin:s1", "snoozed", 2, None, "reported", "ana", None, START),
    Mark("train:s1", "snoozed", 1, NOON, "reported", "ana", None, START),
    Mark("kim:s1", "muted", 2, None, "reported", "bob", None, START - timedelta(hours=1)),
    Mark("kim:s1", "acknowledged", 3, None, "denied", "bob", None, START),
]


@given(st.data())
def test_the_order_of_streams_and_repetitions_change_nothing(data: st.DataObject) -> None:
    """Alerts come in any order, as from several partitions. Marks keep the order of their stream, but may be read anew."""
    versions = [each for watch in WATCHES for each in ALERTS_OF[watch]]
    expected = records(*versions, *MARKS)
    alerts: list[Alert | Mark] = list(data.draw(st.permutations(versions)))
    alerts += data.draw(st.lists(st.sampled_from(versions), max_size=10))
    marks: list[Alert | Mark] = [*MARKS[: data.draw(st.integers(0, len(MARKS)))], *MARKS]
    order = data.draw(st.permutations([True] * len(alerts) + [False] * len(marks)))
    kept = records(*((alerts if is_alert else marks).pop(0) for is_alert in order))
    assert (kept.alerts, kept.entries, kept.marks, kept.back) == (
        expected.alerts,
        expected.entries,
        expected.marks,
        expected.back,
    )


@given(st.permutations(range(5)), st.integers(0, 4))
def test_what_expires_leaves_what_would_have_come_without_it(order: list[int], hours: int) -> None:
    """Each alert of the story has its time; those before are as if they had never come."""
    alerts = [alert(1, id=f"w{number}:s1", watch=f"w{number}", updated=START + timedelta(hours=number)) for number in order]
    before = START + timedelta(hours=hours)
    kept = records(*alerts)
    kept.expire(before)
    left = records(*(each for each in alerts if each.updated >= before))
    assert (kept.alerts, kept.entries) == (left.alerts, left.entries)


def test_an_alert_of_a_list_can_be_had_with_all_that_it_has() -> None:
    """However many are asked for: only some are kept unpacked."""
    all_ = {f"kim:s{number}": alert(2, id=f"kim:s{number}", story=f"s{number}") for number in range(KEPT_WHOLE + 10)}
    kept = records(alert(1, id="kim:s1", story="s1", title="Earlier"), *all_.values())
    for _ in range(2):
        assert {each.id: kept.whole(each) for each in kept.alerts.values()} == all_
    assert (kept.alerts["kim:s1"].origins, kept.alerts["kim:s1"].articles) == ((), ())
    entry = kept.whole_entry(kept.entries["s1"])
    assert (entry.newest, dict(entry.alerts)) == (all_["kim:s1"], {"kim": all_["kim:s1"]})
    assert len(kept.packing.times("kim:s1")) == len(all_["kim:s1"].articles)


def test_the_titles_of_a_story_are_those_of_its_alerts_and_their_articles() -> None:
    other = alert(1, id="putin:s1", watch="putin", title="Café: THE summit")
    kept = records(alert(1, title="The Train"), other)
    titles = kept.titles(kept.entries["s1"]).split("\n")
    assert {"the train", fold("Café: THE summit"), *(fold(report.title) for report in other.articles)} == set(titles)
