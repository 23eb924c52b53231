"""Links: hosts in other scripts, links in kept markup, and the outlet that an aggregator's link leads to."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import Config, FeedConfig
from monitor.config.extensions import NO_EXTENSIONS
from monitor.config.load import parse
from monitor.feeds.articles.outlets import outlet_of
from monitor.feeds.finding import opml
from monitor.feeds.finding.discover import find_feed_links
from monitor.feeds.service import check
from monitor.feeds.urls import feed_id, host, is_web_url, web_link
from monitor.http.address_policy import ForbiddenUrl, ascii_host, web_url
from tests.unit.config.texts import VALID
from tests.unit.feeds.test_parsing import preview

BASE = "https://quay.example/news/feed"


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("https://причал.рф/новость/1", "https://xn--80apknf7b.xn--p1ai/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D1%8C/1"),
        ("https://ПРИЧАЛ.РФ/1", "https://xn--80apknf7b.xn--p1ai/1"),
        ("https://причал。рф/1", "https://xn--80apknf7b.xn--p1ai/1"),
        ("https://%D0%BF%D1%80%D0%B8%D1%87%D0%B0%D0%BB.рф/1", "https://xn--80apknf7b.xn--p1ai/1"),
        ("//причал.рф/1", "https://xn--80apknf7b.xn--p1ai/1"),
        ("https://www.причал.рф:8443/?q=я", "https://www.xn--80apknf7b.xn--p1ai:8443/?q=%D1%8F"),
        ("https://xn--80apknf7b.xn--p1ai/1", "https://xn--80apknf7b.xn--p1ai/1"),
        ("https://faß.example/", "https://xn--fa-hia.example/"),
        ("https://ｑｕａｙ.example/", "https://quay.example/"),
        ("https://i❤.example/", "https://xn--i-7iq.example/"),
        ("https://qu\u00aday.example/", "https://quay.example/"),
        ("https://quay.example/é%c3%a9", "https://quay.example/%C3%A9%C3%A9"),
        ("/é", "https://quay.example/%C3%A9"),
    ],
)
def test_a_host_in_another_script_is_in_ascii_and_other_characters_are_quoted(link: str, url: str) -> None:
    assert web_link(link, BASE) == url


@pytest.mark.parametrize(
    "link",
    [
        *(
            "https://quay.example/a%c3%a9?b=%7e#c",
            "http://QUAY.example/A",
            "https://quay_two.example/a",
            "http://192.0.2.1:81/a",
        ),
        *("https://quay.example/a;b,c(d)*", "http://[2001:db8::1]/a", "https://user@quay.example/a", "https://quay.example"),
    ],
)
def test_a_valid_link_in_ascii_stays_as_it_is(link: str) -> None:
    assert web_link(link, BASE) == link


@pytest.mark.parametrize(
    "link",
    [
        *("https://quay..example/a", "https://.quay.example/", f"https://{'q' * 64}.example/a", f"https://{'я' * 64}.рф/a"),
        *("https://quay example/a", "https://quay,example/a", "https://qu<ay.example/a", "https://%zz.example/a"),
        *("https://\u2028.example/a", "https://quay.example:99999/a", "https://quay.example:port/a", "https://[::1/a"),
        *("http://https://quay.example/a", "tag:quay.example,2026:1", "mailto:desk@quay.example"),
        *("https://[v1.x]/", f"https://{'a.' * 200}example/", "urn:uuid:1"),
    ],
)
def test_a_link_with_an_invalid_host_or_to_no_web_page_is_dropped_and_flagged(link: str) -> None:
    assert web_link(link, BASE) is None
    escaped = link.replace("<", "&lt;")
    body = f"<rss version='2.0'><channel><item><guid>1</guid><title>T</title><link>{escaped}</link></item></channel></rss>"
    (raw,) = preview(body.encode(), FeedConfig(BASE))
    assert (raw.article.url, "link_dropped" in raw.article.flags) == (None, True)


@given(st.text(max_size=40))
def test_any_link_gives_a_web_link_in_ascii_or_none(text: str) -> None:
    for link in (text, f"https://{text}/a", f"https://{text}.example/{text}"):
        url = web_link(link, BASE)
        assert url is None or (url.isascii() and is_web_url(url) and host(url))


@pytest.mark.parametrize("url", ["https://причал.рф/лента", "https://ПРИЧАЛ。рф/лента", "https://xn--80apknf7b.xn--p1ai/лента"])
def test_a_feed_has_one_id_and_is_fetched_from_one_host_in_each_spelling(url: str) -> None:
    quoted = "%D0%BB%D0%B5%D0%BD%D1%82%D0%B0"
    assert feed_id(url) == f"xn--80apknf7b.xn--p1ai/{quoted}"
    assert str(web_url(url)) == web_link(url, "") == f"https://xn--80apknf7b.xn--p1ai/{quoted}"
    assert find_feed_links(f"<link rel=feed href='{url}'>", BASE).declared == (str(web_url(url)),)


@pytest.mark.parametrize("url", ["https://quay..example/", f"https://{'q' * 64}.example/", "http://https://quay.example/a"])
def test_a_url_with_an_invalid_host_is_not_fetched(url: str) -> None:
    with pytest.raises(ForbiddenUrl, match="host is invalid"):
        web_url(url)


@pytest.mark.parametrize("name", ["", ".", "a..b", "a b", "q" * 64, "::g", "a/b", "я" * 64])
def test_an_invalid_host_is_an_error(name: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        ascii_host(name)


def test_blanks_around_a_link_and_line_breaks_in_it_are_left_out_and_others_quoted() -> None:
    assert web_link(" /a\n   b\t ", BASE) == "https://quay.example/ab"
    assert web_link("/a b", BASE) == "https://quay.example/a%20b"


# Kept markup

MARKUP = '<p><a href="/more">More</a> <img src="p/a.jpg"><a href="#n">n</a></p><blockquote cite="?q">Q</blockquote>'


def kept(document: str, url: str = BASE) -> str:
    (raw,) = preview(document.encode(), FeedConfig(url, html=True))
    return raw.article.html or ""


@pytest.mark.parametrize(
    ("root", "link", "base"),
    [
        ("", "https://quay.example/2026/ferry", "https://quay.example/2026/ferry"),
        ("", "/2026/ferry", "https://quay.example/2026/ferry"),
        ("", "", BASE),
        ("xml:base='https://cdn.example/b/'", "https://quay.example/2026/ferry", "https://cdn.example/b/"),
        ("xml:base='/b/'", "https://quay.example/2026/ferry", "https://quay.example/b/"),
    ],
)
def test_links_in_kept_markup_are_absolute(root: str, link: str, base: str) -> None:
    escaped = MARKUP.replace("<", "&lt;")
    element = f"<link href='{link}'/>" if link else ""
    entry = f"<entry><title>T</title>{element}<content type='html'>{escaped}</content></entry>"
    html = kept(f"<feed xmlns='http://www.w3.org/2005/Atom' {root}>{entry}</feed>")
    for written in ("/more", "p/a.jpg", "#n", "?q"):
        assert f'"{web_link(written, base)}"' in html


def test_links_in_the_markup_of_rss_and_json_feed_are_absolute_too() -> None:
    item = f"<title>T</title><link>https://quay.example/a/</link><description><![CDATA[{MARKUP}]]></description>"
    html = kept(f"<rss version='2.0'><channel><item>{item}</item></channel></rss>")
    assert 'src="https://quay.example/a/p/a.jpg"' in html
    markup = MARKUP.replace('"', '\\"')
    fields = f'"id": "1", "url": "https://quay.example/a/", "content_html": "{markup}"'
    assert kept(f'{{"version": "https://jsonfeed.org/version/1", "items": [{{{fields}}}]}}') == html


def test_kept_markup_has_web_links_only() -> None:
    item = "<title>T</title><description><![CDATA[<a href='javascript:x()'>J</a><img src='data:x'>]]></description>"
    html = kept(f"<rss version='2.0'><channel><item>{item}</item></channel></rss>")
    assert "javascript" not in html
    assert "data:" not in html


# Outlets

AGGREGATOR = "https://digest.example/rss"


@pytest.mark.parametrize(
    ("link", "source", "outlet"),
    [
        ("https://digest.example/articles/CBMi?oc=5", "https://www.quay.example", "quay.example"),
        ("https://news.digest.example/articles/CBMi", "https://quay.example/rss.xml", "quay.example"),
        ("https://other.example/articles/CBMi", "https://quay.example", "quay.example"),
        ("https://digest.example/articles/CBMi", "https://причал.рф/", "xn--80apknf7b.xn--p1ai"),
        ("https://digest.example/articles/CBMi", "", "digest.example"),
        ("https://digest.example/articles/CBMi", "Quay", "digest.example"),
        ("https://digest.example/articles/CBMi", AGGREGATOR, "digest.example"),
        ("https://digest.example/go?url=https%3A%2F%2Fwww.quay.example%2Fa%3Fb%3D1&c=2", "", "quay.example"),
        ("https://digest.example/url?q=https://quay.example/a&sa=t", "", "quay.example"),
        ("https://digest.example/search?q=https://quay.example/a", "", "digest.example"),
        (
            "https://digest.example/go?u=https://digest.example/go%3Furl%3Dhttps%253A%252F%252Fquay.example%252Fa",
            "",
            "digest.example",
        ),
        (
            "https://digest.example/go?u=https%3A%2F%2Fhop.example%2F%3Furl%3Dhttps%253A%252F%252Fquay.example%252Fa",
            "",
            "quay.example",
        ),
        ("https://digest.example/go?url=https://quay.example/a", "https://agency.example/", "quay.example"),
        ("https://digest.example/go?url=/a&ref=https://quay.example/", "", "digest.example"),
        ("https://digest.example/go?url=https://qu..ay/", "", "digest.example"),
        ("https://digest.example/go?utm_source=https://quay.example/", "", "digest.example"),
        ("https://www.quay.example/a", "https://rss.quay.example/world.xml", "quay.example"),
        ("https://news.quay.co.uk/a", "https://rss.quay.co.uk/world.xml", "news.quay.co.uk"),
        ("https://quay.co.uk/a", "https://pier.co.uk/rss", "pier.co.uk"),
        ("https://quay.example/a", "https://feeds.feedburner.com/quay", "quay.example"),
        ("", "https://quay.example/rss", "quay.example"),
        ("", "", "digest.example"),
    ],
)
def test_the_outlet_is_where_the_link_of_an_aggregator_leads_if_it_says_so(link: str, source: str, outlet: str) -> None:
    assert outlet_of(link, source, AGGREGATOR) == outlet


def test_an_article_of_an_aggregator_has_the_outlet_of_its_source() -> None:
    item = "<guid isPermaLink='false'>1</guid><title>T</title><link>https://digest.example/articles/CBMi</link>"
    source = "<source url='https://www.quay.example'>Quay</source>"
    (raw,) = preview(
        f"<rss version='2.0'><channel><item>{item}{source}</item></channel></rss>".encode(), FeedConfig(AGGREGATOR)
    )
    article = raw.article
    assert (article.outlet, article.source, article.url) == ("quay.example", "Quay", "https://digest.example/articles/CBMi")
    entry = (
        "<source><title>Quay</title><link href='https://quay.example/'/><link rel='self' href='https://x.example/f'/></source>"
    )
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><title>T</title>{entry}</entry></feed>"
    (raw,) = preview(feed.encode(), FeedConfig(AGGREGATOR))
    assert (raw.article.outlet, raw.article.source) == ("quay.example", "Quay")


def test_a_configured_name_is_the_outlet() -> None:
    body = "<rss version='2.0'><channel><item><title>T</title><source url='https://quay.example'>Quay</source></item></channel></rss>"
    (raw,) = preview(body.encode(), FeedConfig(AGGREGATOR, name="Digest"))
    assert raw.article.outlet == "Digest"


# Config and lists


def test_a_feed_at_a_host_in_another_script_can_be_configured_and_listed() -> None:
    config = parse(VALID.replace("https://example.org/a.rss", "https://причал.рф/лента"), Path("/somewhere"), NO_EXTENSIONS)
    assert [feed_id(feed.url) for feed in config.feeds] == [feed_id("https://xn--80apknf7b.xn--p1ai/лента")]
    (outline,) = opml.read('<opml version="2.0"><body><outline xmlUrl="https://причал.рф/лента"/></body></opml>'.encode())
    assert feed_id(outline.url) == feed_id("https://xn--80apknf7b.xn--p1ai/лента")


def test_check_reports_feeds_that_are_the_same_in_two_spellings_and_urls_that_are_invalid() -> None:
    same = ("https://причал.рф/лента", "https://xn--80apknf7b.xn--p1ai/лента")
    feeds = tuple(map(FeedConfig, (*same, "https://quay..example/", "https://quay.example/a")))
    problems = [each if isinstance(each, str) else each.text for each in check(Config("memory", feeds=feeds))]
    assert [problem.partition(":")[2].strip() for problem in problems if "number" in problem] == [
        "the URL's host is invalid; correct its url"
    ]
    assert sum("another feed has the same" in problem for problem in problems) == len(same)
