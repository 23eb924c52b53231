"""Text that occurs twice."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.fulltext.repeats import drop_copies, is_new, unrepeated_chars
from monitor.text.shingles import shingles

FIRST = "The mayor of Grauwick opened the new bridge on Sunday, and half of the town walked across it before the rain came."
SECOND = "It had been planned for eleven years, cost twice what was promised, and carries neither trams nor cyclists so far."
SHORT = ["Why so late?", "Because of the bats."]
TEXT = [FIRST, *SHORT, SECOND]


def test_the_first_of_two_copies_stays_whatever_its_signs_case_and_paragraphs() -> None:
    assert drop_copies([*TEXT, *TEXT]) == TEXT
    assert drop_copies([*SHORT, *TEXT, *SHORT, *TEXT]) == [*SHORT, *TEXT]
    assert drop_copies([*TEXT, " ".join(TEXT).upper().replace(",", " \u2013")]) == TEXT
    assert drop_copies([f"{FIRST} {SECOND}", FIRST, SECOND]) == [f"{FIRST} {SECOND}"]


def test_a_sentence_before_the_paragraph_that_has_it_is_left_out() -> None:
    assert drop_copies([FIRST, SECOND, f"{FIRST} The mayor had no umbrella."]) == [
        SECOND,
        f"{FIRST} The mayor had no umbrella.",
    ]


def test_a_paragraph_with_another_name_or_figure_stays() -> None:
    for other in (FIRST.replace("Grauwick", "Ostermoor"), FIRST.replace("half", "90 %")):
        assert drop_copies([FIRST, other, *SHORT]) == [FIRST, other, *SHORT]


def test_lines_that_are_not_prose_stay_where_they_are_no_copy_of_the_line_before() -> None:
    item = "Soup of the day with leeks, barley and one egg, bread from the mill, a glass of water or tea, one apple"
    assert drop_copies([item, SHORT[0], item, SHORT[0], SHORT[0]]) == [item, SHORT[0], item, SHORT[0], SHORT[0]]
    assert drop_copies([item, item, item, SHORT[0]]) == [item, SHORT[0]]


def test_texts_without_spaces_or_full_stops_are_compared_too() -> None:
    japanese = "新しい橋は日曜日に開通し、雨が降り出す前に町の人々の半分が歩いて渡ったと市長が述べた。"
    thai = "นายกเทศมนตรีเปิดสะพานใหม่เมื่อวันอาทิตย์ที่ผ่านมาและชาวเมืองครึ่งหนึ่งเดินข้ามสะพานก่อนที่ฝนจะตกลงมาอย่างหนัก"
    assert drop_copies([japanese, FIRST, japanese]) == [japanese, FIRST]
    assert drop_copies([*[thai, FIRST] * 2, SECOND]) == [thai, FIRST, SECOND]


def test_what_is_mostly_in_the_text_is_not_new() -> None:
    assert is_new(SECOND, shingles(FIRST))
    assert not is_new(f"{FIRST} It has no name.", shingles("\n".join(TEXT)))


def test_a_sentence_counts_once_in_the_length_of_a_text() -> None:
    assert unrepeated_chars(f"{FIRST} {SECOND}") == len(FIRST + SECOND)
    assert unrepeated_chars(f"{FIRST} {SECOND} {FIRST}\n{SECOND}") == len(FIRST + SECOND)


@given(st.lists(st.sampled_from([FIRST, SECOND, f"{SECOND} {FIRST}", *SHORT]), max_size=12))
def test_no_word_is_lost_and_nothing_is_left_out_the_second_time(paragraphs: list[str]) -> None:
    kept = drop_copies(paragraphs)
    assert set(" ".join(kept).split()) == set(" ".join(paragraphs).split())
    assert drop_copies(kept) == kept
