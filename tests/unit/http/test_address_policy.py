"""The addresses that may be connected to, and the URLs that may be requested."""

import pytest

from monitor.http.address_policy import ForbiddenUrl, is_allowed, parse_networks, web_url


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.1.2.3"),
        *("224.0.0.1", "255.255.255.255", "::1", "::", "fc00::1", "fe80::1%eth0", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
        *("64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1", "ff02::1", "not an address", ""),
    ],
)
def test_an_address_outside_the_public_internet_is_refused(address: str) -> None:
    assert not is_allowed(address, ())


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "172.32.0.1", "2606:2800:220:1::1", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"]
)
def test_the_public_internet_is_allowed(address: str) -> None:
    assert is_allowed(address, ())


def test_a_configured_network_is_allowed() -> None:
    allowed = parse_networks(["10.1.0.0/16", "fd00::/8"])
    assert is_allowed("10.1.2.3", allowed)
    assert is_allowed("::ffff:10.1.2.3", allowed)
    assert is_allowed("fd00::1", allowed)
    assert not is_allowed("10.2.0.1", allowed)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("file:///etc/passwd", "only http and https"),
        ("gopher://example.org/", "only http and https"),
        ("http://a:80\\@b/", "backslash"),
        ("http://example.org/\r\nHost: b", "control character"),
        ("http://user:secret@example.org/", "name and password"),
        ("http:///path", "no host"),
        ("http://[::1", "not a valid URL"),
    ],
)
def test_a_forbidden_url_is_refused_with_the_reason(url: str, reason: str) -> None:
    with pytest.raises(ForbiddenUrl, match=reason) as caught:
        web_url(url)
    assert "secret" not in str(caught.value)


def test_a_numeric_host_passes_as_a_url_and_is_checked_when_connecting() -> None:
    # The URL passes; the connector calls is_allowed for what the system makes of it (tests/integration/test_poller.py).
    assert web_url("http://2130706433/").host
