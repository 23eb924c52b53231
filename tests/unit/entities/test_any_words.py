"""Claims of any sequence of the words that the rules of a language know: they end, and their spans lie in the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.entities.attribution import find_claims
from monitor.text.languages import AttributionRules, pack

SIGNS = tuple(',.?!:;-—«»"“”()')
LETTERS = [
    *(
        "外交部",
        "发言人",
        "说",
        "表示",
        "据",
        "报道",
        "援引",
        "的话",
        "否认",
        "拒绝评论",
        "他",
        "和",
        "周三",
        "在北京",
        "，",
        "。",
        "：",
        "“",
        "”",
    ),
    *(
        "首相",
        "関係者",
        "は",
        "が",
        "と述べた",
        "を否定した",
        "によると",
        "の話として",
        "コメントを控えた",
        "「",
        "」",
        "、",
        "・",
        "（",
        "）",
    ),
    *(
        "장관",
        "소식통",
        "은",
        "는",
        "이",
        "에 따르면",
        "을 인용해",
        "고",
        "말했다",
        "부인했다",
        "언급을 거부했다",
        "발표",
        "그",
        "…",
    ),
]
NAMES = ("Macron", "Putin", "Путину", "UN", "Ann Vale")


def rules_of(language: str) -> AttributionRules:
    rules = pack(language).attribution
    assert rules is not None
    return rules


def known_words(language: str) -> list[str]:
    """Return some words of each class, verbs, and words with which phrases start."""
    rules = rules_of(language)
    if rules.cjk:
        # Names, particles and verbs of the three languages, which the patterns put together.
        return LETTERS
    words = [word for each in rules.words.values() for word in sorted(each)[:12]]
    return [*words, *sorted(rules.verbs)[::5], *(word for phrase in rules.phrases for word in sorted(phrase.starts)[:4])]


@pytest.mark.parametrize("language", ["de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "uk", "zh"])
def test_the_claims_of_any_words_end_and_lie_in_the_text(language: str) -> None:
    rules, words = rules_of(language), st.sampled_from(known_words(language))
    pieces = st.one_of(words, words.map(str.capitalize), st.sampled_from(SIGNS), st.sampled_from(NAMES))

    joined = "" if language in {"ja", "zh"} else " "

    @given(st.lists(pieces, max_size=14).map(joined.join), st.lists(pieces, max_size=8).map(joined.join))
    def check(text: str, title: str) -> None:
        for claim in find_claims(title, text, (), rules):
            field = title if claim.cue.field == "title" else text
            for span in (claim.cue, claim.who_at, claim.words_at):
                assert span is None or 0 <= span.start < span.end <= len(field)

    check()


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "On Monday two said the bridge was safe."), ("ru", "В понедельник двое заявили, что мост безопасен.")],
)
def test_a_number_after_a_day_is_read(language: str, text: str) -> None:
    (claim,) = find_claims("", text, (), rules_of(language))
    assert claim.stance in {"said", "reported"}
