"""Faulty and hostile feeds: entities, size, encodings, ids that change, impossible dates, restless edits, active markup.

Documents that are a path or a URL are in test_parsing.py, archives and first fetches in test_changes.py.
"""

import contextlib
import gc
import sys
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.config import FeedConfig
from monitor.feeds.articles.changes import Origin, find_changes
from monitor.feeds.feed_state import blank
from monitor.feeds.parsing.charset import to_utf8
from monitor.feeds.parsing.items import Item, NotAFeed, ParsedFeed
from monitor.feeds.parsing.parse import FeedDocument, parse
from monitor.feeds.parsing.scan import scan
from monitor.feeds.parsing.xml_limits import check_limits
from monitor.feeds.urls import feed_id
from monitor.messages import Article, Feed
from monitor.text.tokens import fold
from tests.make import START

URL = "https://example.org/world.rss"


def read(body: str | bytes, content_type: str = "") -> ParsedFeed:
    return parse(FeedDocument(body if isinstance(body, bytes) else body.encode(), content_type, URL))


def channel(items: str, head: str = "", before: str = "") -> str:
    return f"{before}<rss version='2.0'{head}><channel><title>Feed</title>{items}</channel></rss>"


def item(number: int, **other: str) -> Item:
    default = Item(f"g{number}", f"https://example.org/{number}", f"Title {number}", f"Text {number}.", "")
    return replace(default, **other)  # type: ignore[arg-type]


def poll(items: list[Item], feed: Feed | None = None, minutes: float = 0) -> tuple[list[Article], Feed]:
    """Return the articles of a poll *minutes* after START that brings *items*, and the feed's next state."""
    now = START + timedelta(minutes=minutes)
    previous = feed or blank(feed_id(URL), URL, 300, now)
    articles, states = find_changes(
        Origin(FeedConfig(URL), feed_id(URL), URL, now), ParsedFeed("Feed", "en", tuple(items)), previous
    )
    return articles, replace(previous, seen=states, last_ok=now, state="ok")


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
    assert [one.title for one in read(channel("<item><title>One &eacute;</title></item>", before=dtd)).items] == ["One é"]


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
    (one,) = read(channel(f"<item><title>{'word ' * 2_000_000}</title></item>")).items
    assert len(one.title) <= 4096


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
    kept = {int(one.guid) for one in feed.items}
    assert (len(kept), min(kept), max(kept), feed.truncated) == (2000, 98_001, 100_000, 98_000)


def test_the_items_of_an_ill_formed_document_are_limited_too() -> None:
    feed = read(channel("<item><title>A & B</title></item>" * 5000))
    assert (len(feed.items), feed.truncated) == (2000, 3000)


# Documents that break off


def test_an_item_cut_off_is_published_once_it_is_complete() -> None:
    whole = channel("<item><guid>1</guid><title>One</title></item><item><guid>2</guid><title>Two is whole</title></item>")
    cut = read(whole[: whole.index(" whole")])
    assert ([one.title for one in cut.items], cut.partial) == (["One"], True)
    now = START
    origin = Origin(FeedConfig(URL), feed_id(URL), URL, now)
    articles, seen = find_changes(origin, cut, blank(feed_id(URL), URL, 300, now))
    assert [(one.title, "partial" in one.flags) for one in articles] == [("One", True)]
    feed = replace(blank(feed_id(URL), URL, 300, now), seen=seen, last_ok=now)
    known = frozenset(one.raw for one in seen)
    articles, _ = find_changes(origin, parse(FeedDocument(whole.encode(), known=known)), feed)
    assert [(one.title, one.flags) for one in articles] == [("Two is whole", ("date_missing",))]


# Invisible and control characters


def test_a_title_has_no_line_ends_and_no_control_characters() -> None:
    title = "One\r\nSet-Cookie: x&#13;&#10;two\x00\x08&#x1b;[31m \u202eright"
    (one,) = read(channel(f"<item><title>{title}</title></item>")).items
    assert one.title == "One Set-Cookie: x two[31m \u202eright"


def test_a_lone_surrogate_and_illegal_bytes_do_no_harm() -> None:
    body = channel("<item><title>One @@ &#xd800; two</title></item>").encode().replace(b"@@", b"\xed\xa0\x80\xff")
    (one,) = read(body).items
    assert one.title.startswith("One")
    assert one.title.encode().decode() == one.title


