"""What an article is about: positions and numbers of names, in any language."""

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.messages import Claim, Entity, NotNews, Span
from monitor.salience import prominence, with_salience
from tests.make import article_stories

FILLER = "Nothing more happened that day. "


def named(name: str, title: str, text: str, **fields: Any) -> Entity:
    """Return the entity *name* with a mention wherever *title* or *text* has the name."""
    in_title = [Span("title", *match.span()) for match in re.finditer(re.escape(name), title)]
    spans = [*in_title, *(Span("text", *match.span()) for match in re.finditer(re.escape(name), text))]
    return Entity(f"person:{name.casefold()}", "person", name, len(spans), tuple(spans[:20]), **fields)


def source(name: str, title: str, text: str, **fields: Any) -> Claim:
    """Return a claim whose source is the first *name* of the text, or of the title if the text has none."""
    span = named(name, "" if name in text else title, text).mentions[0]
    return Claim("said", "named", name, Span(span.field, span.end + 1, span.end + 5), who_at=span, **fields)


def subjects(title: str, text: str, *names: str, claims: tuple[Claim, ...] = (), **options: Any) -> set[str]:
    """Return those of *names* that the article is about."""
    entities = [named(name, title, text) for name in names]
    return {entity.name for entity in with_salience(title, text, entities, claims, **options) if entity.about}


def where(title: str, text: str, name: str, *claims: Claim) -> str:
    """Return the words for where the article names *name*."""
    entity = named(name, title, text)
    return str(prominence(article_stories(title, text, entities=(entity,), claims=claims), entity))


def test_what_the_headline_names_and_the_text_takes_up() -> None:
    text = "Vale met Orr in Rome. Vale smiled. Nobody spoke. They left. It rained. All ended."
    assert subjects("Vale meets Orr", text, "Vale", "Orr", "Rome") == {"Vale"}
    assert subjects("Vale meets Orr", f"{text} Orr wept.", "Vale", "Orr", "Rome") == {"Vale", "Orr"}


def test_three_sentences_are_enough_in_a_long_text() -> None:
    text = f"Vale came. Vale saw. {FILLER * 30}"
    assert subjects("Vale", text, "Vale") == set()
    assert subjects("Vale", f"{text} Vale left.", "Vale") == {"Vale"}


def test_of_a_headline_alone_all_it_names() -> None:
    assert subjects("Vale meets Orr", "", "Vale", "Orr") == {"Vale", "Orr"}


def test_what_the_lead_names_and_a_third_of_the_sentences() -> None:
    text = "Schipol was full. Crews of Schipol struck. Schipol closed. They slept. Oslo waits. Buses came."
    assert subjects("Strike strands thousands", text, "Schipol", "Oslo") == {"Schipol"}
    assert subjects("Strike strands thousands", f"{text} {FILLER * 4}", "Schipol") == set()
    assert subjects("Strike strands thousands", f"{FILLER * 15} {text}", "Schipol") == set()


def test_a_source_is_not_what_the_article_is_about() -> None:
    title, text = "Rates stay", "Rates stay, Hale said. They may fall in May, Hale said. It is too early, Hale said."
    said = tuple(Claim("said", "named", "Hale", at, who_at=at) for at in named("Hale", "", text).mentions)
    assert subjects(title, text, "Hale") == {"Hale"}
    assert subjects(title, text, "Hale", claims=said) == set()


def test_who_acts_in_two_sentences_is_no_mere_source() -> None:
    title, text = "Minister resigns", "Hale resigned. Hale had not told of the flat. It was wrong, Hale said. Orr is next."
    last = named("Hale", "", text).mentions[-1]
    claims = (Claim("said", "named", "Hale", last, who_at=last),)
    assert subjects(title, text, "Hale", claims=claims) == {"Hale"}
    assert where(title, text, "Hale", *claims) == "in 3 of 4 sentences"


def test_a_part_of_a_name_and_another_type_are_the_same() -> None:
    title, text = (
        "Kestrel recalls vans",
        "Kestrel Motors calls back vans. Kestrel Motors knows why. It rains. They wait. All is well.",
    )
    full, short = named("Kestrel Motors", "", text), Entity("person:kestrel", "person", "Kestrel", 1, (Span("title", 0, 7),))
    assert {each.name for each in with_salience(title, text, [full, short], ()) if each.about} == {"Kestrel Motors"}
    # What two entities may be called is neither.
    other = replace(full, id="org:kestrel bank", name="Kestrel Bank", mentions=(Span("text", 71, 75),))
    assert not with_salience(title, text, [full, short, other], ())[0].about


def test_who_acts_in_the_headline_is_the_subject_where_the_text_quotes_them_too() -> None:
    title, text = "Hale promises boats", "There will be boats, Hale said. They cost much. Nobody knows. It rains."
    assert subjects(title, text, "Hale", claims=(source("Hale", title, text),)) == {"Hale"}


