"""Claims in Chinese, Japanese and Korean: where the parts of a claim stand, who carries it, and what a text tells again."""

import pytest

from consumers.entities.attribution import find_claims
from consumers.entities.linking import link_entities
from monitor.messages import Claim
from monitor.text.languages import pack
from tests.linear.growth import MAX_EXPONENT, measure
from tests.linear.inputs import repeated


def claims(language: str, text: str, title: str = "") -> tuple[Claim, ...]:
    """Return the claims of an article, whose names are those of the gazetteer."""
    language_pack = pack(language)
    assert language_pack.attribution is not None
    entities = link_entities(title, text, [], [], language_pack.names, language)
    return find_claims(title, text, entities, language_pack.attribution)


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("zh", "外交部发言人周三表示，双方将继续沟通。", "双方将继续沟通。"),
        ("zh", "“我们不会退让。”普京说。", "我们不会退让。"),
        ("ja", "首相は記者会見で、減税を検討すると述べた。", "記者会見で、減税を検討する"),
        ("ja", "共同通信によると、両国は来月に会談を開く。", "両国は来月に会談を開く。"),
        ("ko", "국방부는 무인기를 격추했다고 밝혔다.", "무인기를 격추했다고"),
    ],
)
def test_the_words_of_a_claim_are_where_it_says(language: str, text: str, words: str) -> None:
    (claim,) = claims(language, text)
    assert claim.words is not None
    assert words.rstrip("。") in claim.words
    assert claim.words_at is not None
    assert text[claim.words_at.start : claim.words_at.end] == claim.words


@pytest.mark.parametrize(
    ("language", "text", "who"),
    [
        ("zh", "路透社援引消息人士的话报道，工厂将关闭。", "消息人士"),
        ("ja", "ロイター通信は関係者の話として、工場が閉鎖されると報じた。", "関係者"),
        ("ko", "로이터통신은 소식통을 인용해 공장이 폐쇄될 것이라고 보도했다.", "소식통"),
    ],
)
def test_an_outlet_that_cites_a_source_carries_its_claim(language: str, text: str, who: str) -> None:
    assert [(claim.who, claim.through, claim.source) for claim in claims(language, text)] == [(who, "Reuters", "anonymous")]


@pytest.mark.parametrize(
    ("language", "text", "who"),
    [
        ("zh", "普京抵达平壤。普京说，他很高兴。他表示，会谈很有成果。", ["Vladimir Putin", "Vladimir Putin"]),
        ("ja", "首相は減税を検討すると述べた。また、選挙は行わないと強調した。", ["首相", "首相"]),
        ("zh", "汉斯·彼得森表示，会谈很有成果。彼得森否认将辞职。", ["汉斯·彼得森", "汉斯·彼得森"]),
        ("ko", "푸틴 대통령은 기쁘다고 말했다. 그는 회담이 유익했다고 덧붙였다.", ["Vladimir Putin", "Vladimir Putin"]),
    ],
)
def test_a_pronoun_or_no_subject_at_all_means_the_source_before(language: str, text: str, who: list[str]) -> None:
    assert [claim.who for claim in claims(language, text)] == who


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("中国外交部表示反对。", "Chinese Foreign Ministry"),
        ("韩国外交部表示反对。", "韩国外交部"),
        ("俄外交部表示反对。", "俄外交部"),
    ],
)
def test_the_ministry_of_another_country_is_not_that_of_the_table(text: str, who: str) -> None:
    assert [claim.who for claim in claims("zh", text)] == [who]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "Quaymark 表示，将继续调查。"),
        ("ja", "海運大手のQuaymarkは、調査を続けると発表した。"),
        ("ko", "Quaymark는 조사를 계속한다고 밝혔다."),
    ],
)
def test_a_name_in_latin_letters_is_a_source(language: str, text: str) -> None:
    assert [(claim.source, claim.who) for claim in claims(language, text)] == [("named", "Quaymark")]


def test_a_spokesman_is_not_one_of_those_who_are_seldom_named() -> None:
    assert [claim.stance for claim in claims("ja", "広報担当者は「把握していない」と述べた。")] == ["said"]
    assert [claim.stance for claim in claims("ja", "担当者は「把握していない」と述べた。")] == ["reported"]


def test_whom_it_is_told_after_a_quotation_is_not_what_is_said() -> None:
    (claim,) = claims("zh", "“情况正在好转，”卫生部长告诉议会。")
    assert claim.words == "情况正在好转"


def test_traditional_letters_are_read_as_simplified_ones() -> None:
    assert [claim.stance for claim in claims("zh", "國防部否認此事。")] == ["denied"]
    assert [claim.stance for claim in claims("zh", "国防部否认此事。")] == ["denied"]


@pytest.mark.parametrize(
    ("language", "piece"),
    [("zh", "外交部说"), ("zh", "据援引"), ("ja", "首相はと述べた"), ("ja", "「の"), ("ko", "정부는 "), ("ko", "고 말했다 ")],
)
def test_the_time_is_linear_in_the_text(language: str, piece: str) -> None:
    assert measure(lambda text: claims(language, text), repeated(piece)).exponent < MAX_EXPONENT


@pytest.mark.parametrize(
    ("language", "title"), [("zh", "外交部“不会退让”"), ("ja", "首相「増税しない」"), ("ko", "정부 “사실 아니다”")]
)
def test_the_cue_of_a_title_that_quotes_is_the_quotation_mark(language: str, title: str) -> None:
    (claim,) = claims(language, "", title)
    assert title[claim.cue.start : claim.cue.end].strip() in {"“", "「"}


def test_a_quotation_after_a_colon_ends_its_sentence() -> None:
    found = claims("zh", "普京说：“没什么可说的。” 记者还将提问。")
    assert [(claim.who, claim.words) for claim in found] == [("Vladimir Putin", "没什么可说的")]


def test_who_refuses_to_confirm_declines() -> None:
    assert [claim.stance for claim in claims("zh", "国防部拒绝证实此事。")] == ["declined"]
