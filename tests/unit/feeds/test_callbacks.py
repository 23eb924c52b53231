"""What hubs send to the callbacks, without a server."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from monitor.feeds.partition_state import ACCEPT_SECONDS, PartitionState
from monitor.feeds.websub import lifecycle
from monitor.feeds.websub.callbacks import MAX_CALLS, Callbacks
from monitor.feeds.websub.keys import CallbackKey, UnusableKey, is_signed, read_key
from monitor.feeds.websub.links import Advertised
from monitor.feeds.websub.pushes import MAX_WAITING, Pushes
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
    """Return the callbacks of a process that has ticked last at 0 s, and the state of its partition."""
    state = partition(*subscriptions)
    made = Callbacks(KEY, lambda: 864000, lambda: START + timedelta(seconds=1), Pushes(), lambda: owns_all)
    made.register(state, 0.0)
    return made, state


def push(made: Callbacks, to: Websub, body: bytes, seconds: float = 0.0) -> int:
    """Send a signed push, which is complete at *seconds*, and return the status of the answer."""
    return made.receive(KEY.path(to), body, "application/rss+xml", sign(body, KEY.secret(to)), seconds).status


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


def test_a_reason_with_the_secret_is_stored_without_it() -> None:
    known = subscribed()
    made, state = callbacks(known)
    query = {"hub.mode": "denied", "hub.topic": known.topic, "hub.reason": f"bad\n{KEY.secret(known)}"}
    assert made.verify(KEY.path(known), query).status == 200
    ((_, change),) = dict(made.changes(state))[known.id]
    assert change(known, START, 0.5).error == "the hub denied it: bad***; the feed is polled"


def test_a_secret_that_is_cut_or_in_capitals_is_stored_and_logged_nowhere() -> None:
    known = subscribed()
    made, state = callbacks(known)
    secret, path = KEY.secret(known), KEY.path(known)
    with capture_logs() as logs:
        made.verify(path, {"hub.mode": "denied", "hub.topic": known.topic, "hub.reason": f"bad {secret[:60]} {path.upper()}"})
        made.verify(path, {"hub.mode": path, "hub.topic": f"https://example.org/{secret}"})
    ((_, change),) = dict(made.changes(state))[known.id]
    assert change(known, START, 0.5).error == "the hub denied it: bad *** ***; the feed is polled"
    assert len(logs) == 2
    assert not any(each in repr(logs).lower() for each in (secret[:16], path[:16]))


def test_pushes_are_accepted_while_there_is_room() -> None:
    known, other = subscribed(), subscribed("example.org/g")
    made, _ = callbacks(known, other)
    sent = [push(made, known, b"%d" % number) for number in range(MAX_WAITING + 2)]
    assert sent == [202] * MAX_WAITING + [503] * 2
    assert push(made, other, b"0") == 202
    assert made.counts == {"content": MAX_WAITING + 1, "busy": 2}


def test_a_repeated_push_is_accepted_and_not_read_again() -> None:
    known, other = subscribed(), subscribed("example.org/g")
    made, _ = callbacks(known, other)
    assert [push(made, known, BODY) for _ in range(MAX_WAITING + 1)] == [202] * (MAX_WAITING + 1)
    # The same for another feed is not a repetition, and nor is a push without content.
    assert [push(made, other, each) for each in (BODY, b"", b"")] == [202] * 3
    assert made.counts == {"content": 2, "repeated": MAX_WAITING, "notice": 2}


def test_a_denial_that_is_not_committed_is_told_again() -> None:
    known = subscribed()
    made, failed = callbacks(known)
    query = {"hub.mode": "denied", "hub.topic": known.topic, "hub.reason": "not here"}
    assert made.verify(KEY.path(known), query).status == 200
    ((_, change),) = dict(made.changes(failed))[known.id]
    denied = change(known, START, 0.5)
    # The commit fails, and the state is replaced; or it counts, but nothing is published about the feed.
    for state in (partition(known), failed):
        state.answered = {known.id: (denied, 1)} if state is failed else {}
        made.settle(state)
        assert len(dict(made.changes(state))[known.id]) == 1
    # Meanwhile the hub says it again.
    failed.answered = {known.id: (denied, 1)}
    failed.apply(denied)
    assert made.verify(KEY.path(known), query).status == 200
    made.settle(failed)
    assert len(dict(made.changes(failed))[known.id]) == 1
    failed.answered = {known.id: (denied, 1)}
    made.settle(failed)
    assert made.changes(failed) == []


def test_a_callback_is_called_so_often_in_a_minute_and_unknown_paths_count_for_none() -> None:
    known = subscribed()
    made, _ = callbacks(known)
    for _ in range(MAX_CALLS):
        assert made.refusal("unknown", 0.0) is not None
        assert made.refusal(KEY.path(known), 0.0) is None
    refused = made.refusal(KEY.path(known), 0.0)
    assert refused
    assert (refused.status, refused.retry_after) == (429, 60)


def test_a_process_that_stands_still_takes_no_pushes() -> None:
    known, other = subscribed(), subscribed("example.org/g")
    made, _ = callbacks(known)
    late = 2 * ACCEPT_SECONDS
    refused = made.refusal(KEY.path(known), late)
    assert refused
    assert refused.status == 503
    assert push(made, known, BODY, late) == 503, "nor one that it has begun to read before"
    assert push(made, known, BODY, ACCEPT_SECONDS) == 202
    # A tick of any partition shows that it goes on.
    made.register(partition(other), late)
    assert made.refusal(KEY.path(known), late) is None


def test_until_all_feeds_are_known_a_hub_is_asked_to_come_back() -> None:
    made, _ = callbacks(owns_all=False)
    refused = made.refusal("unknown", 0.0)
    assert refused
    assert (refused.status, refused.retry_after) == (503, 60)
    # It is not that there is no room.
    assert made.counts == {"not_known_yet": 1}


def test_what_concerns_the_feeds_of_another_process_is_forgotten() -> None:
    lost, known = subscribed(), subscribed("example.org/g")
    made, state = callbacks(lost, known, owns_all=False)
    for each in (lost, known):
        made.change(each, lambda each, now, _: lifecycle.after_push(each, now))
    made.keep(lambda feed_id: feed_id == known.id)
    assert [feed_id for feed_id, _ in made.changes(state)] == [known.id]
    refused = made.refusal(KEY.path(lost), 0.0)
    assert refused
    assert refused.status == 503
    assert made.refusal(KEY.path(known), 0.0) is None
    # It is also so if the body is complete only now.
    assert push(made, lost, BODY) == 503


def test_a_subscription_that_was_replaced_has_another_path() -> None:
    former, known = subscribed(), subscribed(nonce="other")
    made, state = callbacks(former)
    made.change(former, lambda each, now, _: lifecycle.after_push(each, now))
    state.apply(known)
    made.register(state, 0.0)
    assert push(made, former, BODY) == 404
    assert made.refusal(KEY.path(former), 0.0) is not None
    assert made.refusal(KEY.path(known), 0.0) is None
    assert [nonce for nonce, _ in dict(made.changes(state))[known.id]] == ["nonce"]
