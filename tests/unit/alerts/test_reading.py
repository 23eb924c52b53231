"""Reading an article's text: its words are those of tokens(), and variants stand in the place of words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.alerts.matching.document import Document
from consumers.alerts.matching.postings import MAX_INDEXES, Postings
from consumers.alerts.matching.reading import MAX_VARIANTS, plain, read, split_capitals, without_breaks
from consumers.alerts.matching.spellings import forms_of
from monitor.text.tokens import tokens
from tests.make import article_stories

SIGNED_TEXT = st.text(
    st.one_of(st.characters(), st.sampled_from("aBcü\u0301İßøਿ\u00ad金 .!'’ʻ-\u2010&#@_?…“”。।\0\n \t1+$ﬁ\u200d٠")), max_size=60
)


@given(SIGNED_TEXT)
def test_the_words_of_a_reading_are_those_of_the_text(text: str) -> None:
    assert without_breaks(read(text).words) == tokens(plain(text))


@given(SIGNED_TEXT)
def test_a_plain_text_has_the_same_length(text: str) -> None:
    assert len(plain(text)) == len(text)


@given(SIGNED_TEXT, SIGNED_TEXT)
def test_variants_stand_in_the_place_of_words(title: str, text: str) -> None:
    document = Document(article_stories(title, text))
    for words, (start, end) in document.placed_variants:
        assert len(words) > 0
        assert 0 <= start < end <= len(document.tokens)
        assert "" not in document.tokens[start:end]
        assert document.excerpt((start, end)).words


@given(SIGNED_TEXT)
def test_a_text_has_the_forms_of_its_words(text: str) -> None:
    forms = [without_breaks(form.words) for form in forms_of(text, exact=True)]
    assert set(forms) == ({tokens(plain(text.replace("\0", " ")))} - {()})


def test_capitals_show_the_words_of_a_tag() -> None:
    assert [split_capitals(word) for word in ("DuneSummit", "DUNESummit2031", "COP41Dune", "dune", "iDune", "ÄlvÖ")] == [
        ("dune", "summit"),
        ("dune", "summit", "2031"),
        ("cop41", "dune"),
        ("dune",),
        ("i", "dune"),
        ("alv", "o"),
    ]


def test_a_word_of_many_parts_has_few_variants() -> None:
    assert len(read("a-" * 5_000 + "b").variants) < 100
    assert ("stateoftheart",) in {variant.words for variant in read("state-of-the-art").variants}


@pytest.mark.parametrize("piece", ["post-war ", "l'homme ", "U.S. ", "AT&T ", "#aB ", "Müller ", "é-ü "])
def test_a_text_with_too_many_signs_is_read_in_part_and_says_so(piece: str) -> None:
    text = piece * (262_144 // len(piece.encode()))
    reading = read(text)
    assert reading.is_cut
    assert len(reading.variants) <= MAX_VARIANTS
    assert without_breaks(reading.words) == tokens(plain(text))
    assert not read(piece * 500).is_cut


def test_a_word_that_fills_an_article_has_a_limited_number_of_positions() -> None:
    postings = Postings(["a"] * 50_000 + ["b"])
    assert list(postings["a"]) == list(postings.complete()["a"]) == list(range(MAX_INDEXES))
    assert postings["b"] == [50_000]
