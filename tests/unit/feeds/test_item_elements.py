"""Which elements of an item become an article's title, text, link and authors, and which describe something else."""

import pytest

from monitor.feeds.parsing.items import Item, ParsedFeed
from monitor.feeds.parsing.parse import FeedDocument, parse

NAMESPACES = (
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:yandex="http://news.yandex.ru" xmlns:acme="https://acme.example/ns"'
)
OWN = (
    "<title>Ferry runs again</title><link>https://quay.example/ferry</link><description>The ferry left at six.</description>"
    "<pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate><author>R. Vale</author>"
)


def rss(item: str, end: str = "") -> ParsedFeed:
    """Return the feed in RSS with one item. *end* may break the document."""
    head = f'<rss version="2.0" {NAMESPACES}><channel><title>Quay</title><link>https://quay.example/</link>'
    return parse(FeedDocument(f"{head}<item>{item}</item>{end}</channel></rss>".encode(), "", "https://quay.example/rss"))


def atom(entry: str, head: str = "") -> ParsedFeed:
    """Return the feed in Atom with one entry."""
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom" {NAMESPACES}><title>Quay</title>{head}<entry>{entry}</entry></feed>'
    return parse(FeedDocument(feed.encode(), "", "https://quay.example/atom"))


def only(feed: ParsedFeed) -> Item:
    (item,) = feed.items
    return item


FOREIGN = """
<media:content url="/p.jpg" medium="image"><media:title>Pier</media:title>
<media:description type="plain">The pier at dawn, with far more words than the ferry has.</media:description>
</media:content>

<media:content url="/p.jpg" medium="image"/>
<media:description>The pier in a picture of last year, with its lamps.</media:description>
<media:credit>A. Lens</media:credit><media:title>Pier</media:title><media:text>Words of a film</media:text>

<media:group><media:content url='/p.jpg' type='image/jpeg'>
<media:description>The pier in spring, seen from the hill.</media:description></media:content>
<media:title>Pier</media:title><media:rating>adult</media:rating></media:group>

<media:thumbnail url='/t.jpg'>The pier, small</media:thumbnail><media:comments>
<media:comment>First!</media:comment></media:comments>

<yandex:related><link url='https://quay.example/old'>Old story of the ferry that sank</link></yandex:related>

<related><title>Old story</title><link>https://quay.example/old</link>
<description>A story of the past that is longer.</description><pubDate>Mon, 02 Nov 2020 08:00:00 GMT</pubDate>
<author>B. Hill</author></related>

<related><item><title>Old story</title><link>https://quay.example/old</link></item></related>

<acme:box><title>Box</title><atom:link href='https://acme.example/'/><dc:creator>B. Hill</dc:creator>
<dc:date>2020-01-01</dc:date></acme:box>

<acme:title>Box</acme:title><acme:link>https://acme.example/</acme:link>
<acme:description>Words of the box, in a long row.</acme:description>

<title xmlns='https://acme.example/ns'>Box</title>
<link xmlns='https://acme.example/ns'>https://acme.example/</link>

<image><url>/p.jpg</url><title>Pier</title><link>https://quay.example/p</link>
<description>The pier at dawn, with lamps.</description></image>

<textInput><title>Search</title><link>https://quay.example/s</link>
<description>Search the whole archive of the quay.</description></textInput>

<source url='https://agency.example/rss'>Agency</source>

<atom:source><atom:title>Agency</atom:title><atom:link href='https://agency.example/'/>
<atom:updated>2020-01-01T00:00:00Z</atom:updated><atom:author><atom:name>B. Hill</atom:name></atom:author>
</atom:source>

<itunes:summary>An advertisement for the show that is much longer than the text.</itunes:summary>
<itunes:author>Quay Radio</itunes:author><itunes:title>Part 7</itunes:title>
<itunes:subtitle>Radio</itunes:subtitle>

<dc:title>Ferry</dc:title>
<dc:description>Another description, which is longer than that of the item.</dc:description>

<atom:link rel='self' href='https://quay.example/self'/>
<atom:link rel='replies' href='https://quay.example/talk'/>

<atom:link href='https://m.quay.example/ferry'/>
""".strip().split("\n\n")
"""Elements beside those in OWN that say nothing about the item."""


@pytest.mark.parametrize("foreign", FOREIGN)
@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize("end", ["", "<br>"], ids=["well-formed", "broken"])
def test_elements_that_describe_something_else_do_not_belong_to_the_item(foreign: str, is_first: bool, end: str) -> None:  # noqa: FBT001
    item = only(rss(foreign + OWN if is_first else OWN + foreign, end))
    assert (item.title, item.link) == ("Ferry runs again", "https://quay.example/ferry")
    assert (item.text, item.authors) == ("The ferry left at six.", ("R. Vale",))
    assert item.date == "Fri, 20 Nov 2026 08:00:00 GMT"


