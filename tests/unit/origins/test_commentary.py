"""Who tells what happens in a story, and who reacts, comments or is background."""

from dataclasses import replace

import pytest

from monitor.messages import ArticleStories, Claim, OriginName, Span
from monitor.origins import Tally, fold, telling_of
from tests.unit.origins.test_statements import names, says, told

OPENING = "A bridge has fallen into the river near Holm, and nobody was hurt, the police said on Tuesday evening."
LATER = "Cars stood in the road for miles. Boats came with food and tea. It has rained for four days."


def statement(article: ArticleStories, who: str) -> OriginName:
    return next(each for each in telling_of(article).statements if each.who == who)


def after_opening(sentence: str, who: str, verb: str = "said") -> ArticleStories:
    """An article in which *who* comes after the police."""
    text = f"{OPENING} {sentence}"
    return told(text, says(text, "role", "police"), says(text, "named", who, verb, is_person=True))


@pytest.mark.parametrize(
    ("sentence", "verb"),
    [
        ("Ana Ruiz, an analyst at Holm Capital, said that tolls would rise.", "said"),
        ("Traders took boats, said Ana Ruiz of the lobby Open Roads.", "said"),
        ("The sociologist Ana Ruiz said that people take bridges for granted.", "said"),
        ("Ana Ruiz, a former director of roads, said that it was the wind.", "said"),
        ("Ana Ruiz praised the rescuers.", "praised"),
        ("Ana Ruiz called for an inquiry.", "called"),
        ("Ana Ruiz said that she was deeply saddened.", "said"),
        ("Ana Ruiz said that bridges should be tested.", "said"),
        ("In 1987 a bridge fell at Marl, Ana Ruiz said.", "said"),
        ("Another bridge fell ten years ago, Ana Ruiz said.", "said"),
        ("Ana Ruiz said in May that the river was high.", "said"),
    ],
)
def test_a_comment_a_reaction_and_background_are_no_origin(sentence: str, verb: str) -> None:
    article = after_opening(sentence, "Ana Ruiz", verb)
    assert statement(article, "Ana Ruiz").beside
    assert names(article) == ["police"]


def test_a_report_after_the_opening_is_an_origin() -> None:
    article = after_opening("Ana Ruiz said that two lorries were in the water.", "Ana Ruiz")
    assert set(names(article)) == {"police", "Ana Ruiz"}


def test_a_year_with_which_something_is_compared_is_no_background() -> None:
    article = after_opening("Ana Ruiz said that no bridge had been lost since 1987.", "Ana Ruiz")
    assert set(names(article)) == {"police", "Ana Ruiz"}


def test_who_speaks_for_a_body_that_only_reacts_reacts_too() -> None:
    text = f"{OPENING} Open Roads condemned the delay. Open Roads spokesman Knut Aas said that it was night."
    place = text.index("Open Roads spokesman")
    speaker = says(text, "named", "Knut Aas", is_person=True)
    speaker = replace(speaker, who_at=Span("text", place, text.index(" said that it was")))
    body = says(text, "named", "Open Roads", "condemned")
    assert names(told(text, says(text, "role", "police"), body, speaker)) == ["police"]


def test_a_denial_is_of_the_matter_though_it_judges() -> None:
    article = after_opening("Ana Ruiz denied that the bridge should have been shut.", "Ana Ruiz", "denied")
    denial = replace(article, claims=tuple(replace(each, stance="denied") for each in article.claims))
    assert names(article) == ["police"]
    assert "Ana Ruiz" in names(denial)


def test_who_opens_an_article_is_an_origin_whatever_the_profession() -> None:
    text = "Two of the three largest bridges in the country may fall within a year, the engineer and activist Ana Ruiz said."
    assert names(told(text, says(text, "named", "Ana Ruiz", is_person=True))) == ["Ana Ruiz"]


