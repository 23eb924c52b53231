"""HTML that its parser reads in quadratic time is cleaned in pieces, and keeps its words."""

import pytest

from monitor.feeds.parsing import html_text
from monitor.feeds.parsing.clean import MAX_DEPTH, PIECE_CHARS

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
