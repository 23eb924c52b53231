"""Which hosts, origins and tokens the page accepts."""

import pytest

from page.security.hosts import is_allowed, is_own_address
from page.security.token import Tries
from page.security.writes import is_same_origin


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("localhost:8470", True),
        ("LOCALHOST", True),
        ("127.0.0.1:8470", True),
        ("127.8.9.10", True),
        ("[::1]:8470", True),
        ("news.example.org:8470", True),
        ("NEWS.example.org", True),
        ("127.0.0.1.example.org", False),
        ("example.org", False),
        ("localhost.example.org", False),
        ("192.168.1.2:8470", False),
        ("user@127.0.0.1", False),
        ("127.0.0.1/path", False),
        ("127.0.0.1:port", False),
        ("", False),
    ],
)
def test_only_this_machine_and_the_named_hosts_are_served(host: str, allowed: bool) -> None:  # noqa: FBT001
    assert is_allowed(host, ["news.example.org"]) is allowed


@pytest.mark.parametrize(
    ("listen", "own"),
    [("127.0.0.1:80", True), ("[::1]:80", True), ("localhost:80", True), ("0.0.0.0:80", False), ("10.0.0.1:80", False)],
)
def test_an_address_beyond_loopback_needs_a_token(listen: str, own: bool) -> None:  # noqa: FBT001
    assert is_own_address(listen) is own


@pytest.mark.parametrize(
    ("headers", "accepted"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Origin": "http://localhost"}, True),
        ({"Origin": "http://example.org"}, False),
        ({"Origin": "null"}, False),
        ({}, False),
    ],
)
def test_a_write_comes_from_the_page_itself(headers: dict[str, str], accepted: bool) -> None:  # noqa: FBT001
    assert is_same_origin(headers, "http://localhost") is accepted


def test_after_five_wrong_tokens_in_a_minute_the_next_has_to_wait() -> None:
    tries = Tries()
    for second in range(5):
        assert tries.wait(second) == 0
        tries.add(second)
    assert tries.wait(10) == 50
    assert tries.wait(60) == 0