def test_a_source_that_the_opening_names_is_an_origin_though_it_judges() -> None:
    text = f"The toll firm Marlow Roads has lost a bridge. {OPENING} Marlow Roads said that it was shocked."
    claims = says(text, "role", "police"), says(text, "named", "Marlow Roads")
    assert set(names(told(text, *claims))) == {"police", "Marlow Roads"}


def test_a_source_that_is_first_heard_late_is_no_origin() -> None:
    text = f"{OPENING} {LATER} A baker, Ana Ruiz, said it was loud."
    article = told(text, says(text, "role", "police"), says(text, "named", "Ana Ruiz", is_person=True))
    assert names(article) == ["police"]


def test_those_who_only_comment_are_origins_if_nobody_else_says_anything() -> None:
    text = f"{OPENING} Ana Ruiz, an analyst at Holm Capital, said that tolls would rise."
    comment = told(text, says(text, "named", "Ana Ruiz", is_person=True), outlet="b")
    assert names(comment) == ["Ana Ruiz"]
    police = told(OPENING, says(OPENING, "role", "police"))
    assert names(comment, police) == names(police, comment) == ["police"]


def test_one_who_comments_in_an_article_and_reports_in_another_is_an_origin_since_the_report() -> None:
    comment = after_opening("Ana Ruiz praised the rescuers.", "Ana Ruiz", "praised")
    text = "Two lorries have been found in the river, Ana Ruiz said on Wednesday, after divers had gone down."
    found = told(text, says(text, "named", "Ana Ruiz", is_person=True), outlet="b")
    for messages in ([comment, found], [found, comment]):
        origins = fold(Tally(), [telling_of(each) for each in messages], []).origins
        assert [each.outlets for each in origins if each.who == "Ana Ruiz"] == [("b",)]


def test_whoever_speaks_in_an_article_of_reactions_only_reacts_unless_it_denies() -> None:
    text = "The bridge was the soul of the valley, the painter Ana Ruiz said. The police denied that it had been closed."
    denial = replace(says(text, "role", "police", "denied"), stance="denied")
    claims = says(text, "named", "Ana Ruiz", is_person=True), denial
    assert names(told(text, *claims, title="Outrage over lost bridge")) == ["police"]
    assert set(names(told(text, *claims, title="The lost bridge"))) == {"Ana Ruiz", "police"}


def test_a_spokesperson_may_be_heard_late_but_not_that_of_others_who_comment() -> None:
    def late(sentence: str, who: str) -> list[str]:
        text = f"{OPENING} {LATER} {sentence}"
        place = text.index(sentence)
        spoken = Claim("said", "role", who, Span("text", text.index("said", place), len(text)), Span("text", place, len(text)))
        return names(told(text, says(text, "role", "police"), spoken))

    assert late("A spokesman for the port said it was shut.", "spokesman for the port") == ["police", "spokesman for the port"]
    assert late("Their spokesman said it was shut.", "Their spokesman") == ["police"]


def test_the_police_of_a_story_are_one() -> None:
    messages = []
    for who in ("Holm police", "Metropolitan Police", "police"):
        text = f"A bridge has fallen into the river near the town, {who} said on Tuesday."
        messages.append(told(text, says(text, "role" if who == "police" else "named", who), outlet=who))
    assert len(names(*messages)) == 1


def test_in_a_language_without_words_for_comments_the_first_two_sentences_count() -> None:
    text = f"{OPENING} Cars stood in the road for miles. It has rained for four days, said Bo Lind."
    claims = says(text, "role", "police"), says(text, "named", "Bo Lind", is_person=True)
    assert set(names(told(text, *claims))) == {"police", "Bo Lind"}
    assert names(told(text, *claims, language="it")) == ["police"]


def test_a_byline_is_none_of_the_first_sentences() -> None:
    text = f"By Bo Lind\nHolm Courier\nUpdated 14:05\n{OPENING} Cars stood in the road. Ana Ruiz said that two lorries sank."
    assert set(names(told(text, says(text, "role", "police"), says(text, "named", "Ana Ruiz", is_person=True)))) == {
        "police",
        "Ana Ruiz",
    }
