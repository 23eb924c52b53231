"""Plain texts and HTML: less-than signs that stay, elements that break words, and which of two texts is the article's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.parsing import html_text, tags
from monitor.feeds.parsing.parse import FeedDocument, parse
from tests.unit.feeds.test_item_elements import atom, only, rss


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


TITLES = ["What <input> is for", "The <link> and <meta> elements", "Do you <li>, sir?", "A <source> of trouble"]


@pytest.mark.parametrize("title", TITLES)
def test_a_title_may_name_an_element_that_needs_no_end(title: str) -> None:
    assert only(rss(f"<title>{escaped(title)}</title>")).title == title


FOOTERS = [
    "The post <a href='x'>Ferry</a> appeared first on <a href='y'>Quay</a>.",
    "Der Beitrag <a href='x'>Ferry</a> erschien zuerst auf <a href='y'>Quay</a>.",
    "La entrada <a href='x'>Ferry</a> se publicó primero en <a href='y'>Quay</a>.",
    "L’article <a href='x'>Ferry</a> est apparu en premier sur <a href='y'>Quay</a>.",
]


@pytest.mark.parametrize("footer", FOOTERS)
def test_a_footer_that_names_the_article_is_not_its_text(footer: str) -> None:
    text = "The ferry sails again from Monday, after a month of repairs."
    assert (
        only(rss(f"<description>{text}</description><content:encoded><![CDATA[<p>{footer}</p>]]></content:encoded>")).text
        == text
    )


# Less-than signs

PLAIN = [
    "Profits < 5 % & rising",
    "Rates: Q2 <Q1, and Q4> none",
    "a<b",
    "a <b and more",
    "if a<b and c>d",
    "The <template> element, explained",
    "Use <video> not <object>",
    "<3 from the quay",
    "A Map<String, List<Int>> in use",
    "Write to <desk@quay.example>",
    "See <https://quay.example/>",
    "->> and <<- and <",
    "I <heart> ferries",
    "a <!important note> b",
]
"""Texts without markup."""


@pytest.mark.parametrize("text", PLAIN)
def test_a_plain_text_keeps_every_sign_in_each_format(text: str) -> None:
    item = only(atom(f"<title>{escaped(text)}</title><summary>{escaped(text)}</summary>"))
    assert (item.title, item.text) == (text, text)
    item = only(atom(f"<title type='text'>{escaped(text)}</title><content type='text'>{escaped(text)}</content>"))
    assert (item.title, item.text) == (text, text)
    item = only(rss(f"<title>{escaped(text)}</title><description>{escaped(text)}</description>"))
    assert (item.title, item.text) == (text, text)
    quoted = text.replace('"', "'")
    body = '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "%s", "content_text": "%s"}]}'
    item = only(parse(FeedDocument((body % (quoted, quoted)).encode())))
    assert (item.title, item.text) == (text, text)


@pytest.mark.parametrize("kind", ["", "type='text'"])
def test_a_plain_text_of_atom_keeps_what_looks_like_markup(kind: str) -> None:
    item = only(atom(f"<title {kind}>{escaped('Use <b>bold</b>')}</title><summary {kind}>{escaped('<p>One</p>')}</summary>"))
    assert (item.title, item.text) == ("Use <b>bold</b>", "<p>One</p>")


def test_references_in_a_plain_text_are_decoded_unless_its_type_is_declared() -> None:
    assert only(atom("<title>Salt &amp;amp; sea &amp;ndash; two</title>")).title == "Salt & sea – two"
    assert only(atom("<title type='text'>The &amp;amp; sign</title>")).title == "The &amp; sign"


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        ("<b>Ferry</b> runs", "Ferry runs"),
        ("<i>Ferry</i>: fares <5 in May", "Ferry: fares <5 in May"),
        ("Ferry<br>runs", "Ferry runs"),
        ("<p>Ferry runs", "Ferry runs"),
        ("Ferry</b> runs", "Ferry runs"),
        ("<img src='/x.png' alt='a > b'> Ferry", "Ferry"),
        ("Ferry <span class='a'>runs", "Ferry runs"),
        ("<script>x()</script>Ferry", "Ferry"),
        ("Ferry &amp; quay", "Ferry & quay"),
        ("<!-- note -->Ferry", "Ferry"),
        ("<B>Ferry</b>", "Ferry"),
    ],
)
def test_a_title_in_rss_loses_its_markup(markup: str, title: str) -> None:
    assert only(rss(f"<title>{escaped(markup)}</title>")).title == title
    assert only(rss(f"<title><![CDATA[{markup}]]></title>")).title == title


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Rates: Q2 <Q1 fall</p>", "Rates: Q2 <Q1 fall"),
        ("<p>if a<b and c>d</p>", "if a<b and c>d"),
        ("<p>Ferry <custom-box>runs</custom-box></p>", "Ferry runs"),
        ("<p>Ferry <a href='https://quay.exa", "Ferry"),
        ("<p>Ferry <b", "Ferry"),
        ("<td nowrap>Ferry</td>", "Ferry"),
        ("<p>Ferry<o:p></o:p></p>", "Ferry"),
        ('<p title="a<b">Ferry</p>', "Ferry"),
    ],
)
def test_html_loses_its_tags_and_keeps_other_less_than_signs(markup: str, text: str) -> None:
    assert only(rss(f"<title>T</title><description>{escaped(markup)}</description>")).text == text
    assert only(atom(f"<title>T</title><content type='html'>{escaped(markup)}</content>")).text == text


@given(st.text(alphabet="<>/ab!-= \"'3&;", max_size=60))
def test_escaping_changes_nothing_but_less_than_signs(text: str) -> None:
    for escape in (tags.escape_broken, tags.escape_unless_html, tags.escape_unless_paired):
        assert escape(text).replace("&lt;", "<") == text.replace("&lt;", "<")


@given(st.text(alphabet="<>ab 3", max_size=60).map(str.strip))
def test_the_plain_text_of_a_line_is_the_line(text: str) -> None:
    assert html_text.plain_line(text, 100) == " ".join(text.split())
    assert html_text.text(html_text.plain_to_html(text)) == html_text.plain(text)


# Breaks


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<table><tr><td>Pier</td><td>Six</td></tr><tr><th>Quay<th>Nine</table>", "Pier Six Quay Nine"),
        ("<table><caption>Times</caption><thead><tr><td>Pier</thead><tbody><tr><td>Six</tbody></table>", "Times Pier Six"),
        ("<button>Share</button><button>Print</button>", "Share Print"),
        ("<ul><li>Pier<li>Quay</ul>", "Pier Quay"),
        ("<select><option>Pier<option>Quay</select>", "Pier Quay"),
        ("Pier<br>Quay<br/>Dock<hr>Sea", "Pier Quay Dock Sea"),
        ("<h2>Pier</h2>Quay<h3>Dock</h3>", "Pier Quay Dock"),
        ("<details><summary>Pier</summary>Quay</details>", "Pier Quay"),
        ("<dl><dt>Pier<dd>Quay</dl><address>Dock</address>Sea", "Pier Quay Dock Sea"),
        ("<p lang='en' title='x'>Pier</p><p>Quay</p>", "Pier Quay"),
        ("<b>Pi</b>er <i>Q</i>uay H<sub>2</sub>O", "Pier Quay H2O"),
    ],
)
def test_table_cells_and_buttons_separate_words(markup: str, words: str) -> None:
    assert " ".join(html_text.text(markup).split()) == words


# Content and summary

LONG = "The ferry left at six with forty people on board, and the harbour office said it would be back by nine."


@pytest.mark.parametrize(
    ("content", "description", "text"),
    [
        ("<p>The ferry left.</p>", LONG, "The ferry left."),
        ("<p>Boats: two.</p>", "A teaser that is longer than the content of this short item is.", "Boats: two."),
        ("", LONG, LONG),
        ("<p> </p>", LONG, LONG),
        ("<img src='/p.jpg' alt='Pier'>", LONG, LONG),
        ("<figure><img src='/p.jpg'><figcaption>The pier at dawn. Photo: A. Lens</figcaption></figure>", LONG, LONG),
        ("<p><a href='/1'>Read more</a></p>", LONG, LONG),
        ("<p>Continue reading on quay.example &rarr;</p>", LONG, LONG),
        ("Weiterlesen …", LONG, LONG),
        ("<p>The ferry left at six with forty […]</p>", LONG, LONG),
        ("<p>The ferry left at six with forty peo...</p>", LONG, LONG),
        ("<p>The ferry left at six with forty people. Read more</p>", LONG, LONG),
        ("<p><a href='/1'>The ferry left at six.</a></p>", "", "The ferry left at six."),
        ("<a href='/1'>Pier</a><br><a href='/2'>Quay</a>", "PierQuay", "Pier\nQuay"),
        (f"<p>{LONG}</p>", "The ferry left at six.", LONG),
    ],
)
def test_the_content_is_the_text_unless_it_says_less_than_the_description(content: str, description: str, text: str) -> None:
    markup = f"<content:encoded><![CDATA[{content}]]></content:encoded>"
    for elements in (
        markup + f"<description>{description}</description>",
        f"<description>{description}</description>" + markup,
    ):
        assert only(rss(f"<title>T</title>{elements}")).text == text
    entry = f"<title>T</title><summary>{description}</summary><content type='html'><![CDATA[{content}]]></content>"
    assert only(atom(entry)).text == text


def test_the_longer_of_two_descriptions_is_the_text() -> None:
    assert only(rss(f"<title>T</title><description>{LONG}</description><description>Short.</description>")).text == LONG


def test_the_markup_of_json_feed_comes_before_its_summary() -> None:
    item = '{"id": "1", "content_html": "<p>The ferry left.</p>", "summary": "A summary that is longer than the content."}'
    body = f'{{"version": "https://jsonfeed.org/version/1.1", "items": [{item}]}}'
    assert only(parse(FeedDocument(body.encode()))).text == "The ferry left."
