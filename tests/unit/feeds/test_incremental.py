"""Incremental parsing: parsing only the new items of a changed feed gives the same as parsing the whole."""

import html
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from email.utils import format_datetime

import orjson
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from monitor.feeds.parsing.items import ParsedFeed
from monitor.feeds.parsing.parse import AmbiguousReduction, FeedDocument, parse, reduce_document
from monitor.feeds.parsing.scan import scan
from monitor.messages import Feed, ItemState
from tests.differential import compare
from tests.make import START
from tests.unit.feeds.polls import UNPOLLED, poll

NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
"""Each example takes dozens of parses."""


@dataclass(frozen=True)
class Entry:
    """The fields of an entry, from which a document is rendered."""

    guid: str
    link: str
    title: str
    text: str
    minutes: int | None

    @property
    def date(self) -> str:
        """The date in RFC 822 format, "" if there is none."""
        return "" if self.minutes is None else format_datetime(START + timedelta(minutes=self.minutes))


def rss(entries: Sequence[Entry]) -> bytes:
    items = "".join(
        f"<item><title>{html.escape(one.title)}</title>"
        + (f"<guid isPermaLink='false'>{html.escape(one.guid)}</guid>" if one.guid else "")
        + (f"<link>{html.escape(one.link)}</link>" if one.link else "")
        + f"<description>{html.escape(html.escape(one.text))}</description><pubDate>{one.date}</pubDate></item>\n"
        for one in entries
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>Feed</title>{items}</channel></rss>".encode()


def atom(entries: Sequence[Entry]) -> bytes:
    items = "".join(
        f"<a:entry><a:title>{html.escape(one.title)}</a:title><a:id>{html.escape(one.guid)}</a:id>"
        f"<a:link href='{html.escape(one.link)}'/><a:summary>{html.escape(one.text)}</a:summary>"
        f"<a:published>{(START + timedelta(minutes=one.minutes or 0)).isoformat()}</a:published></a:entry>"
        for one in entries
    )
    head = "xmlns:a='http://www.w3.org/2005/Atom' xml:lang='en' xml:base='https://example.org/deep/'"
    return f"<?xml version='1.0'?><a:feed {head}><a:title>Feed</a:title>{items}</a:feed>".encode()


def json(entries: Sequence[Entry]) -> bytes:
    items = [
        {"id": one.guid, "url": one.link, "title": one.title, "content_text": one.text, "date_published": one.date}
        for one in entries
    ]
    return orjson.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Feed", "items": items})


def without_raw_hashes(parsed: ParsedFeed) -> ParsedFeed:
    """Return *parsed* as if the bytes of its items were unknown."""
    return replace(parsed, items=tuple(replace(item, raw="") for item in parsed.items))


def states_without_raw_hashes(feed: Feed) -> list[ItemState]:
    return [replace(state, raw="") for state in feed.seen]


words = st.sampled_from(["", "Train seen", "Train <b>seen</b> & gone", "Summit at 5", "Kim \u200bJong Un", "Late edit"])
entries = st.builds(
    Entry,
    guid=st.sampled_from(["", "1", "2", "3", "same", "https://example.org/4"]),
    link=st.sampled_from(["", "https://example.org/1", "https://example.org/2?utm_source=x", "/3", "javascript:x"]),
    title=words,
    text=words,
    minutes=st.one_of(st.none(), st.integers(-200, 200), st.just(3000)),
)
documents = st.lists(st.lists(entries, max_size=16), min_size=2, max_size=5)


def edited(entries: list[Entry], rng: random.Random, number: int) -> list[Entry]:
    """Return the next document of a feed: some items new, gone, edited, with other guids, or in another order."""
    after = [one for one in entries if rng.random() > 0.1]
    for index, one in enumerate(after):
        match rng.randrange(12):
            case 0:
                after[index] = replace(one, title=one.title + " again")
            case 1:
                after[index] = replace(one, guid=f"changed-{number}-{index}")
            case 2 if after[0].guid:
                after[index] = replace(one, guid=after[0].guid)
            case 3:
                after[index] = replace(one, text=rng.choice(["A", "B"]))
    new = [Entry(f"n{number}-{i}", f"https://example.org/n{number}-{i}", f"New {i}", "Text.", number) for i in range(2)]
    after[:0] = new
    if rng.random() < 0.3:
        rng.shuffle(after)
    return after


def assert_same_incrementally(bodies: Sequence[bytes], minutes: float) -> None:
    """Assert that successive polls of *bodies* give the same whether they are parsed whole or incrementally."""
    whole = part = UNPOLLED
    for number, body in enumerate(bodies):
        known_hashes = frozenset(state.raw for state in part.seen if state.raw)
        expected, whole = poll(without_raw_hashes(parse(FeedDocument(body))), whole, number * minutes)
        articles, part = poll(parse(FeedDocument(body, known_hashes=known_hashes)), part, number * minutes)
        assert articles == expected
        assert states_without_raw_hashes(part) == states_without_raw_hashes(whole)


@settings(max_examples=60, deadline=None, phases=NO_SHRINKING)
@given(documents, st.sampled_from([rss, atom, json]), st.sampled_from([3, 15, 70]))
def test_polls_of_any_documents_give_the_same_articles_incrementally(
    polls: list[list[Entry]], render: Callable[[Sequence[Entry]], bytes], minutes: float
) -> None:
    assert_same_incrementally([render(entries) for entries in polls], minutes)


@settings(max_examples=60, deadline=None, phases=NO_SHRINKING)
@given(
    st.lists(entries, max_size=16),
    st.randoms(use_true_random=False),
    st.sampled_from([rss, atom, json]),
    st.sampled_from([3, 15]),
)
def test_polls_of_an_edited_feed_give_the_same_articles_incrementally(
    begin: list[Entry], rng: random.Random, render: Callable[[Sequence[Entry]], bytes], minutes: float
) -> None:
    document, bodies = begin, []
    for number in range(5):
        bodies.append(render(document))
        document = edited(document, rng, number)
    assert_same_incrementally(bodies, minutes)


@settings(max_examples=60, deadline=None, phases=NO_SHRINKING)
@given(st.lists(entries, min_size=1, max_size=8), st.sampled_from([rss, atom, json]), st.randoms(use_true_random=False))
def test_any_part_of_a_document_is_parsed_as_in_the_whole(
    entries: list[Entry], render: Callable[[Sequence[Entry]], bytes], rng: random.Random
) -> None:
    assert compare(render(entries), rng) == "equal"


RICH = """<?xml version="1.0"?><?xml-stylesheet href="x.xsl"?><!-- a comment with <item> in it -->
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xml:lang="sv"><channel><title>F</title><link>https://example.org/</link>
<item xml:base="https://example.org/a/" xml:lang="fi"><title>One > two</title><link>one</link><dc:creator>A</dc:creator></item>
<item><title><![CDATA[</item><item>]]></title><link>two</link><media:content url="https://example.org/a.jpg" medium="image"/>
</item><item/><item><title>Three</title><content:encoded><![CDATA[<p>A</p><p>B</p>]]></content:encoded></item>
<image><title>Not an item</title></image><item xmlns:x="urn:x"><x:item>within</x:item><title>Four</title></item>
<language>no</language></channel></rss>"""


@pytest.mark.parametrize("seed", range(5))
def test_namespaces_bases_languages_and_markup_of_items_do_not_mix(seed: int) -> None:
    assert compare(RICH.encode(), random.Random(seed)) == "equal"


@pytest.mark.parametrize("inner", ["<entry/>", "<item xmlns='urn:x'/>", "<a:entry xmlns:a='http://www.w3.org/2005/Atom'/>"])
def test_a_feed_with_nested_items_is_parsed_whole(inner: str) -> None:
    body = f"<rss version='2.0'><channel><title>Feed</title><item><title>On{inner}e</title></item></channel></rss>"
    assert compare(body.encode(), random.Random(1)) == "parsed whole"


FORTY = [Entry(str(n), f"https://example.org/{n}", f"Title {n}", "Text.", n) for n in range(40)]


def document(body: bytes, *unknown: int, content_type: str = "") -> FeedDocument:
    """Return *body* with all its items known except those at the indices *unknown*."""
    items = parse(FeedDocument(body, content_type)).items
    return FeedDocument(
        body, content_type, known_hashes=frozenset(item.raw for n, item in enumerate(items) if n not in unknown)
    )


@pytest.mark.parametrize("prepare", [reduce_document, lambda document: document])
def test_known_items_are_not_parsed(prepare: Callable[[FeedDocument], FeedDocument]) -> None:
    part = parse(prepare(document(rss(FORTY), 3)))
    assert [item.title for item in part.items] == ["Title 3"]
    assert [place for place, _ in part.skipped] == [n for n in range(40) if n != 3]


def test_known_items_are_not_sent_to_the_parsing_process() -> None:
    reduced = reduce_document(document(rss(FORTY), 0, 20))
    assert (reduced.placeholders, b"Title 0" in reduced.data, b"Title 20" in reduced.data) == (38, True, True)
    assert not any(f"Title {n}<".encode() in reduced.data for n in range(40) if n not in {0, 20})


@pytest.mark.parametrize(
    "hidden",
    ["<item><title><![CDATA[</item>{}]]></title></item>", "<item><!-- </item>{} --></item>", "<!--{}-->", "<entry>{}</entry>"],
    ids=["in CDATA", "in a comment", "removed", "in another entry"],
)
def test_a_document_in_which_a_known_item_is_no_longer_an_item_is_parsed_whole(hidden: str) -> None:
    before = rss(FORTY[:3]).decode()
    known_hashes = document(before.encode()).known_hashes
    start, end = before.index("<item><title>Title 1"), before.index("<item><title>Title 2")
    after = before[:start] + hidden.format(before[start:end]) + before[end:]
    body = FeedDocument(after.encode(), known_hashes=known_hashes)
    with pytest.raises(AmbiguousReduction):
        parse(reduce_document(body))
    assert compare(after.encode(), random.Random(1)) in {"equal", "parsed whole"}


def test_a_forged_placeholder_is_an_item_like_any_other() -> None:
    placeholder = f"<item>{parse(FeedDocument(rss(FORTY))).items[1].raw}/0</item>"
    body = rss(FORTY).replace(b"</channel>", placeholder.encode() + b"</channel>")
    known_hashes = document(rss(FORTY), 0).known_hashes
    assert parse(reduce_document(FeedDocument(body, known_hashes=known_hashes))) == parse(
        FeedDocument(body, known_hashes=known_hashes)
    )
    forged = body.replace(placeholder.encode(), b"").replace(b"<item>", placeholder.encode() + b"<item>", 1)
    with pytest.raises(AmbiguousReduction):
        parse(reduce_document(FeedDocument(forged, known_hashes=known_hashes)))


@pytest.mark.parametrize("end", ["", "</title></channel></rss>"])
def test_a_feed_with_items_in_its_title_is_parsed_whole(end: str) -> None:
    body = f"<rss version='2.0'><channel><title>A<item><title>One</title></item>{end}"
    assert scan(body.encode()).raw_hashes == ()


def test_items_within_a_root_that_is_an_item_are_parsed_whole() -> None:
    assert [item.raw for item in parse(FeedDocument(b"<item><title>One</title><item/></item>")).items] == ["", ""]


def test_a_document_with_a_new_namespace_around_known_items_is_parsed_whole() -> None:
    after = rss(FORTY).replace(b"<rss ", b"<rss xmlns:dc='http://purl.org/dc/elements/1.1/' ")
    with pytest.raises(AmbiguousReduction):
        parse(reduce_document(FeedDocument(after, known_hashes=document(rss(FORTY)).known_hashes)))


@pytest.mark.parametrize(
    ("charset", "content_type"),
    [("utf-16", ""), ("windows-1252", ""), ("windows-1251", ""), ("utf-8", "text/xml; charset=iso-2022-jp"), ("utf-8-sig", "")],
)
def test_a_part_is_decoded_like_the_whole(charset: str, content_type: str) -> None:
    foreign = replace(FORTY[3], title="Ж" if charset == "windows-1251" else "É")
    entries = [replace(FORTY[0], title="Plain"), *FORTY[1:3], foreign]
    data = rss(entries).decode().replace("?>", f" encoding='{charset.removesuffix('-sig')}'?>", 1).encode(charset)
    body = document(data, 0, content_type=content_type)
    assert body.known_hashes
    assert [item.title for item in parse(reduce_document(body)).items] == ["Plain"]
    assert (reduce_document(body).placeholders > 0) == (charset == "utf-8-sig")


def test_a_document_without_known_items_is_not_reduced() -> None:
    for data in (b"", b"<", b"{}", b"<rss>", b"<item", b"<item>" * 1000, b"<entry></item>", json(FORTY), atom(FORTY)):
        body = FeedDocument(data, known_hashes=document(rss(FORTY)).known_hashes)
        assert reduce_document(body) is body


def test_another_language_around_an_item_changes_its_raw_hash() -> None:
    whole = {item.raw for item in parse(FeedDocument(RICH.encode())).items}
    other = {item.raw for item in parse(FeedDocument(RICH.replace('"sv"', '"da"').encode())).items}
    assert not whole & other


def test_an_ill_formed_document_is_parsed_whole() -> None:
    body = b"<rss version='2.0'><channel><title>A & B</title><item><title>One</title></item></channel></rss>"
    feed = parse(FeedDocument(body, known_hashes=frozenset({"x"})))
    assert [(item.title, item.raw) for item in feed.items] == [("One", "")]
