"""Secrets in URLs."""

import base64
import random
import uuid
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.urls import feed_id, present_id
from monitor.redaction import hide_in_text, hide_secrets, looks_random, secrets_of


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://desk.example/world.rss", "https://desk.example/world.rss"),
        ("https://kay:hemlig@desk.example/world.rss", "https://desk.example/world.rss"),
        ("https://desk.example/rss?feed=rss2&lang=en&id=12345&page=2", "https://desk.example/rss?feed=rss2&lang=en&id=12345&page=2"),
        ("https://desk.example/rss?token=hemlig", "https://desk.example/rss?token=***"),
        ("https://desk.example/rss?lang=en&user_api_key=hemlig&x=&u=kay", "https://desk.example/rss?lang=en&user_api_key=***&x=&u=***"),
        ("https://desk.example/rss?hemlig77", "https://desk.example/rss?***"),
        ("https://desk.example/rss?rss2", "https://desk.example/rss?rss2"),
        ("https://desk.example/rss?q=3f9a1c7be2d45c78&channel_id=UC3f9a1c7be2d45c78", "https://desk.example/rss?q=***&channel_id=UC3f9a1c7be2d45c78"),
        ("https://desk.example/rss#access_token=hemlig", "https://desk.example/rss"),
        ("https://desk.example/token/hemlig/feed.xml", "https://desk.example/token/***/feed.xml"),
        ("https://desk.example/private/feed.xml", "https://desk.example/private/feed.xml"),
        ("https://desk.example/list;jsessionid=hemlig", "https://desk.example/***"),
        ("https://desk.example/t%6Fken/hemlig/rss?userToken=hemlig&t%6Fken=hemlig", "https://desk.example/t%6Fken/***/rss?userToken=***&t%6Fken=***"),
        ("https://news.google.com/rss/topics/CAAqJggKIiBDQkFTRWdvSUwyMHZNRGx1", "https://news.google.com/rss/topics/CAAqJggKIiBDQkFTRWdvSUwyMHZNRGx1"),
        ("https://desk.example/u;sig=hemlig/feed.xml", "https://desk.example/***/feed.xml"),
        ("https://desk.example/feeds/0f3a5c7e-1b2d-4e6f-8a9c-0d1e2f3a4b5c.rss", "https://desk.example/feeds/***"),
        ("https://desk.example/2026/11/26/three-ferries-collide-in-2-hours", "https://desk.example/2026/11/26/three-ferries-collide-in-2-hours"),
        ("https://desk.example/%D0%BB%D0%B5%D0%BD%D1%82%D0%B0-%D0%B4%D0%BD%D1%8F", "https://desk.example/%D0%BB%D0%B5%D0%BD%D1%82%D0%B0-%D0%B4%D0%BD%D1%8F"),
        ("https://kay:hem/lig@desk.example/rss", "https://***"),
        ("https://kay:hem?lig@desk.example/rss", "https://***"),
        ("https://kay:hem#lig@desk.example/rss", "https://***"),
        ("desk.example/rss?token=hem@lig", "***"),
        ("kay:hem#lig@desk.example/rss", "***"),
        ("http://localhost:8080/@kay.rss", "http://localhost:8080/@kay.rss"),
        ("http://[2001:db8::1]/@kay.rss", "http://[2001:db8::1]/@kay.rss"),
        ("https://desk.example/rss?feed=https://kay:hemlig@a.example/", "https://desk.example/rss?feed=***"),
        ("https://desk.example/rss?q=https%3A%2F%2Fkay%3Ahemlig%40a.example", "https://desk.example/rss?q=***"),
        ("https://kay:12/hem@desk.example/rss", "https://***"),
        ("https://kay:12?hem@desk.example", "https://***"),
        ("http://mail.example:8080/home/kay@desk.example/inbox.rss", "http://mail.example:8080/home/kay@desk.example/inbox.rss"),
        ("https://desk.example/rss?feed=http://a.example/?token=hemlig", "https://desk.example/rss?feed=***"),
        ("https://desk.example/rss?q=http%253A%252F%252Fa.example%252F%253Ftoken%253Dhemlig", "https://desk.example/rss?q=***"),
        ("https://desk.example/rss?q=%7B%22token%22%3A%22hemlig%22%7D", "https://desk.example/rss?q=***"),
        ("https://desk.example/proxy/https://kay:hemlig@a.example/rss", "https://desk.example/proxy/https://***/rss"),
        ("https://desk.example/proxy/https%3A%2F%2Fkay%3Ahemlig%40a.example", "https://desk.example/proxy/***"),
        ("https://desk.example/token:hemlig/rss", "https://desk.example/***/rss"),
        ("https://desk.example/token//./hemlig/rss", "https://desk.example/token//./***/rss"),
        ("htp//kay:hemlig@desk.example/token/hemlig?key=hemlig", "desk.example/token/***?***"),
    ],
)  # fmt: skip
def test_a_url_is_shown_without_what_may_be_a_secret(url: str, shown: str) -> None:
    assert hide_secrets(url) == shown
    assert hide_secrets(shown) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("'https://kay:hemlig@a.example/rss?key=hemlig' is wrong", "'https://a.example/rss?key=***' is wrong"),
        ("'kay:hemlig@a.example:80' is wrong", "'***@a.example:80' is wrong"),
        ("https:/kay:hemlig@a.example, or https://a.example/b.", "a.example, or https://a.example/b."),
        ("a.example/rss?token=hemlig: write it", "a.example/rss?token=***: write it"),
        ("line 3: write to kay@a.example, at 10:30", "line 3: write to kay@a.example, at 10:30"),
        ("write HOST:PORT, such as '127.0.0.1:8080'", "write HOST:PORT, such as '127.0.0.1:8080'"),
    ],
)
def test_the_secrets_of_urls_in_a_text_are_hidden(text: str, shown: str) -> None:
    assert hide_in_text(text) == shown
    assert hide_in_text(shown) == shown


