"""The lifecycle of a subscription at a hub."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.websub import lifecycle
from monitor.feeds.websub.description import describe, has_trouble
from monitor.feeds.websub.links import Advertised
from monitor.messages import Websub
from monitor.messages.codec import encode, from_dict, to_dict
from tests.make import START

FOUND = Advertised(("https://a.example.org/", "https://b.example.org/"), "https://example.org/f")
DAY = timedelta(days=1)


def begun() -> Websub:
    made = lifecycle.after_poll(None, "example.org/f", FOUND, "address", lambda: "nonce", START)
    assert made
    return made


def verified(lease: float = 864000) -> Websub:
    return lifecycle.after_verification(lifecycle.ask(begun(), START, 0.5), lease, 864000, START, 0.5)


def later(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_the_times_of_a_clock_that_was_ahead_are_corrected_and_the_hub_is_asked_again() -> None:
    known = lifecycle.after_push(verified(), later(5))
    assert lifecycle.as_of(known, later(-3590)) is known
    now = START - 365 * DAY
    corrected = lifecycle.as_of(known, now)
    assert (corrected.at, corrected.asked, corrected.last_push, corrected.next) == (now, now, now, now)
    assert corrected.until == now + lifecycle.VERIFY
    assert lifecycle.as_of(corrected, now) is corrected
    ended = lifecycle.ended(known, later(6))
    assert lifecycle.as_of(ended, now).next is None


def test_a_subscription_is_renewed_before_its_lease_ends() -> None:
    state = verified(1000)
    assert state.until == later(1000)
    assert state.next == later(850)
    renewed = lifecycle.ask(state, later(850), 0.5)
    assert renewed.state == "pending"
    assert lifecycle.is_live(renewed, later(999))
    # Without an answer, what happens next is the end of the lease.
    assert renewed.next == later(1000)
    ended = lifecycle.expire(renewed, later(1000))
    assert (ended.state, ended.until) == ("failed", None)
    assert not lifecycle.is_live(ended, later(1000))
    assert has_trouble(ended, later(1000))


@pytest.mark.parametrize(("lease", "seconds"), [(None, 864000), (5, 5), (10**9, 30 * 86400)])
def test_the_hub_decides_on_the_lease_within_limits(lease: float | None, seconds: float) -> None:
    state = lifecycle.after_verification(lifecycle.ask(begun(), START, 0.5), lease, 864000, START, 0.5)
    assert state.until == later(seconds)


def test_a_hub_that_accepts_and_never_verifies_is_asked_again_later_each_time_and_then_the_next_one() -> None:
    state, now, waits = lifecycle.ask(begun(), START, 1.0), START, []
    for _ in range(4):
        assert state.next
        waits.append((state.next - now).total_seconds())
        now = state.next
        state = lifecycle.ask(state, now, 1.0)
    assert waits == [1200, 2400, 4800, 9600]
    assert "websub.callback" in (state.error or "")
    assert state.hub == "https://a.example.org/"
    assert lifecycle.ask(lifecycle.ask(begun(), START, 1.0), later(1200), 1.0).hub == "https://b.example.org/"


def test_only_a_request_of_ours_with_its_topic_may_be_verified() -> None:
    asked = lifecycle.ask(begun(), START, 0.5)
    assert lifecycle.may_verify(asked, "subscribe", FOUND.topic, later(9999))
    assert not lifecycle.may_verify(asked, "subscribe", FOUND.topic + "/", START)
    assert not lifecycle.may_verify(asked, "unsubscribe", FOUND.topic, START)
    assert not lifecycle.may_verify(begun(), "subscribe", FOUND.topic, START)
    done = lifecycle.after_verification(asked, 1000, 1000, START, 0.5)
    assert lifecycle.may_verify(done, "subscribe", FOUND.topic, later(600))
    assert not lifecycle.may_verify(done, "subscribe", FOUND.topic, later(601))


def test_a_feed_that_names_another_hub_or_topic_is_subscribed_to_anew_at_most_once_an_hour() -> None:
    state = verified()
    moved = replace(FOUND, topic="https://example.org/new")

    def after(found: Advertised | None, seconds: float, address: str = "address") -> Websub | None:
        return lifecycle.after_poll(state, state.id, found, address, lambda: "other", later(seconds))

    assert after(FOUND, 9999) is state
    assert after(replace(FOUND, hubs=FOUND.hubs[::-1]), 9999) is state
    assert after(moved, 3599) is state
    anew = after(moved, 3600)
    assert anew
    assert (anew.topic, anew.nonce, anew.state) == (moved.topic, "other", "pending")
    elsewhere = after(FOUND, 1, "another address")
    assert elsewhere
    assert elsewhere.nonce == "other"
    gone = after(None, 1)
    assert gone
    assert (gone.state, lifecycle.mode(gone)) == ("ending", "unsubscribe")
    assert lifecycle.after_poll(None, "x", None, "address", lambda: "", START) is None


def test_polls_are_fewer_only_while_the_hub_sends_everything() -> None:
    state = verified()
    assert not lifecycle.is_working(state, START)
    pushed = lifecycle.after_push(state, START)
    assert lifecycle.is_working(pushed, START)
    missed = lifecycle.after_miss(pushed, START)
    assert not lifecycle.is_working(missed, START)
    assert not has_trouble(missed, START)
    assert has_trouble(lifecycle.after_miss(lifecycle.after_miss(missed, START), START), START)
    assert lifecycle.is_working(lifecycle.after_push(missed, START), START)
    assert not lifecycle.is_working(pushed, START + 10 * DAY)


def test_the_end_is_asked_for_three_times() -> None:
    state = lifecycle.end(verified(), "removed", START)
    for _ in range(3):
        assert state.state == "ending"
        state = lifecycle.ask(state, START, 0.5)
    assert lifecycle.ask(state, START, 0.5).state == "ended"
    assert lifecycle.end(begun(), "removed", START).state == "ended"
    assert lifecycle.after_verification(state, 9, 9, START, 0.5).state == "ended"


def test_the_state_is_told_with_what_to_do() -> None:
    assert describe(verified(), START).startswith("pushed by https://a.example.org/ until 2026-")
    assert "but polled as usual" in describe(verified(), START)
    assert "last at" in describe(lifecycle.after_push(verified(), START), START)
    assert "has not verified" in describe(lifecycle.ask(begun(), START, 0.5), START)
    denied = describe(lifecycle.after_denial(verified(), "not here", START, 0.5), START)
    assert "not here" in denied
    assert "asked again at" in denied
    assert describe(lifecycle.end(begun(), "removed", START), START) == ""


STEPS: dict[str, Callable[[Websub, datetime, float], Websub]] = {
    "ask": lambda state, now, chance: lifecycle.ask(state, now, chance) if state.next and state.next <= now else state,
    "expire": lambda state, now, _: lifecycle.expire(state, now),
    "verify": lambda state, now, chance: (
        lifecycle.after_verification(state, 3600, 864000, now, chance)
        if lifecycle.may_verify(state, lifecycle.mode(state), state.topic, now)
        else state
    ),
    "deny": lambda state, now, chance: lifecycle.after_denial(state, "no", now, chance),
    "fail": lambda state, now, chance: lifecycle.after_failure(state, "HTTP 500", now, chance, 120.0),
    "push": lambda state, now, _: lifecycle.after_push(state, now),
    "miss": lambda state, now, _: lifecycle.after_miss(state, now),
    "forge": lambda state, now, _: lifecycle.after_unsigned(state, now),
    "end": lambda state, now, _: lifecycle.end(state, "removed", now),
}


@given(st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.floats(0, 90000), st.floats(0, 1)), max_size=40))
def test_whatever_happens_a_wanted_subscription_is_tried_again_and_no_hub_is_hurried(
    steps: list[tuple[str, float, float]],
) -> None:
    state, now, asked = begun(), START, []
    for name, seconds, chance in steps:
        now += timedelta(seconds=seconds)
        former = state
        state = STEPS[name](state, now, chance)
        if state.asked == now != former.asked and lifecycle.is_wanted(state):
            asked.append(now)
        assert set(state.hubs) == set(FOUND.hubs)
        encode(state)
        assert from_dict(Websub, to_dict(state)) == state
        if former.state == "ended" or state.state == "ended":
            assert not lifecycle.is_wanted(state)
        if state.state == "ended":
            break
        assert state.next is not None
        assert state.next <= now + timedelta(days=31)
    assert all(after - before >= lifecycle.SHORTEST_PAUSE for before, after in pairwise(asked))
