"""Which hosts, origins and tokens the page accepts."""

import pytest

from page.security.hosts import is_allowed, is_own_address
from page.security.token import MAX_CLIENTS, Tries, client_of, is_equal
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
        assert tries.wait("10.0.0.1", second) == 0
        tries.add("10.0.0.1", second)
    assert tries.wait("10.0.0.1", 10) == 50
    assert tries.wait("10.0.0.1", 60) == 0


def test_wrong_tokens_of_others_keep_nobody_out_and_take_no_more_than_their_place() -> None:
    tries = Tries()
    for number in range(MAX_CLIENTS + 50):
        for _ in range(5):
            tries.add(f"10.0.{number}.1", 1)
    assert tries.wait("192.168.1.2", 2) == 0
    assert tries.wait(f"10.0.{MAX_CLIENTS}.1", 2) > 0
    assert tries.wait("10.0.0.1", 2) == 0


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        (None, ""),
    ],
)
def test_addresses_of_one_network_are_one_client(address: str | None, client: str) -> None:
    assert client_of(address) == client


def test_bytes_that_are_no_text_are_a_wrong_token() -> None:
    assert not is_equal("\udcff", "token")
