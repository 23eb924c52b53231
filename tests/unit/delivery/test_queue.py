"""What is on its way to whom, and how it is signed."""

import base64
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Never

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from consumers.delivery.batches import batches
from consumers.delivery.channels.webhook import NoSecret, headers, ident, message, secrets
from consumers.delivery.queue import Attempt, DeliveryQueue, after, dropped, queue, severity, unwanted
from consumers.delivery.service import Dispatcher
from monitor.clock import utc
from monitor.config import Config, Target, Watch
from monitor.messages import Alert, Delivery
from tests.make import START, alert

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
RETRIES = (5.0, 300.0)


DESK, LOG = Target("desk", webhook="https://example.org/"), Target("log", log=True)
TARGETS = {"desk": DESK, "log": LOG}


def queued(state: DeliveryQueue, what: Alert, targets: dict[str, Target] = TARGETS) -> list[Delivery]:
    out = list(queue(state, what, targets))
    for record in out:
        state.apply(record)
    return out


def test_an_alert_is_queued_once_for_each_target_that_wants_it() -> None:
    assert [(r.target, r.state) for r in queued(DeliveryQueue(), alert())] == [("desk", "queued"), ("log", "queued")]
    assert queued(DeliveryQueue(), alert(severity="low", to=("desk",)), {"desk": replace(DESK, severity="high")}) == []


def test_a_newer_version_supersedes_one_that_is_pending() -> None:
    state = DeliveryQueue()
    queued(state, alert(1, to=("desk",)))
    assert [(r.version, r.state) for r in queued(state, alert(2, to=("desk",)))] == [(1, "superseded"), (2, "queued")]
    assert [record.version for record in state.waiting.values()] == [2]


def test_what_was_sent_is_pending_no_more_and_what_failed_comes_again_later() -> None:
    state = DeliveryQueue()
    (record,) = queued(state, alert(to=("desk",)))
    retry = after(record, Attempt(500, "HTTP 500"), RETRIES, 0, START)
    assert (retry.state, retry.attempt, retry.due, retry.status) == ("retrying", 1, START + timedelta(seconds=5), 500)
    state.apply(retry)
    again = state.waiting["desk", "kim:s1"]
    assert again.body == alert(to=("desk",))
    sent = after(again, Attempt(204), RETRIES, 0, START)
    assert (sent.state, sent.attempt) == ("sent", 2)
    state.apply(sent)
    assert state.waiting == {}


def test_after_the_last_retry_or_a_410_it_has_failed() -> None:
    (record,) = queued(DeliveryQueue(), alert(to=("desk",)))
    assert after(replace(record, attempt=2), Attempt(500, "HTTP 500"), RETRIES, 0, START).state == "failed"
    assert after(record, Attempt(410, "HTTP 410", gone=True), RETRIES, 0, START).state == "failed"


@given(st.floats(0, 1), st.floats(0, 1e9))
def test_a_receiver_may_ask_for_more_time_but_not_for_ever(chance: float, wished: float) -> None:
    (record,) = queued(DeliveryQueue(), alert(to=("desk",)))
    due = after(record, Attempt(503, "HTTP 503", retry_after=wished), RETRIES, chance, START).due
    assert due is not None
    assert min(wished, 300) <= (due - START).total_seconds() <= max(330, wished)


def test_what_nobody_wants_any_more_is_told_apart() -> None:
    state = DeliveryQueue()
    queued(state, alert())
    queued(state, alert(id="other:s1", watch="other", to=("log",), severity="low"))
    config = Config(watches=(Watch("other", any=("x",)),), targets=(replace(LOG, severity="high"),))
    assert unwanted(state, config) == {
        ("desk", "kim:s1"): "its target is gone from the config",
        ("log", "kim:s1"): "its watch is gone from the config",
        ("log", "other:s1"): "its target is told of graver ones alone",
    }
    assert unwanted(state, Config(watches=(Watch("kim"), Watch("other")), targets=(DESK, LOG))) == {}
    record = state.waiting["log", "kim:s1"]
    ended = dropped(record, "its watch is gone from the config", START)
    assert (ended.state, ended.at, ended.error, ended.body) == ("dropped", START, "its watch is gone from the config", None)
    state.apply(ended)
    assert ("log", "kim:s1") not in state.waiting


def test_a_target_that_is_not_known_yet_is_waited_for() -> None:
    assert [(r.target, r.state) for r in queued(DeliveryQueue(), alert(to=("new",)))] == [("new", "queued")]


def waiting(state: DeliveryQueue) -> list[Delivery]:
    return list(state.waiting.values())


def flood(count: int) -> DeliveryQueue:
    """*count* alerts on their way to the desk."""
    state = DeliveryQueue()
    for number in range(count):
        queued(state, alert(id=f"kim:s{number}", to=("desk",), updated=START + timedelta(seconds=number)))
    return state


def test_a_queue_that_is_full_drops_the_oldest_of_the_least_severe_and_tells_it() -> None:
    state = flood(3)
    urgent, weak = alert(id="kim:urgent", severity="critical", to=("desk",)), alert(id="kim:weak", severity="low", to=("desk",))
    out = [*queue(state, urgent, TARGETS, most=3)]
    assert [(record.alert, record.state) for record in out] == [("kim:s0", "dropped"), ("kim:urgent", "queued")]
    assert out[0].error == "3 alerts wait for 'desk' already (delivery.queue), none less severe"
    for record in out:
        state.apply(record)
    assert [(record.alert, record.state) for record in queue(state, weak, TARGETS, most=3)] == [("kim:weak", "dropped")]
    newer = alert(2, id="kim:urgent", severity="critical", to=("desk",))
    assert [record.state for record in queue(state, newer, TARGETS, most=3)] == ["superseded", "queued"]


