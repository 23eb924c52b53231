"""Parsing the bytes of a feed into items, and decompressing them."""

import re
import zlib

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from monitor.config import FeedConfig
from monitor.feeds.articles.build import Origin
from monitor.feeds.articles.changes import find_changes
from monitor.feeds.parsing import html_text
from monitor.feeds.parsing.items import NotAFeed, ParsedFeed
from monitor.feeds.parsing.parse import FeedDocument, parse
from monitor.feeds.parsing.scan import scan
from monitor.feeds.urls import feed_id
from monitor.http.decompress import CHUNK_BYTES, Decompressor, detect_form
from monitor.messages import ArticleRaw
from monitor.messages.codec import encode
from tests.make import START

RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour &amp; Post</title><language>en-gb</language>
<item><guid>a1</guid><link>https://example.org/a1</link><title>One &lt;b&gt;bold&lt;/b&gt; train</title>
<description>&lt;p&gt;First.&lt;/p&gt;&lt;p&gt;Second.&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;</description>
<pubDate>Tue, 10 Mar 2026 04:12:00 GMT</pubDate><category>World</category><author>R. Vale</author></item>
<item><guid>a2</guid><title>Two</title></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Atom</title><entry><id>urn:1</id>
<link href="https://example.org/1"/><title type="html">One &amp;amp; two</title><content type="xhtml"><div
xmlns="http://www.w3.org/1999/xhtml"><p>Text.</p></div></content><published>2026-03-10T04:12:00Z</published></entry></feed>"""
RDF = """<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>Rdf</title></channel><item rdf:about="https://e.org/1">
<title>One</title><link>https://e.org/1</link><description>Text.</description><dc:date>2026-03-10T04:12:00Z</dc:date></item></rdf:RDF>"""
JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "Json", "language": "en", "items":
[{"id": 7, "url": "https://example.org/7", "title": "Seven", "content_html": "<p>Text.</p>",
"date_published": "2026-03-10T04:12:00Z"},
 "not an item", {"id": "8", "content_text": "Only text"}]}"""


def read(text: str | bytes, content_type: str = "") -> ParsedFeed:
    return parse(FeedDocument(text if isinstance(text, bytes) else text.encode(), content_type))


def preview(data: bytes, config: FeedConfig) -> list[ArticleRaw]:
    """Return what would be published of *data* at the first fetch of its feed."""
    parsed = parse(FeedDocument(data, "", config.url, html=config.html))
    articles, _ = find_changes(Origin(config, feed_id(config.url), config.url, START), parsed, None)
    return [ArticleRaw(article, {"received": START}) for article in articles]


def test_rss_is_parsed() -> None:
    feed = read(RSS)
    assert (feed.title, feed.lang, len(feed.items), feed.partial) == ("Harbour & Post", "en-gb", 2, False)
    first = feed.items[0]
    assert (first.guid, first.link, first.title) == ("a1", "https://example.org/a1", "One bold train")
    assert first.text == "First.\n\nSecond."
    assert (first.date, first.categories, first.authors) == ("Tue, 10 Mar 2026 04:12:00 GMT", ("World",), ("R. Vale",))


@pytest.mark.parametrize(
    ("document", "title", "text"), [(ATOM, "One & two", "Text."), (RDF, "One", "Text."), (JSON, "Seven", "Text.")]
)
def test_atom_rdf_and_json_feed_are_parsed(document: str, title: str, text: str) -> None:
    item = read(document).items[0]
    assert (item.title, item.text, item.date) == (title, text, "2026-03-10T04:12:00Z")


def test_json_feed_may_have_numeric_ids_and_broken_items() -> None:
    assert [item.guid for item in read(JSON).items] == ["7", "8"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "web page"),
        (b'{"items": []}', "not a JSON Feed"),
        (b"{", "ill-formed"),
        (b"just words", "neither RSS"),
        (b"/dev/zero", "neither RSS"),
        (b"http://127.0.0.1/feed", "neither RSS"),
        (b'<!DOCTYPE r [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><rss><channel><title>&b;</title></channel></rss>', "entities"),
        (b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><title>&x;</title></channel></rss>', "entities"),
        (b"<rss><channel>" + b"<a>" * 300, "deep"),
        (b"<rss " + b" ".join(b'a%d="1"' % n for n in range(400)) + b"/>", "attributes"),
        (b"<rss>" + b"".join(b'<a%d:b xmlns:a%d="u"/>' % (n, n) for n in range(400)) + b"</rss>", "namespaces"),
    ],
)
def test_a_document_that_is_not_a_feed_is_refused_with_the_reason(body: bytes, reason: str) -> None:
    with pytest.raises(NotAFeed, match=reason):
        read(body)


def test_items_in_thousands_of_elements_cost_no_memory_for_each_of_them() -> None:
    with pytest.raises(NotAFeed, match="more than 200 deep"):
        scan(b"<rss>" + b"<a>" * 2000 + b"<item></item>" * 2000 + b"</a>" * 2000 + b"</rss>")


def test_the_complete_items_of_a_feed_that_breaks_off_are_read() -> None:
    feed = read(RSS[: RSS.index("<title>Two")])
    assert [item.guid for item in feed.items] == ["a1"]
    assert feed.partial


def test_a_huge_feed_without_dates_is_cut_to_its_first_items() -> None:
    items = "".join(f"<item><guid>{n}</guid><title>T {n}</title></item>" for n in range(5000))
    feed = read(f"<rss version='2.0'><channel><title>Big</title>{items}</channel></rss>")
    assert len(feed.items) == 2000
    assert feed.items[0].guid == "0"


def test_the_declared_encoding_is_used_unless_it_is_refused() -> None:
    korean = '<?xml version="1.0" encoding="euc-kr"?><rss version="2.0"><channel><title>김정은</title></channel></rss>'
    assert read(korean.encode("euc-kr")).title == "김정은"
    with pytest.raises(NotAFeed, match="UTF-7"):
        read("<?xml version='1.0' encoding='utf-7'?><rss/>")


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.builds(lambda a, b: (RSS[:a] + b + RSS[a:]).encode(), st.integers(0, len(RSS)), st.text(max_size=20)),
    )
)
@example((RSS[:288] + "<A" + RSS[288:]).encode())
@example((RSS[:272] + "<A" + RSS[272:]).encode())
@example((RSS[:288] + "0;" + RSS[288:]).encode())
def test_any_document_gives_clean_items_or_is_refused(body: bytes) -> None:
    try:
        feed = read(body)
    except NotAFeed:
        return
    for item in feed.items:
        # "<script0>" is no tag, but text.
        assert re.search(r"<script[\s/>]", item.text) is None
        assert not any(char in item.title for char in "\x00\x1b\n")


@given(st.text(max_size=200))
def test_plain_text_has_no_script_and_no_control_character(text: str) -> None:
    assert "\x00" not in html_text.text(text)
    assert html_text.text("<script>" + text.replace("</script", "") + "</script>after").endswith("after")


def test_plain_text_has_no_links_images_or_handlers() -> None:
    assert html_text.text('<p onclick="x()">Go <a href="javascript:x()">here</a><img src=x onerror=x()></p>') == "Go here"


@given(st.binary(max_size=2000), st.integers(1, 200), st.sampled_from(["gzip", "deflate"]), st.integers(1, 5000))
def test_decompression_restores_what_was_compressed(data: bytes, times: int, coding: str, size: int) -> None:
    # What begins like a compressed stream is taken for a body that was compressed twice.
    assume(detect_form(data * times, "") == "plain")
    compressor = zlib.compressobj(wbits=zlib.MAX_WBITS | (16 if coding == "gzip" else 0))
    compressed = compressor.compress(data * times) + compressor.flush()
    decompressor, out = Decompressor(coding), b""
    for start in range(0, len(compressed), size):
        out += b"".join(decompressor.feed(compressed[start : start + size]))
    out += b"".join(decompressor.finish())
    assert out == data * times


def test_a_decompression_bomb_is_decompressed_only_as_far_as_it_is_read() -> None:
    pieces = Decompressor("deflate").feed(zlib.compress(b"<" * (200 * 1024 * 1024), 9))
    assert len(next(pieces)) == CHUNK_BYTES
    assert len(next(pieces)) == CHUNK_BYTES


MEDIA = """<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>F</title><item><title>One</title><dc:creator>A. Vale</dc:creator>
<media:content url="/small.jpg" medium="image" width="100"/><media:content url="/wide.jpg" type="image/jpeg" width="900"/>
<enclosure url="talk.mp3" type="audio/mpeg" length="12"/>
<enclosure url="file:///etc/passwd" type="text/plain" length="x"/></item>
<item><title>Two</title><itunes:image href="https://example.org/two.png"/><itunes:author>B. Hill</itunes:author>
<media:description>Words.</media:description></item></channel></rss>"""


def test_images_enclosures_and_authors_are_read_from_extensions() -> None:
    config = FeedConfig("https://example.org/feeds/world.rss")
    one, two = sorted((raw.article for raw in preview(MEDIA.encode(), config)), key=lambda article: article.title)
    assert (one.image, one.authors) == ("https://example.org/wide.jpg", ("A. Vale",))
    assert [(media.url, media.type, media.length) for media in one.enclosures] == [
        ("https://example.org/feeds/talk.mp3", "audio/mpeg", 12),
        ("https://example.org/small.jpg", "image/*", None),
        ("https://example.org/wide.jpg", "image/jpeg", None),
    ]
    assert (two.image, two.text, two.authors) == ("https://example.org/two.png", "Words.", ("B. Hill",))


@pytest.mark.parametrize(
    ("root", "href", "link"),
    [
        ("", "a", "https://example.org/feeds/a"),
        ("", "/a", "https://example.org/a"),
        ("xml:base='https://other.example/b/'", "a", "https://other.example/b/a"),
        ("xml:base='/b/'", "a", "https://example.org/b/a"),
    ],
)
def test_links_are_resolved_against_xml_base_or_the_feeds_address(root: str, href: str, link: str) -> None:
    entry = f"<entry><title>T</title><link href='{href}'/></entry>"
    body = f"<feed xmlns='http://www.w3.org/2005/Atom' {root}><title>F</title>{entry}</feed>"
    (raw,) = preview(body.encode(), FeedConfig("https://example.org/feeds/atom"))
    assert raw.article.url == link


def test_a_guid_does_not_depend_on_the_feeds_address() -> None:
    body = b"<rss version='2.0'><channel><item><guid>a1</guid><title>T</title></item></channel></rss>"
    assert {
        parse(FeedDocument(body, "", url)).items[0].guid for url in ("https://example.org/f", "https://other.example/f")
    } == {"a1"}


def test_every_previewed_article_fits_its_schema() -> None:
    for document in (RSS, ATOM, RDF, JSON, MEDIA):
        assert all(encode(raw) for raw in preview(document.encode(), FeedConfig("https://example.org/f", html=True)))


# A tag in the middle of an escaped text, in a document that is not well-formed


@pytest.mark.parametrize(
    ("description", "text"),
    [
        ("&lt;p&gt;One.&lt;/p&gt;&lt;script<A&gt;x()&lt;/script&gt;", "One."),
        ("&lt;p&gt;One.&lt;/p&gt;<a>&lt;script&gt;x()&lt;/script&gt;", "One."),
        ("<a>&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;", "One.\n\nTwo."),
        ("&lt;p&gt;One.&lt;/p&gt;&lt;<a>script&gt;x()&lt;/script&gt;", "One."),
        ("&lt;b&gt;One&lt;/b&gt; and <i>two</i> & three", "One and two & three"),
    ],
)
@pytest.mark.parametrize("field", ["title", "description"])
def test_a_stray_tag_leaves_no_escaped_markup_in_the_texts_of_a_broken_document(
    description: str, text: str, field: str
) -> None:
    body = f"<rss version='2.0'><channel><title>Feed</title><item><{field}>{description}</{field}></item></channel></rss>"
    (item,) = read(body.replace("</rss>", "<br></rss>")).items
    assert {"title": item.title, "description": item.text}[field].split() == text.split()
    (with_html,) = parse(FeedDocument(body.replace("</rss>", "<br></rss>").encode(), html=True)).items
    assert "script" not in (with_html.html or "")


def test_a_stray_tag_leaves_no_escaped_markup_in_the_title_of_a_broken_feed() -> None:
    body = "<rss version='2.0'><channel><title>&lt;b&gt;Post&lt;/b&gt;<a></title><item><title>T</title></item></channel>"
    assert read(body + "<br></rss>").title == "Post"


def test_a_less_than_sign_in_the_text_of_a_broken_document_stays() -> None:
    body = RSS.replace("First.", "1 &amp;lt; 2 & 3 &amp;lt; 4 <br>and I &amp;lt;3 it")
    assert read(body).items[0].text == "1 < 2 & 3 < 4\nand I <3 it\n\nSecond."


@pytest.mark.parametrize("end", ["</feed>", "<br></feed>"])
def test_an_escaped_tag_in_declared_xhtml_is_text_also_in_a_broken_document(end: str) -> None:
    xhtml = "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>Use the &lt;script&gt; tag.</p></div></content>"
    body = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>F</title><entry><title>T</title>{xhtml}</entry>{end}"
    assert read(body).items[0].text == "Use the <script> tag."


def test_an_escaped_tag_among_elements_of_a_well_formed_document_is_text() -> None:
    body = RSS.replace("<title>Two</title>", "<title>Two</title><description><p>Use the &lt;b&gt; tag.</p></description>")
    assert read(body).items[1].text == "Use the <b> tag."
