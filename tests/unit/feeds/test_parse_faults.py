"""Faulty and hostile feeds: entities, size, active markup.

Encodings are in test_encodings.py, dates in test_dates.py.
Ids that change, impossible dates and restless edits are in test_identity_and_edits.py; documents that are a path or a URL
in test_parsing.py; archives and first fetches in test_changes.py.
"""

import contextlib
import gc
import sys
from datetime import timedelta

import pytest

from monitor.feeds.parsing.items import NotAFeed, ParsedFeed
from monitor.feeds.parsing.parse import FeedDocument, parse
from monitor.feeds.parsing.scan import scan
from monitor.feeds.parsing.xml_limits import check_limits
from monitor.text.tokens import fold
from tests.make import START
from tests.unit.feeds.polls import URL, item, poll, poll_items


def read(body: str | bytes, content_type: str = "") -> ParsedFeed:
    return parse(FeedDocument(body if isinstance(body, bytes) else body.encode(), content_type, URL))


def channel(items: str, head: str = "", before: str = "") -> str:
    return f"{before}<rss version='2.0'{head}><channel><title>Feed</title>{items}</channel></rss>"


# Entities

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY l0 "lol">' + LAUGHS,
        f'<!ENTITY a "{"a" * 50_000}">',
        '<!ENTITY a SYSTEM "http://127.0.0.1:1/secret">',
        '<!ENTITY % a SYSTEM "http://127.0.0.1:1/evil.dtd"> %a;',
        "<!ENTITY % a \"<!ENTITY b 'c'>\"> %a;",
    ],
)
@pytest.mark.parametrize("ending", ["</channel></rss>", "", "<broken"])
def test_entities_that_expand_without_bound_or_reach_outside_are_refused(declared: str, ending: str) -> None:
    body = f"<!DOCTYPE rss [{declared}]><rss version='2.0'><channel><title>&l9;&a;</title>{ending}"
    with pytest.raises(NotAFeed, match="entities"):
        read(body)


def test_an_external_dtd_is_not_fetched_and_the_feed_is_read() -> None:
    dtd = '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://127.0.0.1:1/rss-0.91.dtd">'
    assert [entry.title for entry in read(channel("<item><title>One &eacute;</title></item>", before=dtd)).items] == ["One é"]


# Size


@pytest.mark.parametrize(
    "body",
    [
        "<rss " + " ".join(f'a{n}="1"' for n in range(100_000)) + "/>",
        "<rss " + " ".join(f'xmlns:a{n}="u{n}"' for n in range(100_000)) + "/>",
        "<rss><channel><item>" + "<a>" * 100_000 + "</a>" * 100_000 + "</item></channel></rss>",
        "<rss><channel>" + "<a>" * 100_000,
    ],
    ids=["attributes", "namespaces", "depth", "depth, broken off"],
)
def test_attributes_and_depth_are_limited(body: str) -> None:
    with pytest.raises(NotAFeed, match="more than"):
        read(body)


def test_a_title_of_ten_megabytes_is_cut() -> None:
    (entry,) = read(channel(f"<item><title>{'word ' * 2_000_000}</title></item>")).items
    assert len(entry.title) <= 4096


def test_many_comments_in_a_row_cause_no_backtracking() -> None:
    with pytest.raises(NotAFeed, match="neither"):
        read("<!---->" * 500 + "<x>")


@pytest.mark.parametrize("newest_first", [True, False])
def test_the_newest_of_a_hundred_thousand_items_are_kept(newest_first: bool) -> None:  # noqa: FBT001
    numbers = range(100_000, 0, -1) if newest_first else range(1, 100_001)
    items = (
        f"<item><guid>{n}</guid><title>T {n}</title><pubDate>{(START + timedelta(minutes=n)).isoformat()}</pubDate></item>"
        for n in numbers
    )
    feed = read(channel("".join(items)))
    kept = {int(entry.guid) for entry in feed.items}
    assert (len(kept), min(kept), max(kept), feed.truncated) == (2000, 98_001, 100_000, 98_000)


def test_the_items_of_an_ill_formed_document_are_limited_too() -> None:
    feed = read(channel("<item><title>A & B</title></item>" * 5000))
    assert (len(feed.items), feed.truncated) == (2000, 3000)


# Documents that break off


