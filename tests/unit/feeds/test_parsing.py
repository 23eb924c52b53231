"""From bytes to items."""

import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config import FeedConfig
from monitor.feeds.articles.changes import Origin, find_changes
from monitor.feeds.parsing import html_text
from monitor.feeds.parsing.items import NotAFeed, ParsedFeed
from monitor.feeds.parsing.parse import FeedDocument, parse
from monitor.feeds.urls import feed_id
from monitor.http.decompress import CHUNK, Decompressor, Unreadable
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
    """What would be published of *data*, were it the first of its feed."""
    parsed = parse(FeedDocument(data, "", config.url, html=config.html))
    articles, _ = find_changes(Origin(config, feed_id(config.url), config.url, START), parsed, None)
    return [ArticleRaw(article, {"received": START}) for article in articles]


def test_rss() -> None:
    feed = read(RSS)
    assert (feed.title, feed.lang, len(feed.items), feed.partial) == ("Harbour & Post", "en-gb", 2, False)
    first = feed.items[0]
    assert (first.guid, first.link, first.title) == ("a1", "https://example.org/a1", "One bold train")
    assert first.text == "First.\n\nSecond."
    assert (first.date, first.categories, first.authors) == ("Tue, 10 Mar 2026 04:12:00 GMT", ("World",), ("R. Vale",))


@pytest.mark.parametrize(
    ("document", "title", "text"), [(ATOM, "One & two", "Text."), (RDF, "One", "Text."), (JSON, "Seven", "Text.")]
)
def test_the_other_formats(document: str, title: str, text: str) -> None:
    item = read(document).items[0]
    assert (item.title, item.text, item.date) == (title, text, "2026-03-10T04:12:00Z")


def test_numbers_as_ids_and_items_of_the_wrong_kind_in_json() -> None:
    assert [item.guid for item in read(JSON).items] == ["7", "8"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "web page"),
        (b'{"items": []}', "no JSON Feed"),
        (b"{", "ill-formed"),
        (b"just words", "neither RSS"),
        (b"/dev/zero", "neither RSS"),
        (b"http://127.0.0.1/feed", "neither RSS"),
        (b'<!DOCTYPE r [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><rss><channel><title>&b;</title></channel></rss>', "entities"),
        (b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><title>&x;</title></channel></rss>', "entities"),
        (b"<rss><channel>" + b"<a>" * 300, "deep"),
        (b"<rss " + b" ".join(b'a%d="1"' % n for n in range(400)) + b"/>", "attributes"),
    ],
)
def test_what_is_no_feed_is_refused_with_the_reason(body: bytes, reason: str) -> None:
    with pytest.raises(NotAFeed, match=reason):
        read(body)


def test_of_a_feed_that_breaks_off_the_whole_items_are_taken() -> None:
    feed = read(RSS[: RSS.index("<title>Two")])
    assert [item.guid for item in feed.items] == ["a1"]
    assert feed.partial


def test_a_huge_feed_is_cut_to_its_first_items() -> None:
    items = "".join(f"<item><guid>{n}</guid><title>T {n}</title></item>" for n in range(5000))
    feed = read(f"<rss version='2.0'><channel><title>Big</title>{items}</channel></rss>")
    assert len(feed.items) == 2000
    assert feed.items[0].guid == "0"


def test_encodings() -> None:
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
def test_whatever_comes_gives_items_or_a_reason(body: bytes) -> None:
    try:
        feed = read(body)
    except NotAFeed:
        return
    for item in feed.items:
        assert "<script" not in item.text
        assert not any(char in item.title for char in "\x00\x1b\n")


@given(st.text(max_size=200))
def test_plain_text_holds_no_markup_that_was_there_to_act(text: str) -> None:
    assert "\x00" not in html_text.text(text)
    assert html_text.text("<script>" + text.replace("</script", "") + "</script>after").endswith("after")


def test_links_and_handlers_leave_only_words() -> None:
    assert html_text.text('<p onclick="x()">Go <a href="javascript:x()">here</a><img src=x onerror=x()></p>') == "Go here"


@given(st.binary(max_size=2000), st.integers(1, 200), st.sampled_from(["gzip", "deflate"]), st.integers(1, 5000))
def test_inflating_gives_back_what_was_deflated(data: bytes, times: int, coding: str, size: int) -> None:
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | (16 if coding == "gzip" else 0))
    packed = packer.compress(data * times) + packer.flush()
    inflater, out = Decompressor(coding), b""
    for start in range(0, len(packed), size):
        out += b"".join(inflater.feed(packed[start : start + size]))
    inflater.finish()
    assert out == data * times


def test_a_bomb_is_unpacked_no_further_than_it_is_taken() -> None:
    pieces = Decompressor("deflate").feed(zlib.compress(bytes(200 * 1024 * 1024), 9))
    assert len(next(pieces)) == CHUNK
    assert len(next(pieces)) == CHUNK


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip"])
def test_codings_that_were_not_offered_are_refused(coding: str) -> None:
    with pytest.raises(Unreadable, match="not offered"):
        Decompressor(coding)


MEDIA = """<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>F</title><item><title>One</title><dc:creator>A. Vale</dc:creator>
<media:content url="/small.jpg" medium="image" width="100"/><media:content url="/wide.jpg" type="image/jpeg" width="900"/>
<enclosure url="talk.mp3" type="audio/mpeg" length="12"/>
<enclosure url="file:///etc/passwd" type="text/plain" length="x"/></item>
<item><title>Two</title><itunes:image href="https://example.org/two.png"/><itunes:author>B. Hill</itunes:author>
<media:description>Words.</media:description></item></channel></rss>"""


def test_pictures_enclosures_and_what_extensions_tell() -> None:
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
    ("root", "within", "link"),
    [
        ("", "a", "https://example.org/feeds/a"),
        ("", "/a", "https://example.org/a"),
        ("xml:base='https://other.example/b/'", "a", "https://other.example/b/a"),
        ("xml:base='/b/'", "a", "https://example.org/b/a"),
    ],
)
def test_links_are_relative_to_their_base_or_the_feeds_address(root: str, within: str, link: str) -> None:
    entry = f"<entry><title>T</title><link href='{within}'/></entry>"
    body = f"<feed xmlns='http://www.w3.org/2005/Atom' {root}><title>F</title>{entry}</feed>"
    (raw,) = preview(body.encode(), FeedConfig("https://example.org/feeds/atom"))
    assert raw.article.url == link


def test_a_guid_does_not_change_with_the_feeds_address() -> None:
    body = b"<rss version='2.0'><channel><item><guid>a1</guid><title>T</title></item></channel></rss>"
    assert {
        parse(FeedDocument(body, "", url)).items[0].guid for url in ("https://example.org/f", "https://other.example/f")
    } == {"a1"}


def test_what_is_previewed_can_be_published() -> None:
    for document in (RSS, ATOM, RDF, JSON, MEDIA):
        assert all(encode(raw) for raw in preview(document.encode(), FeedConfig("https://example.org/f", html=True)))
