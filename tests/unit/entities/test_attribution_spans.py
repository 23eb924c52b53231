"""Claims of any text: their spans lie in it, and their words are those of the spans."""

from hypothesis import given
from hypothesis import strategies as st

from consumers.entities.attribution import MAX_CLAIMS
from tests.unit.entities.told import english_claims

PIECES = (
    "said", "says", "denied", "confirmed", "has not", "would", "the mayor", "officials", "two people", "Kim Jong Un",
    "Xi Jinping", "who", "that", "and", "but", ",", ".", ":", "-", '"', "“", "”", "'", "according to", "citing", "by",
    "of", "he", "it", "they", "his office", "no comment", "Monday", "the", "a", "U.S.", "\n", "(", ")", "1",
    "ruled out", "ß", "İ", "\u0301", "😀", "denials from",
)  # fmt: skip


@given(
    st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join), st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join)
)
def test_the_spans_of_a_claim_lie_in_the_article(text: str, title: str) -> None:
    claims = english_claims(text, title)
    assert len(claims) <= MAX_CLAIMS
    for claim in claims:
        field = title if claim.cue.field == "title" else text
        for span in (claim.cue, claim.who_at, claim.words_at):
            assert span is None or 0 <= span.start < span.end <= len(field)
        if claim.words is not None and claim.words_at is not None:
            assert " ".join(field[claim.words_at.start : claim.words_at.end].split()).startswith(claim.words)
        assert (claim.who is None) == (claim.source == "none")
