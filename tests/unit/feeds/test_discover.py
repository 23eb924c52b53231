"""Where a page says that feeds are."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.finding.discover import links, usual

BASE = "https://example.org/news/index.html"


def test_links_for_programs_are_named_and_links_for_people_are_linked() -> None:
    page = """<html><head>
    <link rel="alternate" type="application/rss+xml" title="World" href="/world.rss">
    <LINK REL='alternate home' TYPE='application/atom+xml; charset=utf-8' HREF='atom?a=1&amp;b=2'>
    <link rel="alternate" type="application/feed+json" href="https://cdn.example.net/f.json">
    <link rel="alternate" hreflang="de" href="/de/"><link rel="stylesheet" href="/rss.css">
    </head><body><a href="/rss/sport">Sport</a><a href="/about">About</a><a href="feed://example.org/x.xml">X</a>
    <a href="/grassroots">Grass</a><a href="/world.rss">World</a><a href="/world.rss">World</a></body>"""
    found = links(page, BASE)
    assert found.named == (
        "https://example.org/world.rss",
        "https://example.org/news/atom?a=1&b=2",
        "https://cdn.example.net/f.json",
    )
    assert found.linked == ("https://example.org/rss/sport", "https://example.org/x.xml", "https://example.org/world.rss")


def test_a_base_moves_what_follows_and_only_the_web_is_taken() -> None:
    page = """<base href="https://other.example/a/"><link rel=feed href=feed.xml>
    <a href="javascript:rss()">x</a><a href="file:///etc/rss">x</a><a href="http://u:p@h/rss">x</a><a href="http://[::1/rss">x</a>"""
    found = links(page, BASE)
    assert found == type(found)(("https://other.example/a/feed.xml",), ())


@pytest.mark.parametrize("odd", ["<![foo[x]]>", "<![if !IE]>", "<![CDATA[x]]>", "<![>", "<base href='http://['>"])
def test_what_is_odd_in_a_page_hides_no_link(odd: str) -> None:
    found = links(f"{odd}<link rel=feed href='/a'>{odd}<a href='/rss'>RSS</a><![cdata", BASE)
    assert (found.named, found.linked) == (("https://example.org/a",), ("https://example.org/rss",))


def test_the_usual_places_are_below_the_page_and_at_the_root() -> None:
    places = usual("https://example.org/blog?a=1")
    assert places[0] == "https://example.org/blog/feed"
    assert "https://example.org/rss.xml" in places
    assert len(set(places)) == len(places)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_page_is_read(text: str) -> None:
    for piece in (text, f"<a href='{text}rss'>", f"<base href='{text}'><link rel=feed href='{text}'>"):
        found = links(piece, BASE)
        assert all(url.startswith(("http://", "https://")) for url in (*found.named, *found.linked))