@pytest.mark.parametrize(("title", "said"), [("No talks, Hale says", (0, 8)), ("Hale: no talks planned", (6, 22))])
def test_a_source_beside_the_headline_does_not_act_in_it(title: str, said: tuple[int, int]) -> None:
    start = title.index("Hale")
    cue = Span("title", 4, 5) if start == 0 else Span("title", 15, 19)
    beside = Claim("said", "named", "Hale", cue, who_at=Span("title", start, start + 4), words_at=Span("title", *said))
    text = "There are no talks. Hale wrote it."
    assert subjects(title, text, "Hale") == {"Hale"}
    assert subjects(title, text, "Hale", claims=(beside,)) == set()


def test_an_outlet_through_which_a_claim_comes_is_not_what_the_article_is_about() -> None:
    title = "Vale resigns"
    text = "Vale resigned, the Courier reported, citing an aide. Vale was ill. The Courier is a paper."
    through = source("an aide", title, text, through="Courier")
    assert subjects(title, text, "Vale", "Courier", claims=(through,)) == {"Vale"}
    assert where(title, text, "Courier", through) == "in 1 of 3 sentences"


def test_what_is_not_news_does_not_count() -> None:
    text = "Orr left.\nVale in Rome, June 3.\nNobody saw him."
    assert subjects("Vale", text, "Vale") == {"Vale"}
    assert subjects("Vale", text, "Vale", not_news=(NotNews(10, 31, "caption"),)) == set()


def test_sentences_are_told_apart_in_scripts_without_spaces() -> None:
    text = "金正恩访问俄罗斯。金正恩将会见普京。普京没有评论。日本关注会谈。"
    assert subjects("金正恩访俄", text, "金正恩", "日本") == {"金正恩"}


def test_a_name_counts_where_the_analysis_has_missed_it() -> None:
    title, text = "Orly full", "Crews of Orly struck. Orly is shut. Orlys and Orly-Sud too."
    found = Entity("place:orly", "place", "Orly", 1, (Span("text", 9, 13),))
    assert [each.about for each in with_salience(title, text, [found], ())] == [True]
    assert str(prominence(article_stories(title, text, entities=(found,)), found)) == "in the headline and 3 of 3 sentences"
    other = Entity("person:orly", "person", "Orly", 1, (Span("text", 22, 26),))
    assert [each.about for each in with_salience(title, text, [found, other], ())] == [False, False]


def test_where_an_entity_stands_is_told_in_words() -> None:
    text = "Vale came. Vale left. Orr stayed."
    assert where("Vale", text, "Vale") == "in the headline and 2 of 3 sentences"
    assert where("Vale", text, "Orr") == "in 1 of 3 sentences"
    assert where("Vale", "", "Vale") == "in the headline"


SPANS = st.builds(Span, st.sampled_from(["title", "text"]), st.integers(0, 90), st.integers(0, 90))
ENTITIES = st.lists(
    st.builds(
        Entity, st.text(max_size=3), st.just("org"), st.text(max_size=5), st.just(1), st.lists(SPANS, min_size=1).map(tuple)
    ),
    max_size=4,
)
CLAIMS = st.lists(
    st.builds(Claim, st.just("said"), st.just("named"), st.none(), SPANS, SPANS | st.none(), words_at=SPANS | st.none())
)
TEXTS = st.lists(st.sampled_from(["Vale met Orr.", "\n", "。", "It is 3.5 m. long!", " ", "No?"]), max_size=9).map(" ".join)


@given(TEXTS, ENTITIES, CLAIMS)
def test_nothing_but_the_mark_changes_and_the_order_of_entities_does_not_matter(
    text: str, entities: list[Entity], claims: list[Claim]
) -> None:
    marked = with_salience("", text, entities, claims)
    assert [(each.id, each.mentions) for each in marked] == [(each.id, each.mentions) for each in entities]
    assert with_salience("", text, entities[::-1], claims) == marked[::-1]


@given(TEXTS, st.integers(1, 4))
def test_a_name_that_only_the_middle_of_a_text_has_once_is_a_mention(text: str, times: int) -> None:
    text = f"{FILLER * 15}{text * times} Vale came. {FILLER * 8}"
    entity = Entity("v", "person", "Vale", 1, (Span("text", text.rindex("Vale"), text.rindex("Vale") + 4),))
    assert not with_salience("", text, [entity], ())[0].about


def test_a_name_in_a_long_caption_hides_no_other_name() -> None:
    caption = f"Abe {'waves ' * 8000}"
    text = f"{caption}\nVale came. Vale saw. {FILLER * 30}Vale left."
    abe, vale = named("Abe", "", text), named("Vale", "", text)
    entities = [abe, replace(vale, mentions=vale.mentions[:1])]
    found = with_salience("Vale", text, entities, (), [NotNews(0, len(caption), "caption")])
    assert [entity.about for entity in found] == [False, True]