def test_invisible_and_full_width_characters_do_not_hide_a_name() -> None:
    wide = "Ｋｉｍ Ｊｏｎｇ Ｕｎ"
    (one, two) = read(
        channel(f"<item><title>K\u200bim Jo\u00adng \u202eUn</title></item><item><title>{wide}</title></item>")
    ).items
    assert one.title == "K\u200bim Jo\u00adng \u202eUn"
    assert fold(one.title) == fold(two.title) == "kim jong un"


# Encodings


@pytest.mark.parametrize(
    ("encoding", "declared", "served"),
    [
        ("utf-16", "utf-16", ""),
        ("utf-16-le", "utf-16", ""),
        ("utf-16-be", "utf-16", "text/xml"),
        ("utf-32", "utf-32", ""),
        ("euc-kr", "euc-kr", ""),
        ("euc-kr", "", "text/xml; charset=EUC-KR"),
        ("gb2312", "gb2312", ""),
        ("utf-8", "iso-8859-1", "text/xml; charset=iso-8859-1"),
        ("utf-8-sig", "utf-16", ""),
        ("iso-2022-kr", "iso-2022-kr", ""),
    ],
)
def test_encodings_are_detected_even_if_the_declaration_is_wrong(encoding: str, declared: str, served: str) -> None:
    before = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    title = "金正恩" if encoding == "gb2312" else "김정은"
    (one,) = read(channel(f"<item><title>{title}</title></item>", before=before).encode(encoding), served).items
    assert one.title == title


@pytest.mark.parametrize("name", ["utf-7", "UTF7", "unicode_escape", "raw-unicode-escape", "idna", "punycode"])
def test_encodings_that_turn_bytes_into_markup_are_refused(name: str) -> None:
    with pytest.raises(NotAFeed, match="is refused"):
        to_utf8(b"+ADw-rss+AD4-", f"text/xml; charset={name}")
    with pytest.raises(NotAFeed, match="is refused"):
        read(channel("", before=f"<?xml version='1.0' encoding='{name}'?>"))


def test_an_unknown_encoding_is_ignored() -> None:
    (one,) = read(channel("<item><title>Café</title></item>", before="<?xml version='1.0' encoding='x-none'?>")).items
    assert one.title == "Café"


# Ids


def test_guids_that_change_at_each_poll_republish_nothing() -> None:
    first, feed = poll([item(n) for n in range(20)])
    assert len(first) == 20
    for minute in range(1, 6):
        articles, feed = poll([item(n, guid=f"{minute}-{n}") for n in range(20)], feed, minute)
        assert articles == []
    articles, feed = poll([item(99, guid="x-99"), *(item(n, guid=f"6-{n}") for n in range(19))], feed, 6)
    assert [(one.title, one.flags) for one in articles] == [("Title 99", ("date_missing", "id_churn"))]
    articles, _ = poll([item(99, guid="7-99"), item(0, guid="7-0", text="Corrected.")], feed, 7)
    assert [(one.title, one.version, one.changed) for one in articles] == [("Title 0", 2, ("text",))]


def test_guids_that_pass_from_item_to_item_republish_nothing() -> None:
    _, feed = poll([item(n, guid=str(n)) for n in range(10)])
    articles, feed = poll([item(99, guid="0"), *(item(n, guid=str(n + 1)) for n in range(9))], feed, 5)
    assert [(one.title, one.version) for one in articles] == [("Title 99", 1)]
    articles, _ = poll([item(98, guid="0"), item(99, guid="1"), *(item(n, guid=str(n + 2)) for n in range(8))], feed, 10)
    assert [(one.title, one.version) for one in articles] == [("Title 98", 1)]


def test_an_item_without_a_link_is_identified_by_its_content_if_its_guid_changes() -> None:
    _, feed = poll([item(n, link="") for n in range(5)])
    assert poll([item(n, link="", guid=f"new-{n}") for n in range(5)], feed, 5)[0] == []


def test_new_items_that_share_an_old_link_are_new() -> None:
    _, feed = poll([item(1, link="https://example.org/live")])
    articles, feed = poll([item(2, link="https://example.org/live")], feed, 5)
    assert [(one.title, one.version) for one in articles] == [("Title 2", 1)]
    articles, _ = poll([item(n, link="https://example.org/live") for n in (2, 3, 4)], feed, 10)
    assert [(one.title, one.version) for one in articles] == [("Title 4", 1), ("Title 3", 1)]


def test_an_item_keeps_its_id_when_another_takes_the_same_guid() -> None:
    _, feed = poll([item(1, guid="same")])
    articles, feed = poll([item(2, guid="same"), item(1, guid="same")], feed, 5)
    assert [one.title for one in articles] == ["Title 2"]
    assert poll([item(2, guid="same")], feed, 10)[0] == []


