"""Origins of agency copy in several languages: what outlets relay, who only reacts, and whose words they are."""

from dataclasses import replace

import pytest

from monitor.messages import ArticleStories, Entity, Span
from monitor.origins import telling_of
from tests.unit.origins.test_statements import names, says, told

OPENING = "A bridge has fallen into the river near Holm, and nobody was hurt, the police said on Tuesday evening."


def in_title(title: str, who: str, verb: str, text: str, *claims: object) -> ArticleStories:
    """An article whose title has *who* and *verb*."""
    claim = says(title, "role", who, verb)
    cue, place = claim.cue, claim.who_at
    assert place is not None
    first = replace(claim, cue=Span("title", cue.start, cue.end), who_at=Span("title", place.start, place.end))
    return told(text, first, *claims, title=title, outlet="b")  # type: ignore[arg-type]


def test_an_article_whose_title_has_a_reaction_is_one_of_reactions() -> None:
    police = told(OPENING, says(OPENING, "role", "police"))
    text = "The bridge was too old, said Ana Ruiz of the union of drivers on Wednesday, a day after it fell into the river."
    claim = says(text, "named", "Ana Ruiz", is_person=True)
    assert names(police, in_title("Union calls for inquiry", "Union", "calls", text, claim)) == ["police"]
    assert set(names(police, in_title("Union counts 12 dead", "Union", "counts", text, claim))) == {"police", "Ana Ruiz"}


def test_one_who_finds_and_demands_is_an_origin_though_the_title_has_the_demand() -> None:
    police = told(OPENING, says(OPENING, "role", "police"))
    text = "The bridge fell because a bolt was missing, the coroner said on Wednesday in a report of two hundred pages."
    claim = says(text, "role", "coroner")
    assert set(names(police, in_title("coroner calls for tests", "coroner", "calls", text, claim))) == {"police", "coroner"}


def test_a_witness_who_describes_something_does_not_react() -> None:
    text = f"{OPENING} Survivors described cars that slid into the water."
    claims = says(text, "role", "police"), says(text, "role", "Survivors", "described")
    assert set(names(told(text, *claims))) == {"police", "Survivors"}


def test_the_word_for_an_outlet_is_the_outlet_of_the_story() -> None:
    text = "Ardent is for sale, said three bankers."
    first = told(text, says(text, "anonymous", "three bankers"), outlet="Harbour Journal")
    text = "Ardent is for sale, the Journal reported."
    assert names(first, told(text, says(text, "named", "Journal", "reported"), outlet="b")) == ["three bankers"]


def test_the_operator_of_a_body_is_another_body() -> None:
    text = "The bridge was shut, the roads agency said. Its operator said that it was safe."
    claims = says(text, "role", "roads agency"), says(text, "role", "Its operator")
    assert len(telling_of(told(text, *claims)).statements) == len(names(told(text, *claims)))


def test_the_company_is_the_one_that_was_named_after_such_a_noun() -> None:
    text = "The cable is cut, its operator Elona said. Repairs take 15 days, the company said."
    first = says(text, "named", "Elona", is_person=True)
    first = replace(first, who_at=Span("text", text.index("its operator"), text.index(" said")))
    assert names(told(text, first, says(text, "role", "company"))) == ["Elona"]


def test_the_place_of_a_dateline_is_no_company() -> None:
    text = "KOTO (Meridian) - The mine is flooded. The company said that nobody was below."
    place = Entity("org:koto", "org", "KOTO", 1, (Span("text", 0, 4),))
    assert names(told(text, says(text, "role", "company"), entities=(place,))) == ["company"]


@pytest.mark.parametrize(
    ("language", "title", "text", "who", "verb"),
    [
        ("de", "Fahrgastverband fordert neue Brücken", "Jede Brücke ist alt, sagte Uwe Ritter.", "Uwe Ritter", "sagte"),
        ("fr", "Réactions après la chute du pont", "Le pont était vieux, a dit Anne Roy.", "Anne Roy", "dit"),
        ("es", "La oposición pide una comisión", "El puente era viejo, dijo Luz Mora.", "Luz Mora", "dijo"),
        ("ru", "Депутаты потребовали проверки", "Мост был старым, сказала Анна Ким.", "Анна Ким", "сказала"),
    ],
)
def test_reactions_are_told_by_the_words_of_the_language(language: str, title: str, text: str, who: str, verb: str) -> None:
    police = told(OPENING, says(OPENING, "role", "police"))
    claim = says(text, "named", who, verb, is_person=True)
    assert names(police, told(text, claim, title=title, outlet="b", language=language)) == ["police"]


def test_the_police_are_one_in_all_languages() -> None:
    german = "Die Polizei sagte, die Brücke ist gesperrt."
    spanish = "La policía dijo que el puente está cerrado."
    articles = (
        told(OPENING, says(OPENING, "role", "police")),
        told(german, says(german, "role", "Polizei", "sagte"), outlet="b", language="de"),
        told(spanish, says(spanish, "role", "policía", "dijo"), outlet="c", language="es"),
    )
    assert len(names(*articles)) == 1


def test_a_spokesman_whose_body_is_joined_to_the_word_is_the_body() -> None:
    text = "Ein Bahnsprecher sagte, die Brücke ist gesperrt."
    other = "Die Bahn sagte, die Brücke ist gesperrt."
    articles = (
        told(text, says(text, "role", "Bahnsprecher", "sagte"), language="de"),
        told(other, says(other, "role", "Bahn", "sagte"), outlet="b", language="de"),
    )
    assert len(names(*articles)) == 1
