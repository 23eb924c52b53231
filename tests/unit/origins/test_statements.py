"""What one article tells of its sources: who is introduced by a role, whom a source tells, and what a title repeats."""

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
