"""Queries in scripts other than Latin: what matches, what the alert quotes, and what `newsmonitor check` says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.alerts.matching.compile import compile_watch, query_problem
from consumers.alerts.matching.document import MAX_CHECKED, Document
from consumers.alerts.matching.matcher import Matcher
from consumers.alerts.matching.matches import find_matches, find_reasons
from consumers.alerts.matching.script_hints import script_hints
from consumers.alerts.query.ast import IndexTerm
from consumers.alerts.query.fields import Lookups
from consumers.alerts.tools.explain import explain
from monitor.config import Watch
from monitor.messages import Span
from monitor.text.tokens import tokens
from tests.make import article_stories

LOOKUPS = Lookups(lambda _text, _type: None, lambda _text: None, lambda _text: (), {"towns": ("奈良", "เชียงใหม่")})


def matches(query: str, title: str, text: str = "") -> bool:
    """Return whether *query* matches. Asserts that the matcher and the explanation agree."""
    watch = Watch("w", query=query)
    assert query_problem(watch, LOOKUPS) is None
    compiled, message = compile_watch(watch, LOOKUPS), article_stories(title, text)
    matcher = Matcher()
    matcher.add(compiled)
    matched = bool(find_matches(matcher, message))
    assert matched == explain(compiled.ast, Document(message)).holds
    return matched


@pytest.mark.parametrize(
    ("query", "title", "expected"),
    [
        ("شيراز", "زيارة لشيراز غدا", True),
        ("شيراز", "طهران وشيراز", True),
        ("شیراز", "الطريق بشيراز مغلق", True),
        ("الكويت", "لقاء بالكويت", True),
        ("الكويت", "رسالة للكويت", True),
        ("كويت", "والكويت", True),
        ("الكويت", "شاعر كويتي", False),
        ("تل", "مدينة بتل", False),
        ('"تل أبيب"', "صاروخ بتل أبيب", True),
        ("شيراز NEAR/1 غدا", "زيارة لشيراز غدا", True),
        ("title:شيراز -غدا", "زيارة لشيراز", True),
        ("case(شيراز)", "زيارة لشيراز", False),
        ("شيرا*", "زيارة لشيراز", True),
        ("می‌روند", "آنها می‌روند", True),
        ("٢٠٣٤", "World Cup 2034", True),
        ("2034", "كأس العالم ٢٠٣٤", True),
        ("חיפה", "שריפה בחיפה", True),
        ("חיפה", "שריפה ומחיפה", True),
        ('מו"מ', "המו״מ נמשך", True),
        ("מומ", 'המו"מ נמשך', True),
        ('"הסכם מו"מ" OR שלום', "הסכם מו״מ", True),
        ('(מו"מ OR דו"ח) -ספורט', "דו״ח חדש", True),
        ("ג'רבי", "חברת ג׳רבי", True),
        ("國會", "国会开会", True),
        ("臺灣", "台湾新闻", True),
        ("ガーナ", "ガーナの大統領", True),
        ("ガーナ", "ガーナッツの値段", False),
        ("ガーナ -ガーナッツ", "ガーナとガーナッツ", False),
        ("大阪", "大阪府知事", True),
        ("京都", "東京都知事", False),
        ("京都", "東京都知事、京都へ", True),
        ("和服", "产品和服务", False),
        ("陈建华", "会见陈建华总经理", True),
        ("เชียงใหม่", "เธอไปเชียงใหม่เมื่อวาน", True),
        ("เชียง*", "เธอไปเชียงใหม่เมื่อวาน", True),
        ("ตา", "เขาตายแล้ว", False),
        ("เชียงใหม่ NEAR/9 น้ำท่วม", "น้ำท่วมในเชียงใหม่", True),
        ("ភ្នំពេញ", "នៅភ្នំពេញថ្ងៃនេះ", True),
        ("ວຽງຈັນ", "ຢູ່ວຽງຈັນມື້ນີ້", True),
        ("မန္တလေး", "မန္တလေးမြို့တွင်", True),
        ("서울", "서울에서 열린", True),
        ("गांव २०३४", "गांव में 2034", True),
        ("@towns", "奈良県で地震", True),
        ("奈良", "#奈良 の旅", True),
        ("#奈良", "#奈良 の旅", True),
        ("#奈良", "奈良の旅", False),
        ("ガーナ", "#ガーナッツ", False),
        ('"ZQ Corp"', "米Z.Q. Corpは発表", True),
        ("ZQ", "Z.Q.は、発表", True),
        ("ZQ", "発表 Z.Q.政府", True),
        ("midport", "港mid-port駅", True),
        ("Zap+", "Zap+で配信", True),
        ("Zap+", "Zapで配信", False),
        (".ZAP", "新しい.ZAPの機能", True),
        ("40%", "40％の増加", True),
        ("Z&Q", "Z&Q部門の社長", True),
        ('"Z and Q"', "Z&Q部門の社長", True),
        ("Z&Q", "עסקה עם ב-Z&Q היום", True),
        ('"חיפה ZQ"', "בחיפה Z.Q. היום", True),
        ('"חיפה Z++"', "בחיפה Z++ היום", True),
        ('"חיפה Z++"', "בחיפה Z היום", False),
        ('"בית דגן"', "תושבי בית־דגן", True),
        ("ביתדגן", "תושבי בית־דגן", True),
        ('צה"ל', 'דובר "צה"ל" הודיע', True),
        ('case(צה"ל)', 'דובר צה"ל', True),
    ],
)
def test_a_query_matches_as_its_script_is_read(query: str, title: str, *, expected: bool) -> None:
    assert matches(query, title) is expected
    assert matches(query, "", title) is (expected and "title:" not in query)


@pytest.mark.parametrize(
    ("query", "title", "words"),
    [
        ("الكويت", "لقاء بالكُويت اليوم", "بالكُويت"),
        ('צה"ל', "דובר צה״ל: אין נפגעים", "צה״ל"),
        ("chapter 12", "Chapter １２", "Chapter １２"),
        ("京都", "東京都から京都へ", "京都"),
        ("น้ำท่วม", "ข่าวน้ำท่วมวันนี้", "น้ำท่วม"),
        ("國會", "日本の国会で", "国会"),
    ],
)
def test_an_alert_quotes_the_article_as_written(query: str, title: str, words: str) -> None:
    text = f'"{query}"' if " " in query else query
    reasons = find_reasons(compile_watch(Watch("w", query=text), LOOKUPS).ast, Document(article_stories(title)))
    start = title.rindex(words)
    assert [(each.words, each.at) for each in reasons] == [(words, Span("title", start, start + len(words)))]


@pytest.mark.parametrize(
    ("query", "column"),
    [('"דובר צה"ל', 1), ('צה"ל "', 6), ('צה"ל (', 6)],
)
def test_an_open_quotation_mark_beside_an_acronym_is_an_error(query: str, column: int) -> None:
    problem = query_problem(Watch("w", query=query), LOOKUPS)
    assert problem
    assert "is not closed" in problem.message
    assert problem.column == column


def test_a_removed_term_leaves_nothing_behind() -> None:
    matcher = Matcher()
    for query in ("شيراز NOT ガーナ", "奈良 เชียง*", '"תל אביב" OR "奈良 ガーナ"'):
        matcher.add(compile_watch(Watch(query, query=query), LOOKUPS))
        matcher.add(compile_watch(Watch(query, query=query), LOOKUPS))
        matcher.remove(query)
    indexes = {name: value for name, value in vars(matcher._terms).items() if name != "_next_number"}  # noqa: SLF001  (what must not grow)
    assert not any(map(len, indexes.values()))


def test_check_says_what_would_tell_words_apart() -> None:
    watches = [
        Watch("ghana", any=("Accra", "ガーナ"), none=("奈良",)),
        Watch("north", query="flood (Paris OR เชียงใหม่)"),
        Watch("east", query="@towns flood"),
        Watch("lhasa", all=("ལྷ་ས",)),
        Watch("java", query="ꦗꦮ"),
        Watch("cairo", any=("القاهرة", "Kairo", "Каир")),
    ]
    no_spaces = "has no spaces between words, so this also matches inside longer words; to avoid that, pip install"
    extra = f"{no_spaces} 'newsmonitor[segmentation]' (likewise in 1 more watch)"
    unknown = "cannot be told apart, so this"
    inside = "also matches inside longer words; give a longer name if it does"
    alone = "matches only where spaces or punctuation marks surround it; use person:, place: or org: where they fit"
    hints = script_hints(watches, LOOKUPS, dictionary=False)
    assert [hint.text.split("\n")[0] for hint in hints] == [
        f"watch 'ghana', any: 'ガーナ': Chinese or Japanese {extra}",
        f"watch 'north', query: 'เชียงใหม่': Thai {extra}",
        f"watch 'lhasa', all: 'ལྷ་ས': words of Tibetan {unknown} {inside}",
        f"watch 'java', query: 'ꦗꦮ': words of Javanese {unknown} {alone}",
    ]
    assert [(hint.watch, hint.key) for hint in hints] == [
        ("ghana", "any"),
        ("north", "query"),
        ("lhasa", "all"),
        ("java", "query"),
    ]
    assert (hints[1].line, hints[1].column) == (1, 17)
    assert [hint.watch for hint in script_hints(watches, LOOKUPS, dictionary=True)] == ["lhasa", "java"]


LETTERS = st.text(st.sampled_from("東京都日本人国タイヤーกาตยะ្้កន် 、a"), max_size=40)


@given(LETTERS, LETTERS.filter(lambda text: any(map(str.isalnum, text))))
def test_a_match_is_always_an_occurrence_and_a_lone_occurrence_always_a_match(text: str, term: str) -> None:
    compiled = compile_watch(Watch("w", any=(term,)), LOOKUPS)
    words = tokens(term)
    for reason in find_reasons(compiled.ast, Document(article_stories(text))):
        # The quoted words include marks at their end that belong to no letter, such as a Thai one after a Latin letter.
        assert tokens(reason.words)[: len(words)] == words
    assert find_reasons(compiled.ast, Document(article_stories("", f"a、{term}、a")))


def test_a_name_that_fills_an_article_is_checked_in_a_limited_number_of_places() -> None:
    places = Document(article_stories("", "プーチンー " * 1000)).positions(IndexTerm("whole", tokens("プーチン")))
    assert len(places) == 1000 - MAX_CHECKED
