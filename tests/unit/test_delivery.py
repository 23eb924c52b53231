"""What is on its way to whom, and how it is signed."""

import base64
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Never

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from consumers.delivery import PostRoom
from consumers.delivery.agenda import Agenda
from consumers.delivery.pending import Attempt, Pending, after, drop, queue
from consumers.delivery.webhook import NoSecret, headers, message, secrets
from monitor.clock import utc
from monitor.config import Config, Target, Watch
from monitor.messages import Alert, Delivery
from tests.make import START, alert

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
RETRIES = (5.0, 300.0)


DESK, LOG = Target("desk", webhook="https://example.org/"), Target("log", log=True)
TARGETS = {"desk": DESK, "log": LOG}


def queued(state: Pending, what: Alert, targets: dict[str, Target] = TARGETS) -> list[Delivery]:
    out = list(queue(state, what, targets))
    for record in out:
        state.apply(record)
    return out


def test_an_alert_is_queued_once_for_each_target_that_wants_it() -> None:
    assert [(r.target, r.state) for r in queued(Pending(), alert())] == [("desk", "queued"), ("log", "queued")]
    assert queued(Pending(), alert(severity="low"), {"desk": replace(DESK, severity="high")}) == []
    assert queued(Pending(), alert(to=("nobody",))) == []


def test_a_newer_version_supersedes_one_that_is_pending() -> None:
    state = Pending()
    queued(state, alert(1, to=("desk",)))
    assert [(r.version, r.state) for r in queued(state, alert(2, to=("desk",)))] == [(1, "superseded"), (2, "queued")]
    assert [record.version for record in state.waiting.values()] == [2]


def test_what_was_sent_is_pending_no_more_and_what_failed_comes_again_later() -> None:
    state = Pending()
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
    (record,) = queued(Pending(), alert(to=("desk",)))
    assert after(replace(record, attempt=2), Attempt(500, "HTTP 500"), RETRIES, 0, START).state == "failed"
    assert after(record, Attempt(410, "HTTP 410", gone=True), RETRIES, 0, START).state == "failed"


@given(st.floats(0, 1), st.floats(0, 1e9))
def test_a_receiver_may_ask_for_more_time_but_not_for_ever(chance: float, wished: float) -> None:
    (record,) = queued(Pending(), alert(to=("desk",)))
    due = after(record, Attempt(503, "HTTP 503", retry_after=wished), RETRIES, chance, START).due
    assert due is not None
    assert min(wished, 300) <= (due - START).total_seconds() <= max(330, wished)


def test_what_nobody_wants_any_more_is_dropped_and_told() -> None:
    state = Pending()
    queued(state, alert())
    config = Config(watches=(Watch("other", any=("x",)),), targets=(LOG,))
    assert {(r.target, r.state, r.error) for r in drop(state.waiting.values(), config, START)} == {
        ("desk", "dropped", "its target is gone from the config"),
        ("log", "dropped", "its watch is gone from the config"),
    }


@given(st.lists(st.none() | st.integers(0, 20), max_size=30), st.integers(0, 20))
def test_what_is_due_comes_once_the_untried_first(dues: list[int | None], now: int) -> None:
    agenda, (blank,) = Agenda(), queued(Pending(), alert(to=("desk",)))
    moments = {str(number): None if due is None else START + timedelta(seconds=due) for number, due in enumerate(dues)}
    waiting = {("desk", name): replace(blank, alert=name, due=due) for name, due in moments.items()}
    for record in waiting.values():
        agenda.add(record)
    taken = []
    while found := agenda.take("desk", START + timedelta(seconds=now), waiting):
        taken.append(dues[int(found.alert)])
    ready = [due for due in dues if due is None or due <= now]
    assert taken == sorted(ready, key=lambda due: -1 if due is None else due)
    assert agenda.take("another", START + timedelta(days=1), waiting) is None


class Unwalked(dict[tuple[str, str], Delivery]):
    """What must not be gone through."""

    def _refuse(self) -> Never:
        raise AssertionError("all that is pending was gone through")

    __iter__ = keys = values = items = _refuse


def test_what_waits_for_later_is_not_gone_through_at_each_tick_but_what_is_new_is_looked_at() -> None:
    config = Config(watches=(Watch("kim", any=("Kim",)),), targets=(DESK,))
    room, state = PostRoom(lambda: config), Pending()
    for number in range(10):
        (record,) = queued(state, alert(number, id=f"kim:s{number}", to=("desk",)))
        state.apply(after(record, Attempt(503, "HTTP 503"), RETRIES, 0, START))
    assert room.tick(state, START) == []
    state.waiting = Unwalked(state.waiting)
    assert room.tick(state, START) == []
    queued(state, alert(id="gone:s1", watch="gone", to=("desk",)))
    assert [(record.alert, record.state) for record in room.tick(state, START)] == [("gone:s1", "dropped")]
    config = replace(config, watches=())
    with pytest.raises(AssertionError, match="gone through"):
        room.tick(state, START)


@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["retry", "sent", "failed"])), max_size=12))
def test_a_fold_is_the_same_live_and_restored(steps: list[tuple[int, str]]) -> None:
    live, log = Pending(), []
    for version, what in steps:
        known = live.waiting.get(("desk", "kim:s1"))
        records = list(queue(live, alert(version, to=("desk",)), TARGETS)) if known is None or known.version < version else []
        if known and not records:
            attempt = Attempt() if what == "sent" else Attempt(500, "HTTP 500", gone=what == "failed")
            records = [after(known, attempt, RETRIES, 0, START)]
        for record in records:
            live.apply(record)
            log.append(record)
    restored = Pending()
    for record in log:
        restored.apply(record)
    assert restored == live


def test_a_signature_is_verified_by_the_specifications_own_library() -> None:
    body = message(alert())
    signed = headers(alert(), body, [SECRET], utc())
    assert signed["webhook-id"] == "kim:s1:1"
    assert Webhook(SECRET).verify(body, signed)["data"]["watch"] == "kim"
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body.replace(b"kim", b"kin"), signed)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body, headers(alert(), body, [SECRET], utc() - timedelta(hours=1)))


def test_two_secrets_both_sign_while_keys_are_changed() -> None:
    other = "whsec_" + base64.b64encode(b"another secret, 24 bytes").decode()
    body = message(alert())
    signed = headers(alert(), body, [SECRET, other], utc())
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
