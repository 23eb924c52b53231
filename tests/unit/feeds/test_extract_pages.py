"""Pages of invented publishers in the markups that publishers use: all of the article's text, each part of it once."""

import json
from html import escape

import pytest

from monitor.feeds.fulltext.extract import PageDocument, extract_page

FIRST = "The lock at Ostermoor was opened again on Tuesday after divers had taken eleven lost anchors out of its upper gate."
QUOTE = "Insurers expect claims of about three million, most of them for cherries that nobody could unload in time."
BODY = [
    FIRST,
    "Barges had been moored along the towpath since Friday, and their crews were fed by the rowing club of the next village.",
    "The lock's keeper said: “We counted forty boats, and then we stopped counting.” She has kept it for nineteen years.",
    "Divers with one of the anchors, the paint on which was not yet dry, at the upper gate (picture: Harbour Post)",
    f"{QUOTE} Nobody knows yet whose they were, and the shipping lines that were asked by the council have not replied.",
    "A hearing is planned for September, when the divers are to show the council what they found in the mud.",
]
TITLE = "Lock at Ostermoor open again"
LONG_TITLE = f"{TITLE} after four days in which nobody could leave"
LEAD = "After four days of waiting, forty barges may move, and the council asks whose anchors had stopped them."


def paragraphs(texts: list[str], attributes: str = "") -> str:
    return "".join(f"<p{attributes}>{text}</p>" for text in texts)


def declared(*nodes: object) -> str:
    return f"<script type='application/ld+json'>{json.dumps(nodes)}</script>"


def article_of(body: str) -> dict[str, str]:
    return {"@type": "NewsArticle", "articleBody": body}


def described(text: str) -> str:
    return f'<meta property="og:description" content="{text}"><meta property="og:title" content="{TITLE}">'


PLAIN = f"<article><h1>{TITLE}</h1>{paragraphs(BODY)}</article>"
OTHER_SIGNS = str.maketrans("“”'", '""’')
WHOLE_TEXT = " ".join(BODY)

ONCE = {
    "a blog whose description is the beginning of the first paragraph, cut": (
        described(f"{FIRST[:80]} [&hellip;]"),
        (
            f"<header class='entry-header'><h1 class='entry-title'>{TITLE}</h1></header><div class='entry-content'>"
            f"{paragraphs(BODY)}<div class='sharedaddy'><p>Share this</p></div></div>"
        ),
    ),
    "a body for wide screens and one for narrow screens": (
        "",
        (
            f"<article><h1>{TITLE}</h1><div class='desktop'>{paragraphs(BODY)}</div>"
            f"<div class='mobile'>{paragraphs(BODY)}</div></article>"
        ),
    ),
    "a second copy with joined paragraphs and other quotation marks": (
        "",
        (
            f"<article><h1>{TITLE}</h1><div>{paragraphs(BODY)}</div>"
            f"<div><p>{WHOLE_TEXT.translate(OTHER_SIGNS)}</p></div></article>"
        ),
    ),
    "a declared body that differs in signs, references and paragraphs": (
        declared(article_of(f"{TITLE}. {WHOLE_TEXT.translate(OTHER_SIGNS)}".replace(" and ", "&amp;nbsp;and "))),
        PLAIN,
    ),
    "a declared body that has the text twice": (declared(article_of(f"{WHOLE_TEXT} {WHOLE_TEXT}")), PLAIN),
    "a declared body that has each paragraph twice": (declared(article_of("\n".join(BODY + BODY))), PLAIN),
    "longer declared bodies of related articles": (
        declared({"@type": "ItemList", "itemListElement": [article_of("Another town has another lock. " * 90)]}),
        PLAIN,
    ),
    "a description that is the whole article": (
        described(WHOLE_TEXT.replace('"', "")),
        f"<div class='teaser'><span>{WHOLE_TEXT.replace('anchors', 'anchor')}</span></div>{PLAIN}",
    ),
    "a lead with other quotation marks than the paragraph that repeats it": (
        described(BODY[2].translate(OTHER_SIGNS).replace('"', "&quot;")),
        f"<header><h2>{BODY[2].translate(OTHER_SIGNS)}</h2></header>{PLAIN}",
    ),
    "a pull quote before the paragraph that has it": (
        "",
        f"<article><h1>{TITLE}</h1>{paragraphs(BODY[:2])}<blockquote>{QUOTE}</blockquote>{paragraphs(BODY[2:])}</article>",
    ),
    "a caption for each size of a picture": (
        "",
        f"<article><h1>{TITLE}</h1>{paragraphs([*BODY[:3], *BODY[3:4] * 3, *BODY[4:]])}</article>",
    ),
    "the title with and without a full stop": (
        described(f"{TITLE}!"),
        f"<article><h2>{TITLE}.</h2><h1>{TITLE}</h1>{paragraphs(BODY)}</article>",
    ),
    "the description of a film below the text": (
        described(f"Film: {LEAD}"),
        f"{PLAIN}<aside><p>Film: {LEAD}</p></aside>",
    ),
}


