"""Finding the links to feeds in a page."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.finding.discover import FeedLinks, common_feed_urls, find_feed_links

BASE = "https://example.org/news/index.html"


def test_declared_feeds_and_linked_feeds_are_distinguished() -> None:
    page = """<html><head>
    <link rel="alternate" type="application/rss+xml" title="World" href="/world.rss">
    <LINK REL='alternate home' TYPE='application/atom+xml; charset=utf-8' HREF='atom?a=1&amp;b=2'>
    <link rel="alternate" type="application/feed+json" href="https://cdn.example.net/f.json">
    <link rel="alternate" hreflang="de" href="/de/"><link rel="stylesheet" href="/rss.css">
    </head><body><a href="/rss/sport">Sport</a><a href="/about">About</a><a href="feed://example.org/x.xml">X</a>
    <a href="/grassroots">Grass</a><a href="/world.rss">World</a><a href="/world.rss">World</a></body>"""
    links = find_feed_links(page, BASE)
    assert links.declared == (
        "https://example.org/world.rss",
        "https://example.org/news/atom?a=1&b=2",
        "https://cdn.example.net/f.json",
    )
    assert links.linked == ("https://example.org/rss/sport", "https://example.org/x.xml", "https://example.org/world.rss")


def test_links_are_resolved_against_the_base_element_and_only_web_links_are_taken() -> None:
    page = """<base href="https://other.example/a/"><link rel=feed href=feed.xml>
    <a href="javascript:rss()">x</a><a href="file:///etc/rss">x</a><a href="http://u:p@h/rss">x</a><a href="http://[::1/rss">x</a>"""
    links = find_feed_links(page, BASE)
    assert links == FeedLinks(("https://other.example/a/feed.xml",), ())


@pytest.mark.parametrize("element", ["noscript", "template", "noframes", "svg", "table", "select"])
def test_a_link_counts_in_any_element_but_not_in_a_script_or_a_comment(element: str) -> None:
    page = f"<{element}><a href='/rss'>a</a></{element}><script>'<a href=/feed1>'</script><!-- <a href='/feed2'> -->"
    assert find_feed_links(page, BASE).linked == ("https://example.org/rss",)


@pytest.mark.parametrize("odd", ["<![foo[x]]>", "<![if !IE]>", "<![CDATA[x]]>", "<![>", "<base href='http://['>"])
def test_odd_markup_hides_no_link(odd: str) -> None:
    links = find_feed_links(f"{odd}<link rel=feed href='/a'>{odd}<a href='/rss'>RSS</a><![cdata", BASE)
    assert (links.declared, links.linked) == (("https://example.org/a",), ("https://example.org/rss",))


def test_common_addresses_are_below_the_page_and_at_the_root() -> None:
    urls = common_feed_urls("https://example.org/blog?a=1")
    assert urls[0] == "https://example.org/blog/feed"
    assert "https://example.org/rss.xml" in urls
    assert len(set(urls)) == len(urls)


@pytest.mark.parametrize(
    "attributes",
    [
        *(
            f"rel=alternate type='{kind}'"
            for kind in ("application/json", "application/xml", "text/xml", "application/x-rss+xml")
        ),
        *(f"rel=alternate type='{kind}'" for kind in ("application/rdf+xml", "application/x-atom+xml", "application/rss")),
        *(f"rel=alternate type='{kind}'" for kind in ("Application/RSS+XML; charset=utf-8", " text/rss+xml ", "TEXT/XML")),
        *("rel='alternate home' type=application/atom+xml", "rel=FEED", "rel='feed alternate' type=text/html"),
        *("rel='Alternate' href='/feed.xml'", "rel=alternate type='' href='/news.rss'"),
    ],
)
def test_a_feed_is_declared_by_any_media_type_that_pages_use(attributes: str) -> None:
    element = f"<LINK {attributes}>" if "href" in attributes else f"<link {attributes} href='/a'>"
    assert len(find_feed_links(element, BASE).declared) == 1


@pytest.mark.parametrize(
    "attributes",
    [
        *("rel=alternate type=application/json+oembed", "rel=alternate type=text/xml+oembed", "rel=alternate type=text/html"),
        *(
            "rel=alternate hreflang=de",
            "rel=stylesheet type=text/xml",
            "rel=icon type=image/svg+xml",
            "type=application/rss+xml",
        ),
        "rel='alternate stylesheet' type=text/css",
    ],
)
def test_a_link_to_something_else_is_not_declared_as_a_feed(attributes: str) -> None:
    assert find_feed_links(f"<link {attributes} href='/a'>", BASE) == FeedLinks((), ())


@pytest.mark.parametrize("attributes", ["type='application/rss+xml'", "rel=feed", "rel=alternate type=application/atom+xml"])
def test_a_link_for_people_may_say_that_it_is_to_a_feed(attributes: str) -> None:
    page = f"<a {attributes} href='/a'>Subscribe</a><a type=application/pdf href='/b'>B</a><a rel=alternate href='/c'>C</a>"
    assert find_feed_links(page, BASE) == FeedLinks((), ("https://example.org/a",))


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_page_gives_only_web_links(text: str) -> None:
    for piece in (text, f"<a href='{text}rss'>", f"<base href='{text}'><link rel=feed href='{text}'>"):
        links = find_feed_links(piece, BASE)
        assert all(link.startswith(("http://", "https://")) for link in (*links.declared, *links.linked))


@pytest.mark.parametrize(
    "attributes",
    [
        *("rel='feed alternate' href=/a", "rel='alternate feed' type='' href=/a", "rel=alternate href='/feed?lang=en'"),
        *("rel=alternate type=application/x.atom+xml href=/a", "rel=alternate type=application/rss-xml href=/a"),
    ],
)
def test_a_declaration_without_a_usual_type_is_found(attributes: str) -> None:
    assert len(find_feed_links(f"<link {attributes}>", BASE).declared) == 1


@pytest.mark.parametrize("href", ["/feed?post_type=news", "/rss?id=3", "/list.rss?x=1", "/?format=rss&x=1", "/?feed=rss2"])
def test_a_link_to_a_feed_with_a_query_is_found(href: str) -> None:
    assert len(find_feed_links(f"<a href='{href}'>News</a>", BASE).linked) == 1


def test_the_first_base_element_counts() -> None:
    page = "<base href='/one/'><base href='/two/'><link rel=feed href=f>"
    assert find_feed_links(page, BASE).declared == ("https://example.org/one/f",)
