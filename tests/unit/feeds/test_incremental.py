"""What is read of a changed feed where only its new items are parsed: the same as of the whole."""

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

from monitor.config import FeedConfig
from monitor.feeds.articles.changes import Origin, find_changes
from monitor.feeds.feed_state import blank
from monitor.feeds.parsing.items import ParsedFeed
from monitor.feeds.parsing.parse import FeedDocument, Incomplete, condensed, parse
from monitor.feeds.parsing.scan import scan
from monitor.feeds.urls import feed_id
from monitor.messages import Article, Feed, ItemState
from tests.differential import differs
from tests.make import START

URL = "https://example.org/world.rss"
FOUND = (Phase.explicit, Phase.reuse, Phase.generate)
"""Without shrinking: an example takes dozens of parses."""


@dataclass(frozen=True)
class Entry:
    """What a publisher writes."""

    guid: str
    link: str
    title: str
    text: str
    minutes: int | None

    @property
    def date(self) -> str:
        """Its date as feeds have it."""
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


def forgetful(parsed: ParsedFeed) -> ParsedFeed:
    """*parsed* as if no item's bytes could be told."""
    return replace(parsed, items=tuple(replace(item, raw="") for item in parsed.items))


def poll(parsed: ParsedFeed, before: Feed, minutes: float) -> tuple[list[Article], Feed]:
    now = START + timedelta(minutes=minutes)
    articles, seen = find_changes(Origin(FeedConfig(URL), feed_id(URL), URL, now), parsed, before)
    return articles, replace(before, seen=seen, last_ok=now, state="ok")


def without_raws(feed: Feed) -> list[ItemState]:
    return [replace(seen, raw="") for seen in feed.seen]


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


def edited(entries: list[Entry], chance: random.Random, number: int) -> list[Entry]:
    """The next document of a feed: some items new, gone, edited, with other guids, or in another order."""
    after = [one for one in entries if chance.random() > 0.1]
    for index, one in enumerate(after):
        match chance.randrange(12):
            case 0:
                after[index] = replace(one, title=one.title + " again")
            case 1:
                after[index] = replace(one, guid=f"changed-{number}-{index}")
            case 2 if after[0].guid:
                after[index] = replace(one, guid=after[0].guid)
            case 3:
                after[index] = replace(one, text=chance.choice(["A", "B"]))
    new = [Entry(f"n{number}-{i}", f"https://example.org/n{number}-{i}", f"New {i}", "Text.", number) for i in range(2)]
    after[:0] = new
    if chance.random() < 0.3:
        chance.shuffle(after)
    return after


def agree(bodies: Sequence[bytes], minutes: float) -> None:
    """Assert that polls of *bodies* in a row give the same, read in full each time or in part."""
    start = blank(feed_id(URL), URL, 300, START)
    full = part = start
    for number, body in enumerate(bodies):
        known = frozenset(seen.raw for seen in part.seen if seen.raw)
        new, full = poll(forgetful(parse(FeedDocument(body))), full, number * minutes)
        told, part = poll(parse(FeedDocument(body, known=known)), part, number * minutes)
        assert told == new
        assert without_raws(part) == without_raws(full)


@settings(max_examples=60, deadline=None, phases=FOUND)
@given(documents, st.sampled_from([rss, atom, json]), st.sampled_from([3, 15, 70]))
def test_polls_of_any_documents_give_the_same_in_part_as_in_full(
    polls: list[list[Entry]], render: object, minutes: float
) -> None:
    assert callable(render)
    agree([render(entries) for entries in polls], minutes)


@settings(max_examples=60, deadline=None, phases=FOUND)
@given(
    st.lists(entries, max_size=16),
    st.randoms(use_true_random=False),
    st.sampled_from([rss, atom, json]),
    st.sampled_from([3, 15]),
)
def test_polls_of_a_feed_that_is_edited_give_the_same_in_part_as_in_full(
    begin: list[Entry], chance: random.Random, render: object, minutes: float
) -> None:
    assert callable(render)
    document, bodies = begin, []
    for number in range(5):
        bodies.append(render(document))
        document = edited(document, chance, number)
    agree(bodies, minutes)


@settings(max_examples=60, deadline=None, phases=FOUND)
@given(st.lists(entries, min_size=1, max_size=8), st.sampled_from([rss, atom, json]), st.randoms(use_true_random=False))
def test_any_part_of_a_document_reads_as_it_does_in_the_whole(
    entries: list[Entry], render: object, chance: random.Random
) -> None:
    assert callable(render)
    assert differs(render(entries), chance) == "equal"


RICH = """<?xml version="1.0"?><?xml-stylesheet href="x.xsl"?><!-- a comment with <item> in it -->
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xml:lang="sv"><channel><title>F</title><link>https://example.org/</link>
<item xml:base="https://example.org/a/" xml:lang="fi"><title>One > two</title><link>one</link><dc:creator>A</dc:creator></item>
<item><title><![CDATA[</item><item>]]></title><link>two</link><media:content url="https://example.org/a.jpg" medium="image"/>
</item><item/><item><title>Three</title><content:encoded><![CDATA[<p>A</p><p>B</p>]]></content:encoded></item>
<image><title>Not an item</title></image><item xmlns:x="urn:x"><x:item>within</x:item><title>Four</title></item>
<language>no</language></channel></rss>"""


@pytest.mark.parametrize("seed", range(5))
def test_namespaces_bases_languages_and_markup_of_items_stay_apart(seed: int) -> None:
    assert differs(RICH.encode(), random.Random(seed)) == "equal"