def test_an_element_without_an_end_tag_hides_nothing_in_a_broken_document() -> None:
    item = only(rss("<acme:box>" + OWN))
    assert (item.title, item.text) == ("Ferry runs again", "The ferry left at six.")


@pytest.mark.parametrize(
    ("elements", "text"),
    [
        ("<media:description>Words.</media:description>", "Words."),
        ("<itunes:summary>Words.</itunes:summary>", "Words."),
        ("<dc:description>Words.</dc:description>", "Words."),
        ("<description/><itunes:summary>Words.</itunes:summary>", "Words."),
        ("<media:content url='/v' type='video/mp4'/><media:description>Words.</media:description>", "Words."),
        ("<media:content url='/p.jpg' medium='image'/><media:description>A caption.</media:description>", ""),
    ],
)
def test_other_vocabularies_give_the_text_of_an_item_without_one_but_never_a_caption(elements: str, text: str) -> None:
    assert only(rss(f"<title>T</title>{elements}")).text == text


def test_other_vocabularies_give_title_and_author_of_an_item_without_them() -> None:
    item = only(rss("<dc:title>Ferry</dc:title><itunes:author>Quay Radio</itunes:author>"))
    assert (item.title, item.authors) == ("Ferry", ("Quay Radio",))
    assert only(rss("<description>Text.</description><media:title>Ferry</media:title>")).title == "Ferry"
    caption = "<media:content url='/p.jpg' medium='image'/><media:title>Pier</media:title>"
    assert only(rss(f"<description>Text.</description>{caption}")).title == ""
    channel = f'<rss version="2.0" {NAMESPACES}><channel><dc:title>Quay</dc:title><item><title>T</title></item></channel></rss>'
    assert parse(FeedDocument(channel.encode())).title == "Quay"


def test_a_title_in_a_known_vocabulary_of_feeds_is_the_items() -> None:
    assert only(rss("<atom:title>Ferry</atom:title><atom:summary>Text.</atom:summary>")).text == "Text."


def test_xml_that_is_not_a_text_is_left_out() -> None:
    content = (
        "<content type='application/xml'><acme:doc><title>Box</title><link href='https://acme.example/'/></acme:doc></content>"
    )
    item = only(atom(f"<title>Ferry</title><link href='https://quay.example/ferry'/>{content}<summary>Text.</summary>"))
    assert (item.title, item.link, item.text) == ("Ferry", "https://quay.example/ferry", "Text.")


# Links


@pytest.mark.parametrize(
    ("guid", "link"),
    [
        ("<guid>https://quay.example/1</guid>", "https://quay.example/1"),
        ("<guid isPermaLink='TRUE'>https://quay.example/1</guid>", "https://quay.example/1"),
        ("<guid isPermaLink='false'>https://quay.example/1</guid>", ""),
        ("<guid isPermaLink='False'>https://quay.example/1</guid>", ""),
        ("<guid isPermaLink='true'>4711</guid>", ""),
        ("<guid>4711</guid>", ""),
        ("<guid>tag:quay.example,2026:1</guid>", ""),
        ("<guid>/2026/ferry</guid>", ""),
        ("<guid>https://</guid>", ""),
        ("<guid>4711</guid><link/>", ""),
        ("<link>https://quay.example/2</link><guid>https://quay.example/1</guid>", "https://quay.example/2"),
        ("<guid>https://quay.example/1</guid><link>https://quay.example/2</link>", "https://quay.example/2"),
        ("<link>https://quay.example/2</link><link/>", "https://quay.example/2"),
    ],
)
def test_a_guid_is_a_link_only_if_it_is_a_url_and_may_be_one(guid: str, link: str) -> None:
    assert only(rss(f"<title>T</title>{guid}")).link == link


@pytest.mark.parametrize(
    ("entry", "link"),
    [
        ("<id>urn:uuid:1</id>", ""),
        ("<id>tag:quay.example,2026:1</id><link rel='self' href='https://quay.example/s'/>", ""),
        ("<id>https://quay.example/1</id>", "https://quay.example/1"),
        ("<id>https://quay.example/1</id><link href='https://quay.example/2'/>", "https://quay.example/2"),
        ("<link rel='alternate' type='application/json' href='/api'/><link rel='alternate' href='/2'/>", "/2"),
        ("<link rel='http://www.iana.org/assignments/relation/alternate' href='/2'/>", "/2"),
        ("<link rel='related' href='/3'/><link rel='via' href='/4'/><link type='text/html' href='/2'/>", "/2"),
    ],
)
def test_an_entry_of_atom_has_its_alternate_link_else_its_id_if_that_is_a_url(entry: str, link: str) -> None:
    assert only(atom(f"<title>T</title>{entry}")).link == link