# Dates


@pytest.mark.parametrize(
    "text", ["2099-01-01T00:00:00Z", "1970-01-01", "-0001-01-01", "+9999-01-01", "0000-00-00", "2023-13-45", "x"]
)
def test_impossible_dates_are_dropped_and_flagged_and_do_not_affect_the_order(text: str) -> None:
    articles, _ = poll([item(1, date=text), item(2, date="2026-03-10T03:59:00Z")])
    assert [(one.title, one.published is None, one.flags) for one in articles] == [
        ("Title 2", False, ()),
        ("Title 1", True, ("date_bad",)),
    ]


# Edits


def versions(texts: list[str], minutes: float) -> list[tuple[int, str, float]]:
    """Return version, text and minute of what is published of an item with each of *texts* in turn, every *minutes*."""
    feed, published = None, []
    for number, text in enumerate(texts):
        articles, feed = poll([item(1, text=text)], feed, number * minutes)
        published += [(article.version, article.text, number * minutes) for article in articles]
    return published


def test_an_item_edited_every_minute_is_published_three_times_and_then_every_hour() -> None:
    published = versions([f"{n} comments" for n in range(200)], 1)
    assert [(version, minute) for version, _, minute in published] == [(1, 0), (2, 1), (3, 2), (4, 62), (5, 122), (6, 182)]


def test_a_change_that_settles_is_published() -> None:
    published = versions(["a", "b", "c", "d", "e", *["f"] * 20], 2)
    assert published == [(1, "a", 0), (2, "b", 2), (3, "c", 4), (4, "f", 20)]


def test_an_item_that_alternates_between_two_wordings_is_held_back() -> None:
    published = versions(["a", "b"] * 50, 1)
    assert [(version, minute) for version, _, minute in published] == [(1, 0), (2, 1), (3, 2), (4, 63)]


def test_after_an_hour_without_a_change_edits_are_published_at_once_again() -> None:
    published = versions(["a", "b", "c", "c", "c", "d"], 30)
    assert [(version, text) for version, text, _ in published] == [(1, "a"), (2, "b"), (3, "c"), (4, "d")]


def test_a_change_that_has_not_settled_is_held_in_the_item_state() -> None:
    _, feed = poll([item(1, text="a")])
    for minute, text in enumerate("bcd", 1):
        _, feed = poll([item(1, text=text)], feed, minute)
    assert [one.held != "" for one in feed.seen] == [True]


@pytest.mark.parametrize(
    ("old", "new", "words", "facts"),
    [
        ("The treu story of a train.", "The true story of a train.", 0.25, False),
        ("The envoy met 12 people.", "The envoy met 21 people.", 0.286, True),
        ("Yesterday the envoy met Kim.", "Yesterday the envoy met Lee.", 0.286, True),
        ("A train was seen.", "No summit is planned, both sides say now.", 0.923, False),
    ],
)
def test_an_edit_tells_how_much_has_changed(old: str, new: str, words: float, facts: bool) -> None:  # noqa: FBT001
    _, feed = poll([item(1, title="Title", text=old)])
    ((one,), _) = poll([item(1, title="Title", text=new)], feed, 5)
    assert one.edit is not None
    assert (one.edit.words, one.edit.facts) == (words, facts)


# Active markup


@pytest.mark.parametrize("field", ["title", "description", "category", "author", "dc:creator"])
def test_no_field_has_markup(field: str) -> None:
    act = "&lt;script&gt;x()&lt;/script&gt;&lt;b onclick=x()&gt;word&lt;/b&gt;&lt;iframe srcdoc=y&gt;&lt;/iframe&gt;"
    head = " xmlns:dc='http://purl.org/dc/elements/1.1/'"
    (one,) = read(channel(f"<item><{field}>{act}</{field}><title>T</title></item>", head)).items
    shown = [one.title, one.text, *one.authors, *one.categories]
    assert not any("<" in text or "x()" in text for text in shown)
    assert any("word" in text for text in shown)


def test_only_web_links_are_kept() -> None:
    given = item(1, link="javascript:x()", image="data:image/png;base64,x")
    ((one,), _) = poll([given])
    assert (one.url, one.image, one.flags) == (None, None, ("date_missing", "link_dropped"))


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
    assert ([one.title for one in feed.items], feed.truncated) == (["One", "Two"], 1)


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