@pytest.mark.parametrize("inner", ["<entry/>", "<item xmlns='urn:x'/>", "<a:entry xmlns:a='http://www.w3.org/2005/Atom'/>"])
def test_a_feed_with_items_within_items_is_read_whole(inner: str) -> None:
    body = f"<rss version='2.0'><channel><title>Feed</title><item><title>On{inner}e</title></item></channel></rss>"
    assert differs(body.encode(), random.Random(1)) == "read whole"


FORTY = [Entry(str(n), f"https://example.org/{n}", f"Title {n}", "Text.", n) for n in range(40)]


def knowing(body: bytes, *unknown: int, content_type: str = "") -> FeedDocument:
    """*body* with all its items known but those with the numbers *unknown*."""
    items = parse(FeedDocument(body, content_type)).items
    return FeedDocument(body, content_type, known=frozenset(item.raw for n, item in enumerate(items) if n not in unknown))


@pytest.mark.parametrize("shorten", [condensed, lambda body: body])
def test_what_is_known_is_not_parsed(shorten: Callable[[FeedDocument], FeedDocument]) -> None:
    part = parse(shorten(knowing(rss(FORTY), 3)))
    assert [item.title for item in part.items] == ["Title 3"]
    assert [place for place, _ in part.skipped] == [n for n in range(40) if n != 3]


def test_what_is_known_is_not_even_sent() -> None:
    body = knowing(rss(FORTY), 0, 20)
    short = condensed(body)
    assert (short.stand_ins, b"Title 0" in short.data, b"Title 20" in short.data) == (38, True, True)
    assert not any(f"Title {n}<".encode() in short.data for n in range(40) if n not in {0, 20})


@pytest.mark.parametrize(
    "hidden",
    ["<item><title><![CDATA[</item>{}]]></title></item>", "<item><!-- </item>{} --></item>", "<!--{}-->", "<entry>{}</entry>"],
    ids=["cdata", "comment", "gone", "within"],
)
def test_a_known_item_that_is_none_any_more_has_the_whole_read(hidden: str) -> None:
    before = rss(FORTY[:3]).decode()
    known = knowing(before.encode()).known
    start, end = before.index("<item><title>Title 1"), before.index("<item><title>Title 2")
    after = before[:start] + hidden.format(before[start:end]) + before[end:]
    body = FeedDocument(after.encode(), known=known)
    with pytest.raises(Incomplete):
        parse(condensed(body))
    assert differs(after.encode(), random.Random(1)) in {"equal", "read whole"}


def test_a_stand_in_that_a_feed_has_made_up_is_an_item_like_any() -> None:
    made_up = f"<item>{parse(FeedDocument(rss(FORTY))).items[1].raw}/0</item>"
    body = rss(FORTY).replace(b"</channel>", made_up.encode() + b"</channel>")
    known = knowing(rss(FORTY), 0).known
    assert parse(condensed(FeedDocument(body, known=known))) == parse(FeedDocument(body, known=known))
    forged = body.replace(made_up.encode(), b"").replace(b"<item>", made_up.encode() + b"<item>", 1)
    with pytest.raises(Incomplete):
        parse(condensed(FeedDocument(forged, known=known)))


@pytest.mark.parametrize("end", ["", "</title></channel></rss>"])
def test_a_feed_whose_title_holds_its_items_is_read_whole(end: str) -> None:
    body = f"<rss version='2.0'><channel><title>A<item><title>One</title></item>{end}"
    assert scan(body.encode()).raws == ()


def test_items_within_an_item_that_is_the_root_are_read_whole() -> None:
    assert [item.raw for item in parse(FeedDocument(b"<item><title>One</title><item/></item>")).items] == ["", ""]


def test_other_namespaces_round_known_items_have_the_whole_read() -> None:
    after = rss(FORTY).replace(b"<rss ", b"<rss xmlns:dc='http://purl.org/dc/elements/1.1/' ")
    with pytest.raises(Incomplete):
        parse(condensed(FeedDocument(after, known=knowing(rss(FORTY)).known)))


@pytest.mark.parametrize(
    ("charset", "content_type"),
    [("utf-16", ""), ("windows-1252", ""), ("windows-1251", ""), ("utf-8", "text/xml; charset=iso-2022-jp"), ("utf-8-sig", "")],
)
def test_a_part_is_read_in_the_encoding_of_the_whole(charset: str, content_type: str) -> None:
    foreign = replace(FORTY[3], title="Ж" if charset == "windows-1251" else "É")
    entries = [replace(FORTY[0], title="Plain"), *FORTY[1:3], foreign]
    data = rss(entries).decode().replace("?>", f" encoding='{charset.removesuffix('-sig')}'?>", 1).encode(charset)
    body = knowing(data, 0, content_type=content_type)
    assert body.known
    assert [item.title for item in parse(condensed(body)).items] == ["Plain"]
    assert (condensed(body).stand_ins > 0) == (charset == "utf-8-sig")


def test_nothing_that_holds_no_known_item_is_touched() -> None:
    for data in (b"", b"<", b"{}", b"<rss>", b"<item", b"<item>" * 1000, b"<entry></item>", json(FORTY), atom(FORTY)):
        body = FeedDocument(data, known=knowing(rss(FORTY)).known)
        assert condensed(body) is body


def test_another_namespace_or_language_round_an_item_makes_it_another() -> None:
    whole = {item.raw for item in parse(FeedDocument(RICH.encode())).items}
    other = {item.raw for item in parse(FeedDocument(RICH.replace('"sv"', '"da"').encode())).items}
    assert not whole & other


def test_what_is_ill_formed_is_read_whole() -> None:
    body = b"<rss version='2.0'><channel><title>A & B</title><item><title>One</title></item></channel></rss>"
    feed = parse(FeedDocument(body, known=frozenset({"x"})))
    assert [(item.title, item.raw) for item in feed.items] == [("One", "")]
