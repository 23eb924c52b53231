"""No claim, and no entity but the known names of captions, is read in what is not news. Offsets are the article's own."""

from consumers.entities.analysis import Analysis, Texts, make_analyser

NEWS = """\
The harbour of Lindvik was closed on Tuesday after a tanker ran aground, and Emmanuel Macron is to visit it.

Xi Jinping and Vladimir Putin shake hands at the summit in Beijing, China, June 3, 2014.
AP

Olaf Scholz confirmed that Germany would send two tugs to pull the ship free before the tide turns again.

Both captains are to be heard by a court in Berlin, which has to find who of them gave the order to turn the ship.

"""
TAIL = """\
Marta Lund is a reporter for Reuters based in London. She has covered Ukraine.

Read more: Kremlin denies talks on grain"""


def analysed(title: str, text: str) -> Analysis:
    """Return the analysis of an article with the names of the gazetteer."""
    (analysis,) = make_analyser("table")([Texts(title, text)])
    return analysis


def test_entities_and_claims_are_those_of_the_news() -> None:
    text = NEWS + TAIL
    analysis = analysed("Tanker runs aground", text)
    names = {entity.name for entity in analysis.entities}
    in_caption = {"Xi Jinping", "Vladimir Putin", "Beijing", "China"}
    assert names == {"Emmanuel Macron", "Olaf Scholz", "Germany", "Berlin", *in_caption}
    assert [(claim.stance, claim.who) for claim in analysis.claims] == [("confirmed", "Olaf Scholz")]
    mentions = {text[at.start : at.end] for entity in analysis.entities for at in entity.mentions}
    assert mentions == names


def test_what_was_left_out_is_told_with_its_place_and_reason() -> None:
    text = NEWS + TAIL
    told = [(passage.reason, text[passage.start : passage.end].split()[0]) for passage in analysed("Tanker", text).not_news]
    assert told == [("caption", "Xi"), ("credit", "AP"), ("biography", "Marta"), ("related", "Read")]
    assert analysed("Tanker", NEWS.replace("AP\n", "")).not_news == ()


def test_in_a_language_without_rules_all_of_a_text_is_news() -> None:
    text = "Der Hafen wurde am Dienstag geschlossen, nachdem ein Tanker auf Grund gelaufen war.\n\nAP\n\nBack to top"
    analysis = analysed("Tanker läuft auf Grund", text)
    assert (analysis.language.code, analysis.not_news) == ("de", ())