def test_ten_thousand_alerts_leave_no_more_than_the_queue_holds() -> None:
    state = DeliveryQueue()
    for number in range(10_000):
        what = alert(id=f"kim:s{number}", to=("desk",), severity="critical" if number % 1000 == 0 else "normal")
        for record in queue(state, what, TARGETS, most=100):
            state.apply(record)
    assert (len(state.waiting), state.counts["desk"]) == (100, 100)
    assert sum(severity(record) == 3 for record in waiting(state)) == 10


def test_the_severe_go_first_and_what_piles_up_goes_together() -> None:
    few = flood(3)
    queued(few, alert(id="kim:urgent", severity="critical", to=("desk",)))
    assert [[record.alert for record in parcel] for parcel in batches(waiting(few))] == [
        ["kim:urgent"],
        ["kim:s0"],
        ["kim:s1"],
        ["kim:s2"],
    ]
    assert [len(parcel) for parcel in batches(waiting(flood(120)))] == [50, 50, 20]


def test_what_waited_for_one_moment_goes_together_and_is_tried_again_together() -> None:
    state, morning = DeliveryQueue(), START + timedelta(hours=3)
    for number in range(3):
        for record in queue(state, alert(id=f"kim:s{number}", to=("desk",)), TARGETS, until=morning):
            state.apply(record)
    assert {record.due for record in waiting(state)} == {morning}
    queued(state, alert(id="kim:now", to=("desk",)))
    assert [len(parcel) for parcel in batches(waiting(state))] == [3, 1]
    for record in waiting(state)[:3]:
        state.apply(after(record, Attempt(500, "HTTP 500"), RETRIES, 0.5, morning))
    assert [len(parcel) for parcel in batches(waiting(state))] == [3, 1]


class Unwalked(dict[tuple[str, str], Delivery]):
    """What must not be gone through."""

    def _refuse(self) -> Never:
        raise AssertionError("all that is pending was gone through")

    __iter__ = keys = values = items = _refuse


def test_what_waits_for_later_is_not_gone_through_at_each_tick() -> None:
    config = Config(watches=(Watch("kim", any=("Kim",)),), targets=(DESK,))
    room, state = Dispatcher(lambda: config), DeliveryQueue()
    for number in range(10):
        (record,) = queued(state, alert(id=f"kim:s{number}", to=("desk",)))
        state.apply(after(record, Attempt(503, "HTTP 503"), RETRIES, 0, START))
    assert room.tick(state, START) == []
    state.waiting = Unwalked(state.waiting)
    assert room.tick(state, START) == []
    config = replace(config, watches=())
    with pytest.raises(AssertionError, match="gone through"):
        room.tick(state, START)


@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["retry", "sent", "failed"])), max_size=12))
def test_a_fold_is_the_same_live_and_restored(steps: list[tuple[int, str]]) -> None:
    live, log = DeliveryQueue(), []
    for version, what in steps:
        known = live.waiting.get(("desk", "kim:s1"))
        records = list(queue(live, alert(version, to=("desk",)), TARGETS)) if known is None or known.version < version else []
        if known and not records:
            attempt = Attempt() if what == "sent" else Attempt(500, "HTTP 500", gone=what == "failed")
            records = [after(known, attempt, RETRIES, 0, START)]
        for record in records:
            live.apply(record)
            log.append(record)
    restored = DeliveryQueue()
    for record in log:
        restored.apply(record)
    assert restored == live


def test_a_signature_is_verified_by_the_specifications_own_library() -> None:
    body = message([alert()])
    signed = headers(ident([alert()]), body, [SECRET], utc())
    assert signed["webhook-id"] == "kim:s1:1"
    assert Webhook(SECRET).verify(body, signed)["data"]["watch"] == "kim"
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body.replace(b"kim", b"kin"), signed)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body, headers(ident([alert()]), body, [SECRET], utc() - timedelta(hours=1)))


def test_a_digest_is_one_message_and_names_what_it_holds() -> None:
    one, other = alert(), alert(2, id="kim:s2")
    body = orjson.loads(message([one, other]))
    assert (body["type"], body["data"]["count"]) == ("alert.v1.digest", 2)
    assert [each["id"] for each in body["data"]["alerts"]] == ["kim:s1", "kim:s2"]
    assert ident([one, other]) == ident([one, other]) != ident([other, one])


def test_two_secrets_both_sign_while_keys_are_changed() -> None:
    other = "whsec_" + base64.b64encode(b"another secret, 24 bytes").decode()
    body = message([alert()])
    signed = headers(ident([alert()]), body, [SECRET, other], utc())
    assert Webhook(SECRET).verify(body, signed) == Webhook(other).verify(body, signed)


def test_secrets_come_from_the_environment_or_a_file_and_are_told_when_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESK_SECRET", SECRET)
    assert secrets(replace(DESK, secret_env="DESK_SECRET"), tmp_path) == [SECRET]
    (tmp_path / "key").write_text(f"{SECRET}\n")
    assert secrets(replace(DESK, secret_file="key"), tmp_path) == [SECRET]
    absent = (
        replace(DESK, secret_env="NO_SUCH_VARIABLE"),
        replace(DESK, secret_file="absent"),
        replace(DESK, secret_file="\0"),
    )
    for target in (DESK, *absent):
        with pytest.raises(NoSecret, match="target 'desk'"):
            secrets(target, tmp_path)
    monkeypatch.setenv("DESK_SECRET", "whsec_!")
    with pytest.raises(NoSecret, match="holds no secret"):
        secrets(replace(DESK, secret_env="DESK_SECRET"), tmp_path)
