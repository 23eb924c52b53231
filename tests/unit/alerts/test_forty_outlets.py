"""One event that forty outlets tell in three languages, each in a choice of sentences of its own."""

from collections.abc import Mapping, Sequence
from random import Random

import pytest

from monitor.config import Watch
from monitor.messages import Article
from tests.make import article
from tests.unit.alerts.chain import alerts_of

OUTLETS = 40
Sentences = tuple[Sequence[str], Sequence[str], Sequence[str]]
"""Titles, first sentences, and further ones."""
QUAKE: Mapping[str, Sentences] = {
    "en": (
        (
            "Earthquake of magnitude 6.3 shakes Guatemala",
            "Guatemala: at least 14 dead after quake near Quetzaltenango",
            "Strong quake brings down houses in Quetzaltenango, Guatemala",
        ),
        (
            "An earthquake of magnitude 6.3 struck Guatemala on Tuesday; 14 people died in Quetzaltenango, Conred said.",
            "At least 14 people were killed on Tuesday when a quake of magnitude 6.3 shook Quetzaltenango in Guatemala.",
            "Houses fell in Quetzaltenango, Guatemala, in a quake of magnitude 6.3 on Tuesday; Conred counts 14 dead.",
        ),
        (
            "The epicentre lay 35 kilometres from Champerico, at a depth of 72 kilometres.",
            "President Bernardo Arevalo declared a state of emergency and sent 600 soldiers.",
            "Some 2,300 people spent the night in the stadium Mario Camposeco.",
            "The road to Champerico is blocked, and hospitals are short of blood.",
            "Rescuers with dogs searched the rubble of a school in Almolonga.",
        ),
    ),
    "de": (
        (
            "Erdbeben der Stärke 6,3 erschüttert Guatemala",
            "Guatemala: mindestens 14 Tote nach Beben bei Quetzaltenango",
            "Schweres Beben lässt Häuser in Quetzaltenango in Guatemala einstürzen",
        ),
        (
            "Ein Beben der Stärke 6,3 hat am Dienstag Guatemala erschüttert; in Quetzaltenango starben 14 Menschen, so Conred.",
            "Mindestens 14 Menschen kamen am Dienstag bei einem Beben der Stärke 6,3 in Quetzaltenango in Guatemala um.",
            "In Quetzaltenango in Guatemala stürzten am Dienstag bei einem Beben (Stärke 6,3) Häuser ein; Conred: 14 Tote.",
        ),
        (
            "Das Epizentrum lag 35 Kilometer von Champerico entfernt in einer Tiefe von 72 Kilometern.",
            "Präsident Bernardo Arévalo rief den Notstand aus und entsandte 600 Soldaten.",
            "Etwa 2300 Menschen verbrachten die Nacht im Stadion Mario Camposeco.",
            "Die Straße nach Champerico ist versperrt, und in den Krankenhäusern fehlt Blut.",
            "Retter mit Hunden durchsuchten die Trümmer einer Schule in Almolonga.",
        ),
    ),
    "es": (
        (
            "Un terremoto de magnitud 6,3 sacude Guatemala",
            "Guatemala: al menos 14 muertos tras un sismo cerca de Quetzaltenango",
            "Un fuerte sismo derrumba casas en Quetzaltenango, Guatemala",
        ),
        (
            "Un terremoto de magnitud 6,3 sacudió Guatemala el martes; en Quetzaltenango murieron 14 personas, según Conred.",
            "Al menos 14 personas murieron el martes en un sismo de magnitud 6,3 en Quetzaltenango, en Guatemala.",
            "El martes cayeron casas en Quetzaltenango, Guatemala, en un sismo de magnitud 6,3; la Conred cuenta 14 muertos.",
        ),
        (
            "El epicentro se situó a 35 kilómetros de Champerico, a 72 kilómetros de profundidad.",
            "El presidente Bernardo Arévalo declaró el estado de emergencia y envió 600 soldados.",
            "Unas 2.300 personas pasaron la noche en el estadio Mario Camposeco.",
            "La carretera a Champerico está bloqueada y en los hospitales falta sangre.",
            "Rescatistas con perros buscaron entre los escombros de una escuela en Almolonga.",
        ),
    ),
}
TRAIN: Mapping[str, tuple[str, str]] = {
    "en": (
        "Kim Jong Un leaves for summit with Putin in Vladivostok",
        "Kim Jong Un left Pyongyang on Monday in his armoured train. Vladimir Putin expects him in Vladivostok.",
    ),
    "de": (
        "Kim Jong Un reist zum Gipfel mit Putin nach Wladiwostok",
        "Kim Jong Un hat am Montag Pjöngjang in seinem Panzerzug verlassen. Wladimir Putin erwartet ihn in Wladiwostok.",
    ),
    "es": (
        "Kim Jong Un viaja a Vladivostok para la cumbre con Putin",
        "Kim Jong Un salió el lunes de Pyongyang en su tren blindado. Vladimir Putin lo espera en Vladivostok.",
    ),
}
LANGUAGES = tuple(QUAKE)
TURNS = tuple(LANGUAGES[number % 3] for number in range(OUTLETS))
ORDERS = {
    "by turns": TURNS,
    "by turns, German first": (*TURNS[1:], TURNS[0]),
    "one language after the other": tuple(sorted(TURNS)),
    "the other way round": tuple(sorted(TURNS, reverse=True)),
}


def reports(languages: Sequence[str]) -> list[Article]:
    """Return the reports of the earthquake by outlets with these *languages*, three minutes apart."""
    articles = []
    for number, language in enumerate(languages):
        rng, (titles, leads, details) = Random(f"{language} {number}"), QUAKE[language]
        text = " ".join((rng.choice(leads), *rng.sample(details, 3)))
        articles.append(article(rng.choice(titles), text, outlet=f"outlet {number}", minutes=3 * number))
    return articles


@pytest.mark.parametrize("languages", ORDERS.values(), ids=ORDERS)
def test_one_event_in_three_languages_is_one_alert_that_counts_its_outlets(languages: Sequence[str]) -> None:
    versions = alerts_of(reports(languages), Watch("guatemala", place=("Guatemala",)))
    assert len({each.id for each in versions}) == 1
    assert [(each.version, each.outlet_count) for each in versions] == [(n, n) for n in range(1, OUTLETS + 1)]
    assert versions[0].change == "new"
    assert "new" not in {each.change for each in versions[1:]}
    assert versions[-1].article_count == OUTLETS


def test_known_names_alone_join_no_languages() -> None:
    """They join no articles of one language either, since a person may be at two events (docs/languages.md)."""
    articles = [article(*text, outlet=f"outlet of {language}", minutes=n) for n, (language, text) in enumerate(TRAIN.items())]
    alerts = alerts_of(articles, Watch("kim", person=("Kim Jong Un",)))
    assert [(each.change, each.outlet_count) for each in alerts] == [("new", 1)] * len(TRAIN)
    assert len({each.id for each in alerts}) == len(TRAIN)
