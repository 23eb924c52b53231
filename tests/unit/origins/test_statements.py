"""What one article tells of its sources: who is introduced by a role, whom a source tells, and what a title repeats."""

from dataclasses import replace
from typing import Any

from monitor.messages import ArticleStories, Claim, Entity, Source, Span
from monitor.origins import Tally, fold, telling_of
from tests.make import article_stories


def says(text: str, source: Source, who: str, verb: str = "said", *, is_person: bool = False) -> Claim:
    """The claim of *text* in which *who* stands before or after the next *verb*."""
    start = text.index(who)
    cue = text.index(verb, max(0, start - len(verb) - 1))
    entity = f"person:{who.casefold()}" if is_person else None
    return Claim("said", source, who, Span("text", cue, cue + len(verb)), Span("text", start, start + len(who)), entity)


def told(text: str, *claims: Claim, title: str = "A title", outlet: str = "a", **fields: Any) -> ArticleStories:
    return article_stories(title, text, claims=claims, outlet=outlet, **{"source": outlet, **fields})


def names(*messages: ArticleStories) -> list[str]:
    return [each.who for each in fold(Tally(), [telling_of(each) for each in messages], []).origins]


def test_a_person_who_is_named_after_a_role_is_its_holder() -> None:
    text = 'A wolf stood on the pier, a fisherman said. "It was grey," said Knut Aas.'
    claims = says(text, "role", "fisherman"), says(text, "named", "Knut Aas", is_person=True)
    assert names(told(text, *claims)) == ["Knut Aas"]


def test_a_person_of_another_role_is_not_its_holder() -> None:
    text = 'A wolf stood on the pier, a fisherman said. "It was grey," said Knut Aas, a teacher, on Monday.'
    claims = says(text, "role", "fisherman"), says(text, "named", "Knut Aas", is_person=True)
    assert set(names(told(text, *claims))) == {"fisherman", "Knut Aas"}


def test_a_body_is_not_a_person_who_is_named_after_it() -> None:
    text = 'Windows broke, the police said. "It was loud," said Knut Aas.'
    claims = says(text, "role", "police"), says(text, "named", "Knut Aas", is_person=True)
    assert set(names(told(text, *claims))) == {"police", "Knut Aas"}


def test_a_leader_is_the_body() -> None:
    text = "Knut Aas, the head of the rescue service, said so."
    leader = told(text, says(text, "named", "Knut Aas", is_person=True))
    text = "The rescue service said so."
    assert names(leader, told(text, says(text, "role", "rescue service"), outlet="b")) == ["Knut Aas"]
    text = "Knut Aas, who heads the rescue service, said so."
    assert names(told(text, says(text, "named", "Knut Aas", is_person=True)), leader) == ["Knut Aas"]


def test_what_a_source_tells_another_outlet_is_relayed() -> None:
    own = "The plan is dropped, said three bankers."
    relay = "Insiders told the Harbour Courier that the plan is dropped."
    first = told(own, says(own, "anonymous", "three bankers"), outlet="Harbour Courier")
    second = told(relay, says(relay, "anonymous", "Insiders", "told"), outlet="b")
    assert names(first, second) == ["three bankers"]
    assert names(second) == ["Insiders"]
    assert telling_of(second).statements[0].through == "Harbour Courier"
    parliament = "Insiders told Parliament that the plan is dropped."
    assert telling_of(told(parliament, says(parliament, "anonymous", "Insiders", "told"))).statements[0].through is None


def test_unnamed_sources_of_one_cited_outlet_are_one() -> None:
    first = "Insiders told the Harbour Courier so."
    second = "Bankers told Harbour Courier so."
    messages = [
        told(text, says(text, "anonymous", text.split()[0], "told"), outlet=outlet)
        for text, outlet in ((first, "a"), (second, "b"))
    ]
    assert len(names(*messages)) == 1


def test_a_title_repeats_a_source_that_is_not_named() -> None:
    text = "The plan is dropped, said three bankers."
    title = Claim("said", "role", "harbour officials", Span("title", 0, 4))
    assert names(told(text, title, says(text, "anonymous", "three bankers"))) == ["three bankers"]
    assert names(told(text, title)) == ["harbour officials"]


def test_what_is_joined_is_no_longer_than_a_message_may_have_it() -> None:
    crowd, owned = "x" * 300 + " residents", "its " + "y" * 480 + " ministry"
    text = f'{crowd} said. "No," said Knut Aas. Velm Works met. {owned} denied it.'
    owner = text.index("Velm Works")
    entity = Entity("org:v", "org", "v" * 500, 1, (Span("text", owner, owner + 10),))
    claims = says(text, "role", crowd), says(text, "named", "Knut Aas", is_person=True), says(text, "role", owned, "denied")
    statements = telling_of(told(text, *claims, entities=(entity,))).statements
    assert max(len(each.who or "") for each in statements) == 512
    assert max(len(each.role or "") for each in statements) == 200


def test_a_leader_who_is_introduced_before_the_first_claim_is_the_body() -> None:
    text = 'Loopline told its staff so. A memo of Chief Executive Dana Lock went out. "It is my fault," Dana Lock wrote.'
    leader = Claim("said", "named", "Dana Lock", Span("text", text.rindex("wrote"), len(text) - 1), None, "person:dana lock")
    leader = replace(leader, who_at=Span("text", text.rindex("Dana"), text.rindex("Dana") + 9))
    company = Entity("org:loopline", "org", "Loopline", 1, (Span("text", 0, 8),))
    article = told(text, leader, entities=(company,))
    assert (telling_of(article).statements[0].role or "").endswith("Chief Executive")
    text = "Loopline said so."
    assert len(names(article, told(text, says(text, "named", "Loopline"), outlet="b"))) == 1


def test_somebody_of_a_body_is_the_body() -> None:
    text = "Blue Coast said so. Its chemist Aya Noda said that the numbers were right."
    chemist = says(text, "named", "Aya Noda", is_person=True)
    chemist = replace(chemist, who_at=Span("text", text.index("Its"), text.index(" said that")))
    assert len(names(told(text, says(text, "named", "Blue Coast"), chemist))) == 1


def test_a_person_who_is_called_by_age_people_or_work_is_the_one_before() -> None:
    for again in ("24-year-old", "Norwegian", "singer"):
        text = f"Knut Aas said so. The {again} said that he was ready."
        source: Source = "named" if again == "Norwegian" else "role"
        claims = says(text, "named", "Knut Aas", is_person=True), says(text, source, again)
        assert names(told(text, *claims)) == ["Knut Aas"], again


def test_a_newspaper_is_the_one_that_is_named_before() -> None:
    text = "Auto Woche reports it. The German magazine said that there is an option."
    magazine = replace(says(text, "named", "Auto Woche", "reports", is_person=True), stance="reported")
    assert names(told(text, magazine, says(text, "role", "German magazine"))) == ["Auto Woche"]


def test_a_body_with_its_country_is_the_body_with_its_longer_name() -> None:
    text = "Japan's Tsuki said so."
    short = told(text, replace(says(text, "named", "Tsuki"), who_at=Span("text", 0, 13)))
    text = "Tsuki Power Co said so."
    assert len(names(short, told(text, says(text, "named", "Tsuki Power Co"), outlet="b"))) == 1
