"""The records that the page keeps."""

from datetime import timedelta

from monitor.messages import Alert, Mark, MarkState
from page.records import Records
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
        kept.apply(message)
    return kept


def test_the_newest_version_is_kept_whatever_the_order() -> None:
    first, second = alert(1), alert(2, change="outlet")
    assert records(first, second).alerts == records(second, first).alerts == {"kim:s1": second}


def test_the_alerts_of_one_story_are_one_entry() -> None:
    kept = records(alert(1), alert(1, id="putin:s1", watch="putin"))
    assert [set(entry.alerts) for entry in kept.entries.values()] == [{"kim", "putin"}]


def test_a_stance_brings_an_acknowledged_alert_back_and_an_outlet_does_not() -> None:
    acknowledged = mark("acknowledged")
    quiet = records(alert(1), acknowledged, alert(2, change="outlet"))
    assert attention_of(quiet.alerts["kim:s1"], quiet, NOON).show == "acknowledged"
    back = alert(3, change="stance")
    told = records(alert(1), acknowledged, alert(2, change="outlet"), back, alert(4, change="outlet"))
    found = attention_of(told.alerts["kim:s1"], told, NOON)
    assert (found.show, found.back) == ("open", back)


def test_a_snooze_ends_at_its_time() -> None:
    kept = records(alert(1), mark("snoozed", until=NOON))
    assert attention_of(kept.alerts["kim:s1"], kept, NOON - timedelta(seconds=1)).show == "snoozed"
    assert attention_of(kept.alerts["kim:s1"], kept, NOON).show == "open"


def test_a_muted_alert_stays_muted() -> None:
    kept = records(alert(1), mark("muted"), alert(2, change="correction"))
    assert attention_of(kept.alerts["kim:s1"], kept, NOON).show == "muted"


def test_what_the_log_no_longer_holds_is_forgotten() -> None:
    kept = records(alert(1), mark("muted"), alert(1, id="kim:s2", story="s2", updated=NOON))
    kept.expire(START + timedelta(hours=1))
    assert (set(kept.alerts), set(kept.entries), kept.marks) == ({"kim:s2"}, {"s2"}, {})
