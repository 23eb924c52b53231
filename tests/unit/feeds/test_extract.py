"""The text of an article from the HTML of its page."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.fulltext.extract import Page, PageDocument, extract_page, extract_unrepaired

LEAD = "The night ferry to the islands was late for the third time this week, and nobody on the quay could say why."
PARAGRAPHS = [
    f"Paragraph {number}: passengers waited on the quay while the crew looked at the engine, and the {word} was closed."
    for number, word in enumerate(("kiosk", "waiting room", "car deck", "upper deck", "ticket office", "harbour road"))
]


def page(body: str, head: str = "") -> bytes:
    return f"<!doctype html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>".encode()


def texts(paragraphs: list[str]) -> str:
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def extract(html: bytes, content_type: str = "text/html") -> Page:
    return extract_page(PageDocument(html, content_type))


def test_the_article_is_found_without_its_title() -> None:
    head = "<title>x</title><meta property='og:title' content='Ferry late &amp; later'>"
    body = f"<nav><a href='/'>Home</a></nav><article><h1>Ferry late &amp; later</h1>{texts(PARAGRAPHS)}</article>"
    extracted = extract(page(body, head))
    assert (extracted.title, extracted.text, extracted.truncated) == ("Ferry late & later", "\n\n".join(PARAGRAPHS), False)


def test_a_lead_that_the_page_shows_and_has_as_its_description_is_kept() -> None:
    html = page(
        f"<header><h2 class='standfirst'>{LEAD}</h2></header><article>{texts(PARAGRAPHS)}</article>",
        f"<meta name='description' content='{LEAD}'>",
    )
    assert LEAD not in extract_unrepaired(html)
    assert extract(html).text == "\n\n".join([LEAD, *PARAGRAPHS])


def test_a_description_that_the_page_does_not_show_is_not_added() -> None:
    html = page(f"<article>{texts(PARAGRAPHS)}</article>", f"<meta name='description' content='{LEAD}'>")
    assert extract(html).text == "\n\n".join(PARAGRAPHS)


def test_an_article_in_several_containers_is_found_completely() -> None:
    more = [
        "The company blames a pump that was ordered in March and has been waiting at customs ever since, its manager said.",
        "Islanders are less patient: a petition with four hundred names asks for a second vessel before the summer begins.",
        "Until then the mail goes by helicopter on Tuesdays, weather permitting, and groceries are rationed by the only shop.",
    ]
    pieces = "".join(f"<div class='grid'><div class='article__body'>{texts(part)}</div></div>" for part in (PARAGRAPHS, more))
    html = page(f"<div class='chunks'>{pieces}</div><footer><p>{LEAD}</p></footer>")
    assert more[0] not in extract_unrepaired(html)
    assert extract(html).text == "\n\n".join([*PARAGRAPHS, *more])


def test_the_declared_article_body_is_used_if_the_page_shows_only_a_part() -> None:
    data = json.dumps({"@graph": [{"@type": "NewsArticle", "articleBody": "\n\n".join([*PARAGRAPHS, LEAD])}]})
    html = page(f"<article>{texts(PARAGRAPHS[:3])}</article>", f"<script type='application/ld+json'>{data}</script>")
    assert extract(html).text == "\n\n".join([*PARAGRAPHS, LEAD])


def test_no_script_remains_and_a_tag_that_the_page_shows_is_text() -> None:
    shown = "&lt;script&gt;alert(1)&lt;/script&gt; was what the departures board said."
    html = page(
        f"<article>{texts([*PARAGRAPHS, shown])}<script>alert(2)</script><p>It stayed<script>alert(3)</script>.</p></article>"
    )
    text = extract(html).text
    assert "<script>alert(1)</script> was what the departures board said." in text
    assert "alert(2)" not in text
    assert "alert(3)" not in text


def test_the_servers_charset_is_used_if_it_fits() -> None:
    last = "Fährverspätung an der Küste, sagte die Reederei am späten Abend."
    html = page(f"<article>{texts([*PARAGRAPHS, last])}</article>")
    plain = html.decode().replace("<meta charset='utf-8'>", "")
    assert "Küste" in extract(plain.encode("iso-8859-1"), "text/html; charset=ISO-8859-1").text
    for strange in ("no-such", "undefined", "base64"):
        assert "Küste" in extract(html, f"text/html; charset={strange}").text


def test_a_page_without_an_article_has_no_text() -> None:
    assert extract(b"").text == ""
    assert extract(b"%PDF-1.7 \x00\x01").text == ""


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_an_error(data: bytes) -> None:
    assert "\x00" not in extract(b"<html><body><p>" + data).text