def test_of_a_private_url_only_the_host_is_shown() -> None:
    assert (
        hide_secrets("https://kay:hemlig@desk.example:8443/our/own/list?x=1", private=True) == "https://desk.example:8443/***"
    )


def _hex(chance: random.Random) -> str:
    return chance.randbytes(16).hex()


def _base64(chance: random.Random) -> str:
    return base64.urlsafe_b64encode(chance.randbytes(18)).decode()


def _base32(chance: random.Random) -> str:
    return base64.b32encode(chance.randbytes(20)).decode().lower()


def _uuid(chance: random.Random) -> str:
    return str(uuid.UUID(bytes=chance.randbytes(16)))


@pytest.mark.parametrize("make", [_hex, _base64, _base32, _uuid])
def test_tokens_look_random(make: Callable[[random.Random], str]) -> None:
    chance = random.Random(7)
    assert sum(looks_random(make(chance)) for _ in range(1000)) > 900


@pytest.mark.parametrize(
    "text",
    [
        "world-news-and-politics-2026",
        "20261126093000",
        "covid19-updates-for-2026",
        "TheMorningBriefing",
        "UPPERCASE-HEADLINES-ONLY",
        "GetRssFeedByCategoryId",
        "McDonaldsAndMcKinseyInUSA",
        "iPhone15ProMaxNews2026",
    ],
)
def test_words_dates_and_numbers_do_not_look_random(text: str) -> None:
    assert not looks_random(text)


def test_the_secrets_of_a_url_have_the_names_before_them() -> None:
    found = secrets_of("https://kay:p%40ss@desk.example/tok/x9/a;sig=s1?desk=elections&t=hemlig&key=abc&3f9a1c")
    assert [(each.kind, each.before, each.text, each.is_explicit) for each in found] == [
        ("user", "", "kay", False),
        ("password", "kay", "p%40ss", True),
        ("segment", "tok", "x9", True),
        ("value", "sig", "s1", True),
        ("value", "t", "hemlig", False),
        ("value", "key", "abc", True),
        ("value", "", "3f9a1c", True),
    ]