def test_an_item_cut_off_is_published_once_it_is_complete() -> None:
    whole = channel("<item><guid>1</guid><title>One</title></item><item><guid>2</guid><title>Two is whole</title></item>")
    cut = read(whole[: whole.index(" whole")])
    assert ([entry.title for entry in cut.items], cut.partial) == (["One"], True)
    articles, feed = poll(cut)
    assert [(article.title, "partial" in article.flags) for article in articles] == [("One", True)]
    known_hashes = frozenset(state.raw for state in feed.seen)
    articles, _ = poll(parse(FeedDocument(whole.encode(), known_hashes=known_hashes)), feed)
    assert [(article.title, article.flags) for article in articles] == [("Two is whole", ("date_missing",))]


# Invisible and control characters


def test_a_title_has_no_line_ends_and_no_control_characters() -> None:
    title = "One\r\nSet-Cookie: x&#13;&#10;two\x00\x08&#x1b;[31m \u202eright"
    (entry,) = read(channel(f"<item><title>{title}</title></item>")).items
    assert entry.title == "One Set-Cookie: x two[31m \u202eright"


def test_a_lone_surrogate_and_illegal_bytes_do_no_harm() -> None:
    body = channel("<item><title>One @@ &#xd800; two</title></item>").encode().replace(b"@@", b"\xed\xa0\x80\xff")
    (entry,) = read(body).items
    assert entry.title.startswith("One")
    assert entry.title.encode().decode() == entry.title


def test_invisible_and_full_width_characters_do_not_hide_a_name() -> None:
    wide = "Ｋｉｍ Ｊｏｎｇ Ｕｎ"
    (entry, wide_entry) = read(
        channel(f"<item><title>K\u200bim Jo\u00adng \u202eUn</title></item><item><title>{wide}</title></item>")
    ).items
    assert entry.title == "K\u200bim Jo\u00adng \u202eUn"
    assert fold(entry.title) == fold(wide_entry.title) == "kim jong un"


# Active markup


@pytest.mark.parametrize("field", ["title", "description", "category", "author", "dc:creator"])
def test_no_field_has_markup(field: str) -> None:
    act = "&lt;script&gt;x()&lt;/script&gt;&lt;b onclick=x()&gt;word&lt;/b&gt;&lt;iframe srcdoc=y&gt;&lt;/iframe&gt;"
    head = " xmlns:dc='http://purl.org/dc/elements/1.1/'"
    (entry,) = read(channel(f"<item><{field}>{act}</{field}><title>T</title></item>", head)).items
    shown = [entry.title, entry.text, *entry.authors, *entry.categories]
    assert not any("<" in text or "x()" in text for text in shown)
    assert any("word" in text for text in shown)


def test_only_web_links_are_kept() -> None:
    given = item(1, link="javascript:x()", image="data:image/png;base64,x")
    ((article,), _) = poll_items([given])
    assert (article.url, article.image, article.flags) == (None, None, ("date_missing", "link_dropped"))


def test_requested_markup_is_sanitized() -> None:
    acts = "<p onclick='x()'>Go <a href='javascript:x()'>here</a> or <a href='https://example.org/'>there</a><script>x()</script></p>"
    body = channel(f"<item><title>T</title><description><![CDATA[{acts}]]></description></item>")
    (plain,), (rich,) = read(body).items, parse(FeedDocument(body.encode(), html=True)).items
    assert plain.html is None
    assert rich.html is not None
    assert rich.html.startswith("<p>Go <a")
    assert "https://example.org/" in rich.html
    assert "x()" not in rich.html


# An item on which feedparser fails


def test_an_item_on_which_feedparser_fails_is_left_out_alone() -> None:
    bad = "<item><title>Bad</title><gml:pos>1 2</gml:pos></item>"
    feed = read(
        channel(
            f"<item><title>One</title></item>{bad}<item><title>Two</title></item>", " xmlns:gml='http://www.opengis.net/gml'"
        )
    )
    assert ([entry.title for entry in feed.items], feed.truncated) == (["One", "Two"], 1)


@pytest.mark.parametrize(
    "inside", ["<item><title>One</title></item>", "<a>" * 300, "<a " + " ".join(f'b{n}="1"' for n in range(300)) + "/>"]
)
def test_a_document_is_freed_without_the_garbage_collector(inside: str) -> None:
    body = f"<rss version='2.0'><channel><title>Feed</title>{inside}</channel></rss>".encode()
    before = sys.getrefcount(body)
    gc.disable()
    try:
        for function in (scan, check_limits):
            with contextlib.suppress(NotAFeed):
                function(body)
        assert sys.getrefcount(body) == before
    finally:
        gc.enable()