# Authors


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("<author>r.vale@quay.example (R. Vale)</author>", ("R. Vale",)),
        ("<author>R. Vale &lt;r.vale@quay.example&gt;</author>", ("R. Vale",)),
        ("<author>R. Vale (mailto:r.vale@quay.example)</author>", ("R. Vale",)),
        ("<author>r.vale@quay.example</author>", ("r.vale@quay.example",)),
        ("<author>J. R. Vale Jr.</author>", ("J. R. Vale Jr.",)),
        ("<dc:creator>St. Ann Hill</dc:creator>", ("St. Ann Hill",)),
        ("<author>desk@quay.example (Vale, R. (Quay))</author>", ("(Vale, R. (Quay))",)),
        ("<dc:creator>By R. Vale and B. Hill</dc:creator>", ("By R. Vale and B. Hill",)),
        ("<dc:creator>Vale, R.; Hill, B.</dc:creator>", ("Vale, R.; Hill, B.",)),
        ("<dc:creator>R. Vale</dc:creator><dc:creator>B. Hill</dc:creator>", ("R. Vale", "B. Hill")),
        (
            "<dc:creator><rdf:Seq><rdf:li>R. Vale</rdf:li><rdf:li>B. Hill</rdf:li></rdf:Seq></dc:creator>",
            ("R. Vale", "B. Hill"),
        ),
        ("<author>a@quay.example (R. Vale)</author><dc:creator>R. Vale</dc:creator>", ("R. Vale",)),
        ("<author>R. Vale @ Quay</author>", ("R. Vale @ Quay",)),
        ("<atom:author><atom:name>R. Vale</atom:name><atom:email>r@quay.example</atom:email></atom:author>", ("R. Vale",)),
    ],
)
def test_a_name_of_an_author_stays_whole_and_loses_only_an_address_of_mail(author: str, names: tuple[str, ...]) -> None:
    assert only(rss(f"<title>T</title>{author}")).authors == names


DESK = "<author><name>Quay Desk</name></author>"
SOURCE = "<source><title>Agency</title><author><name>Agency Desk</name></author></source>"


@pytest.mark.parametrize(
    ("entry", "authors"),
    [
        ("", ("Quay Desk",)),
        ("<author><name>R. Vale</name></author>", ("R. Vale",)),
        (SOURCE, ("Agency Desk",)),
        ("<source><title>Agency</title></source>", ("Quay Desk",)),
        (SOURCE + "<author><name>R. Vale</name></author>", ("R. Vale",)),
        ("<contributor><name>B. Hill</name></contributor>", ("Quay Desk",)),
    ],
)
def test_an_entry_of_atom_without_author_has_that_of_its_source_else_of_the_feed(entry: str, authors: tuple[str, ...]) -> None:
    assert only(atom(f"<title>T</title>{entry}", DESK)).authors == authors


def test_an_item_of_rss_does_not_have_the_editor_of_its_channel_as_author() -> None:
    channel = "<managingEditor>B. Hill</managingEditor><itunes:author>Quay Radio</itunes:author>"
    feed = f'<rss version="2.0" {NAMESPACES}><channel><title>Quay</title>{channel}<item><title>T</title></item></channel></rss>'
    assert only(parse(FeedDocument(feed.encode()))).authors == ()


@pytest.mark.parametrize(
    ("feed", "item", "authors"),
    [
        ('"authors": [{"name": "Quay Desk"}]', "", ("Quay Desk",)),
        ('"author": {"name": "Quay Desk"}', "", ("Quay Desk",)),
        ('"author": {"name": "Quay Desk"}', ', "author": {"name": "R. Vale"}', ("R. Vale",)),
        ('"authors": [{"name": "A"}, {"name": "B"}]', ', "authors": [{"url": "https://quay.example/"}]', ("A", "B")),
        ('"authors": [{"name": "A"}], "author": {"name": "Old"}', "", ("A",)),
        ('"authors": [], "author": {"name": "Quay Desk"}', "", ("Quay Desk",)),
        ('"authors": ["x", 1], "author": 2', "", ()),
    ],
)
def test_an_item_of_json_feed_without_author_has_those_of_the_feed(feed: str, item: str, authors: tuple[str, ...]) -> None:
    body = f'{{"version": "https://jsonfeed.org/version/1.1", {feed}, "items": [{{"id": "1", "title": "T"{item}}}]}}'
    assert only(parse(FeedDocument(body.encode()))).authors == authors