@pytest.mark.parametrize(
    "query",
    [
        "hl=en-US&gl=US&ceid=US:en&q=site%3Abbc.co.uk&restrict_sr=on&sort=new&t=1",
        "organisations%5B%5D=hm-treasury&topics[]=euro",
        "action=getcurrent&from=2026-01-01&max_results=10&author=john-smith&search_query=cat:cs.AI&wrss=en_GB",
    ],
)
def test_what_a_feed_contains_is_shown(query: str) -> None:
    assert hide_secrets(f"https://desk.example/rss?{query}") == f"https://desk.example/rss?{query}"


def test_a_feed_id_has_a_hash_for_each_secret_segment_and_stays_for_all_others() -> None:
    assert (
        feed_id("https://desk.example/world/rss.xml?a=1")
        == "desk.example/world/rss.xml?" + feed_id("https://a.example/?a=1")[-16:]
    )
    one, other = (feed_id(f"https://desk.example/token/{token}/rss.xml") for token in ("hemlig", "okand"))
    assert one != other
    assert "hemlig" not in one
    assert one.startswith("desk.example/token/~")


def test_the_id_of_a_feed_has_no_password_that_was_cut_off() -> None:
    assert "hem" not in (ident := feed_id("https://kay:12/hem@desk.example/rss"))
    assert present_id("kay:12/hem@desk.example/rss") == ident == present_id(ident)
    kept = "desk:8080/rss?" + feed_id("https://a.example/?mail=a@b")[-16:]
    assert feed_id("http://desk:8080/rss?mail=a@b") == kept == present_id(kept)


@given(
    st.text(st.characters(codec="ascii", exclude_characters="/?#@"), min_size=1),
    st.sampled_from(["/a", "/token/x/b", "?key=x&y"]),
)
def test_a_password_is_never_shown(password: str, rest: str) -> None:
    assert hide_secrets(f"https://kay:{password}@desk.example{rest}") == hide_secrets(f"https://desk.example{rest}")


@given(st.from_regex(r"([a-z]+[!->A-~]*)?[/?#][!->A-~]*", fullmatch=True))
def test_nothing_is_shown_after_a_password_that_ends_the_host_too_early(password: str) -> None:
    assert hide_secrets(f"https://kay:{password}@desk.example/rss") == "https://***"


@given(
    st.lists(st.sampled_from(["token", "rss", "3f9a1c7be2d45c783f9a", "a-b", "x.rss", "KEY", "~3f9a1c7be2d45c78"])),
    st.booleans(),
)
def test_the_id_of_an_earlier_version_becomes_the_present_one(segments: list[str], query: bool) -> None:  # noqa: FBT001  (drawn)
    url = "https://desk.example/" + "/".join(segments) + ("?a=b" if query else "")
    earlier = url.removeprefix("https://").partition("?")[0] + (f"?{feed_id('https://a.example/?a=b')[-16:]}" if query else "")
    if "/~3f9a1c7be2d45c78" not in url:
        assert present_id(earlier) == feed_id(url)
    assert present_id(feed_id(url)) == feed_id(url)


@pytest.mark.parametrize("host", ["auth", "0f3a5c7e1b2d4e6f.example.com", "xn--mgberp4a5d4a87g.example", "token:81"])
@pytest.mark.parametrize("path", ["", "x", "token/topics/tQXkz3Rv1pBn5YzD.xml", "a;token=b/key", "key/~0f3a5c7e1b2d4e6f.rss/x"])
def test_the_id_of_a_feed_stays_whatever_its_host_looks_like(host: str, path: str) -> None:
    ident = feed_id(f"https://{host}/{path}")
    assert ident.startswith(host)
    assert present_id(ident) == ident
