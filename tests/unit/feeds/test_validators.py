"""Validators are renewed by each response, and a feed that answers 304 for ever is requested in full once a day."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.feeds import feed_state
from monitor.feeds.feed_state import FULL_RESPONSE, REFRESH, after_no_change, validators
from monitor.feeds.fetching.fetch import Response
from monitor.messages import Feed

NOW = datetime(2026, 3, 10, tzinfo=UTC)
URL = "https://example.org/feed"
HELD = replace(
    feed_state.initial_state("example.org/feed", URL, 300, NOW),
    state="ok",
    etag='"1"',
    modified="Tue, 10 Mar 2026 00:00:00 GMT",
    body="a" * 32,
    last_ok=NOW,
    full=NOW,
)


def answer(etag: str | None, *, body: bytes | None = None, modified: str | None = None) -> Response:
    """A response without changes: a 304, or with *body* a full one with the same bytes as before."""
    return Response(URL, body, "application/rss+xml", etag, modified, NOW)


def later(**age: float) -> datetime:
    """A time after the last full response."""
    return NOW + timedelta(**age)


@pytest.mark.parametrize("body", [None, b"<rss/>"])
def test_a_new_etag_is_sent_from_then_on(body: bytes | None) -> None:
    state = after_no_change(HELD, answer('"2"', body=body), later(minutes=5))
    assert state.etag == '"2"'
    assert validators(state, later(minutes=10))[0] == '"2"'


def test_validators_that_change_at_each_poll_are_taken_over_twice() -> None:
    state, published = HELD, 0
    for number in range(2, 12):
        after = after_no_change(state, answer(f'"{number}"', body=b"<rss/>"), later(minutes=number))
        published, state = published + (after is not state), after
    assert (published, state.etag) == (2, '"3"')
    confirmed = after_no_change(state, answer('"20"'), later(minutes=20))
    assert (confirmed.etag, confirmed.etag_changes) == ('"20"', 0)


def test_a_304_without_validators_renews_none() -> None:
    assert after_no_change(HELD, answer(None), later(minutes=5)) is HELD


def test_a_full_response_without_validators_ends_them() -> None:
    state = after_no_change(HELD, answer(None, body=b"<rss/>"), later(minutes=5))
    assert (state.etag, state.modified) == (None, None)


def test_the_same_answer_is_published_once_an_hour_so_that_the_last_success_is_known() -> None:
    same = answer('"1"', modified=HELD.modified)
    assert after_no_change(HELD, same, later(minutes=59)) is HELD
    state = after_no_change(HELD, same, NOW + REFRESH)
    assert (state.last_ok, state.full) == (NOW + REFRESH, NOW)


def test_a_feed_that_answers_304_for_ever_is_requested_in_full_once_a_day() -> None:
    state, now, unconditional = HELD, NOW, 0
    for _ in range(24 * 30):
        now += timedelta(hours=1)
        etag, _modified = validators(state, now)
        unconditional += etag is None
        state = after_no_change(state, answer('"1"', body=None if etag else b"<rss/>", modified=HELD.modified), now)
    assert unconditional == 30


def test_a_state_of_an_earlier_version_has_its_last_success_as_the_last_full_response() -> None:
    old: Feed = replace(HELD, full=None)
    assert validators(old, later(hours=1)) == (HELD.etag, HELD.modified)
    assert validators(old, NOW + FULL_RESPONSE) == (None, None)
    assert after_no_change(old, answer('"2"'), later(minutes=5)).full == NOW


def test_a_document_that_broke_off_is_not_confirmed_by_validators() -> None:
    broken = replace(HELD, etag=None, modified=None, body=None)
    assert after_no_change(broken, answer('"2"'), later(hours=2)).etag is None
