"""What hubs send to the callbacks, without a server."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from monitor.feeds.partition_state import ELSEWHERE_SECONDS, PartitionState
from monitor.feeds.websub import lifecycle
from monitor.feeds.websub.callbacks import MAX_CALLS, MAX_WAITING, MAX_WAITING_BYTES, Callbacks
from monitor.feeds.websub.keys import CallbackKey, UnusableKey, is_signed, read_key
from monitor.feeds.websub.links import Advertised
from monitor.messages import Websub
from tests.hub import sign
from tests.make import START

KEY = CallbackKey(b"k" * 32)
BODY = b"<rss/>"


def subscribed(feed_id: str = "example.org/f", nonce: str = "nonce") -> Websub:
    found = Advertised(("https://hub.example.org/",), "https://example.org/f")
    begun = lifecycle.after_poll(None, feed_id, found, "address", lambda: nonce, START)
    assert begun
    return lifecycle.after_verification(lifecycle.ask(begun, START, 0.5), 864000, 864000, START, 0.5)


def partition(*subscriptions: Websub) -> PartitionState:
    state = PartitionState(lambda _: True)
    for each in subscriptions:
        state.apply(each)
    return state


def callbacks(*subscriptions: Websub, owns_all: bool = True) -> tuple[Callbacks, PartitionState]:
    state = partition(*subscriptions)
    made = Callbacks(KEY, lambda: 864000, lambda: START + timedelta(seconds=1), lambda: owns_all)
    made.register(state)
    return made, state


def push(made: Callbacks, to: Websub, body: bytes, seconds: float = 0.0) -> int:
    """Send a signed push, which is complete at *seconds*, and return the status of the answer."""
    return made.receive(KEY.path(to), body, "application/rss+xml", sign(body, KEY.secret(to)), seconds).status


def read(made: Callbacks, state: PartitionState) -> list[bytes]:
    """Read one push of each feed for *state*, and return the bodies."""
    bodies = []
    for feed_id, each in made.pushes(state):
        made.take_push(state, feed_id)
        bodies.append(each.body)
    return bodies


def test_paths_and_secrets_differ_by_feed_and_subscription_and_key() -> None:
    known = [subscribed(), subscribed("example.org/g"), subscribed(nonce="other")]
    keys = [KEY, CallbackKey(b"l" * 32)]
    made = [made(each) for key in keys for each in known for made in (key.path, key.secret)]
    assert len(set(made)) == len(made)
    assert "6b6b" not in repr(KEY) + str(KEY)


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "key"
    made = read_key(file, lambda count: b"r" * count)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert read_key(file, lambda count: b"s" * count) == made


@pytest.mark.parametrize("content", ["", "no key\n", "00ff\n"])
def test_a_file_without_a_key_is_told_with_its_remedy(tmp_path: Path, content: str) -> None:
    file = tmp_path / "key"
    file.write_text(content, encoding="ascii")
    with pytest.raises(UnusableKey, match="delete"):
        read_key(file)


def test_the_key_that_another_process_has_just_made_stays(tmp_path: Path) -> None:
    file = tmp_path / "key"

    def random(count: int) -> bytes:
        file.write_text("6b" * 32 + "\n", encoding="ascii")
        return b"r" * count

    assert read_key(file, random) == KEY
    assert list(tmp_path.iterdir()) == [file]


def test_signatures_are_of_the_body_by_the_secret() -> None:
    assert all(is_signed(BODY, sign(BODY, "s", method), "s") for method in ("sha1", "sha256", "sha384", "sha512"))
    assert is_signed(BODY, f" {sign(BODY, 's').upper()} ".replace("SHA256", "sha256"), "s")
    for header in (
        "",
        "sha256",
        sign(BODY + b" ", "s"),
        sign(BODY, "t"),
        sign(BODY, "s", "md5"),
        sign(BODY, "s")[:-1],
        "sha256=\xe9",
    ):
        assert not is_signed(BODY, header, "s")


def test_pushes_wait_for_the_poller_up_to_a_limit() -> None:
    known = subscribed()
    made, state = callbacks(known)
    sent = [push(made, known, b"%d" % number) for number in range(MAX_WAITING + 2)]
    assert sent == [202] * MAX_WAITING + [503] * 2
    for body in (b"0", b"1", b"2", b"3"):
        assert read(made, state) == [body]
        made.settle(state)
    assert made.pushes(state) == []
    # What was refused may be sent again.
    assert push(made, known, b"5") == 202


def test_a_body_counts_until_its_articles_are_committed() -> None:
    known, other = subscribed(), subscribed("example.org/g")
    made, state = callbacks(known, other)
    large = b"x" * (MAX_WAITING_BYTES // 2 + 1)
    assert push(made, known, large) == 202
    assert push(made, other, large) == 503
    assert read(made, state) == [large]
    assert push(made, other, large) == 503
    made.settle(state)
    assert push(made, other, large) == 202


def test_a_push_that_is_refused_leaves_nothing_behind() -> None:
    known, other = subscribed(), subscribed("example.org/g")
    made, state = callbacks(known, other)
    large = b"x" * (MAX_WAITING_BYTES // 2 + 1)
    assert (push(made, known, large), push(made, other, large)) == (202, 503)
    assert [feed_id for feed_id, _ in made.pushes(state)] == [known.id]
    made.forget_lost(2 * ELSEWHERE_SECONDS)
    assert read(made, state) == [b""]


def test_a_push_is_read_again_for_the_state_that_replaces_one_whose_commit_failed() -> None:
    known = subscribed()
    made, failed = callbacks(known)
    assert push(made, known, BODY) == 202
    assert read(made, failed) == [BODY]
    assert made.pushes(failed) == []
    state = partition(known)
    made.settle(state)
    assert read(made, state) == [BODY]
    made.settle(state)
    assert made.pushes(state) == []


def test_a_denial_is_told_again_to_the_state_that_replaces_one_whose_commit_failed() -> None:
    known = subscribed()
    made, failed = callbacks(known)
    query = {"hub.mode": "denied", "hub.topic": known.topic, "hub.reason": "not here"}
    assert made.verify(KEY.path(known), query).status == 200
    assert len(list(made.take_changes(failed))) == 1
    state = partition(known)
    made.settle(state)
    ((_, _, change),) = made.take_changes(state)
    assert change(known, START, 0.5).state == "denied"
    made.settle(state)
    assert not list(made.take_changes(state))


def test_what_waits_for_a_lost_partition_is_forgotten_and_its_feeds_are_polled_if_it_comes_back() -> None:
    lost, known = subscribed(), subscribed("example.org/g")
    made, lost_state = callbacks(lost)
    state = PartitionState(lambda feed_id: feed_id == known.id)
    state.apply(known)
    made.register(state)
    state.last_tick_seconds = 100.0
    large = b"x" * (MAX_WAITING_BYTES // 2 + 1)
    assert (push(made, lost, large), push(made, lost, b"more")) == (202, 202)
    made.forget_lost(100.0)
    assert push(made, known, large) == 202
    for body in (b"", b""):
        assert read(made, lost_state) == [body]
        made.settle(lost_state)
    assert made.pushes(lost_state) == []
    assert read(made, state) == [large]
    # The hub may send it again, for the process that reads the partition now, or for this one.
    assert push(made, lost, b"more") == 202
    assert [each.body for _, each in made.pushes(lost_state)] == [b"more"]


def test_a_callback_is_called_so_often_in_a_minute_and_unknown_paths_count_for_none() -> None:
    known = subscribed()
    made, state = callbacks(known)
    state.last_tick_seconds = 100.0
    for _ in range(MAX_CALLS):
        assert made.refusal("unknown", 100.0) is not None
        assert made.refusal(KEY.path(known), 100.0) is None
    refused = made.refusal(KEY.path(known), 100.0)
    assert refused
    assert (refused.status, refused.retry_after) == (429, 60)


def test_a_partition_that_another_process_reads_takes_no_pushes() -> None:
    known = subscribed()
    made, _ = callbacks(known)
    refused = made.refusal(KEY.path(known), 100.0)
    assert refused
    assert refused.status == 503


def test_a_push_that_is_complete_when_another_process_reads_the_partition_is_refused() -> None:
    known = subscribed()
    made, state = callbacks(known)
    assert push(made, known, BODY, 2 * ELSEWHERE_SECONDS) == 503
    assert made.pushes(state) == []
    assert push(made, known, BODY, ELSEWHERE_SECONDS) == 202


def test_until_all_feeds_are_known_a_hub_is_asked_to_come_back() -> None:
    made, _ = callbacks(owns_all=False)
    refused = made.refusal("unknown", 0.0)
    assert refused
    assert (refused.status, refused.retry_after) == (503, 60)


def test_a_subscription_that_was_replaced_has_another_path() -> None:
    former, known = subscribed(), subscribed(nonce="other")
    made, state = callbacks(former)
    made.change(former, lambda each, now, _: lifecycle.after_push(each, now))
    state.apply(known)
    made.register(state)
    assert made.receive(KEY.path(former), BODY, "", sign(BODY, KEY.secret(former)), 0.0).status == 410
    assert made.refusal(KEY.path(former), 0.0) is not None
    assert [nonce for _, nonce, _ in made.take_changes(state)] == ["nonce"]


def test_a_reason_with_the_secret_is_stored_without_it() -> None:
    known = subscribed()
    made, state = callbacks(known)
    query = {"hub.mode": "denied", "hub.topic": known.topic, "hub.reason": f"bad\n{KEY.secret(known)}"}
    assert made.verify(KEY.path(known), query).status == 200
    ((_, _, change),) = made.take_changes(state)
    assert change(known, START, 0.5).error == "the hub denied it: bad***; the feed is polled"


def test_a_secret_that_is_cut_or_in_capitals_is_stored_and_logged_nowhere() -> None:
    known = subscribed()
    made, state = callbacks(known)
    secret, path = KEY.secret(known), KEY.path(known)
    with capture_logs() as logs:
        made.verify(path, {"hub.mode": "denied", "hub.topic": known.topic, "hub.reason": f"bad {secret[:60]} {path.upper()}"})
        made.verify(path, {"hub.mode": path, "hub.topic": f"https://example.org/{secret}"})
    ((_, _, change),) = made.take_changes(state)
    assert change(known, START, 0.5).error == "the hub denied it: bad *** ***; the feed is polled"
    assert len(logs) == 2
    assert not any(each in repr(logs).lower() for each in (secret[:16], path[:16]))
