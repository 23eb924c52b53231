"""HTML that its parser reads in quadratic time is cleaned in pieces, and keeps its words."""

from collections.abc import Callable

import pytest

from monitor.feeds.parsing import html_text
from monitor.feeds.parsing.charset import is_utf8
from monitor.feeds.parsing.clean import MAX_ATTRIBUTES, MAX_DEPTH, PIECE_CHARS
from tests.doubling import measure
from tests.linear.growth import MAX_EXPONENT

COSTLY = ["<ul><li>word ", "<div>word ", "<i></p>word ", "<dl><dd>word ", "word & ", "word\xa0", "<form><div>word "]


@pytest.mark.parametrize("piece", COSTLY)
def test_costly_markup_keeps_its_words(piece: str) -> None:
    words = ["word", "&"] if "&" in piece else ["word"]
    assert html_text.text(piece * 30_000).split() == words * 30_000


@pytest.mark.parametrize("piece", COSTLY)
def test_costly_markup_is_sanitized(piece: str) -> None:
    markup = f'{piece}<script>alert(1)</script><a href="javascript:alert(1)" onclick="alert(1)">link</a>' * 3_000
    sanitized = html_text.sanitize(markup, limit=2 * 1024 * 1024)
    assert "word" in sanitized
    assert not any(part in sanitized for part in ("<script", "javascript:", "onclick"))


def test_long_ordinary_markup_is_read_as_a_whole() -> None:
    markup = "<div>" * (MAX_DEPTH // 2) + "<p>one <b>two</b> three</p>" * PIECE_CHARS + "</div>" * (MAX_DEPTH // 2)
    assert html_text.text(markup) == "\n\n".join(["one two three"] * PIECE_CHARS)[: html_text.MARKUP_CHARS]


@pytest.mark.parametrize("attribute", [' a{}="1"', " a{}=b", " a{}", "/a{}", ' a{}=">"', ' a{}="<b"', " <a{}", ' a{} b"'])
def test_a_tag_with_thousands_of_attributes_is_read_in_linear_time(attribute: str) -> None:
    def prepare(count: int) -> Callable[[], object]:
        markup = "<a" + "".join(map(attribute.format, range(count))) + ">word</a>"
        return lambda: html_text.sanitize(markup, limit=2 * 1024 * 1024)

    assert measure(prepare, 2_500).exponent < MAX_EXPONENT


def test_a_long_tag_with_few_attributes_is_read_as_a_whole() -> None:
    picture = "".join(["QUJD" * 19 + "\n"] * 2_000)
    many = "".join(f' data-{number}="{picture[:400]}"' for number in range(MAX_ATTRIBUTES // 2))
    assert html_text.text(f'a <img src="data:image/png;base64,{picture}="> b <p{many}>c</p>').split() == ["a", "b", "c"]


def test_a_charset_after_thousands_of_spaces_is_looked_for_in_linear_time() -> None:
    def prepare(size: int) -> Callable[[], object]:
        return lambda: is_utf8(b"<rss>", "text/xml; charset=" + " " * size)

    assert measure(prepare, 2_000).exponent < MAX_EXPONENT