COUNTED = [
    f"On {day} the crew of the {ship} lifted three anchors, and the town paid forty crowns for each of them, its clerk said."
    for day, ship in (("Monday", "Alba"), ("Tuesday", "Berta"), ("Wednesday", "Cilly"), ("Thursday", "Dora"))
]
ANSWERS = ["Did you see who dropped the anchors?", "No, I did not.", FIRST, "Will you say so in court?", "No, I did not."]
SIGNS = "Its clerks file each of them as List<Anchor>, and as <none> if a<b, which nobody else in the office does."

WHOLE = {
    "a lead above the text": (described(LEAD), f"<header><p class='dek'>{LEAD}</p></header>{PLAIN}", [LEAD, *BODY]),
    "a lead that quotes the text": (
        described(f"“We counted forty boats”: {LEAD}"),
        f"<div class='intro'><strong>“We counted forty boats”: {LEAD}</strong></div>{PLAIN}",
        [f"“We counted forty boats”: {LEAD}", *BODY],
    ),
    "a lead of several lines": (
        described("Forty boats wait Eleven anchors lifted The council asks for names"),
        f"<div class='sub'>Forty boats wait<br>Eleven anchors lifted<br>The council asks for names</div>{PLAIN}",
        ["Forty boats wait Eleven anchors lifted The council asks for names", *BODY],
    ),
    "a description that begins with the title": (
        described(f"{LONG_TITLE}: {LEAD}"),
        f"<div><span>{LONG_TITLE}</span></div>{PLAIN.replace(TITLE, LONG_TITLE)}",
        BODY,
    ),
    "a lead that is the title": (described(TITLE), f"<div><span>{TITLE}</span></div>{PLAIN}", BODY),
    "a declared body behind a button, escaped twice": (
        declared(article_of("\n\n".join(BODY).replace("“", "&amp;ldquo;").replace("”", "&amp;rdquo;"))),
        f"<article><h1>{TITLE}</h1>{paragraphs(BODY[:3])}<button>Read on</button></article>",
        BODY,
    ),
    "paragraphs that differ in a name and a day": (
        "",
        f"<article>{paragraphs([*BODY, *COUNTED])}</article>",
        [*BODY, *COUNTED],
    ),
    "short answers that are equal": ("", f"<article>{paragraphs(BODY[1:] + ANSWERS)}</article>", BODY[1:] + ANSWERS),
    "signs that look like tags": (
        described("x"),
        f"<article><h1>{TITLE}</h1>{paragraphs([*BODY, escape(SIGNS)])}</article>",
        [*BODY, SIGNS],
    ),
}


def extract(head: str, body: str) -> list[str]:
    html = f"<!doctype html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"
    return extract_page(PageDocument(html.encode())).text.split("\n\n")


@pytest.mark.parametrize("name", ONCE)
def test_no_text_is_extracted_twice(name: str) -> None:
    assert extract(*ONCE[name]) == BODY


@pytest.mark.parametrize("name", WHOLE)
def test_no_text_is_lost(name: str) -> None:
    head, body, expected = WHOLE[name]
    assert extract(head, body) == expected


def test_paragraphs_of_the_next_container_are_added_once_and_without_captions() -> None:
    """The text is in two containers. The second, of which trafilatura finds nothing, has a copy for another width."""
    more = COUNTED[:3]
    caption = "A diver in the mud of the upper gate of the lock, with the largest anchor and a bicycle. Picture: Harbour Post"
    pieces = [BODY, more, more]
    figure = f"<figure><p>{caption}</p></figure>"
    html = "".join(f"<div class='grid'><div class='text'>{paragraphs(piece)}{figure}</div></div>" for piece in pieces)
    assert extract("", f"<div class='chunks'>{html}</div>") == [*BODY, *more]
