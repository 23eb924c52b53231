"""Language packs: all data of a language that the services use come from its pack."""

from collections import Counter

import numpy as np
import pytest
from numpy.typing import NDArray

from consumers.entities.attribution import find_claims
from consumers.entities.linking import link_entities
from consumers.entities.ner import NerSpan
from consumers.stories.features import extract_features
from consumers.topics.classifier import Classifier
from monitor.messages import Claim
from monitor.text.languages import PACKS, UNDETERMINED, AttributionRules, LanguagePack, OriginWords, join_origin_words, pack
from monitor.text.mediatopics import concepts
from monitor.text.tokens import fold, tokens
from tests.unit.text.esperanto import PACK as ESPERANTO

ENGLISH = pack("en")
VOCABULARY = ("pluvo", "vento", "stormo", "futbalo", "golo", "teamo")


def embed_esperanto(text: str) -> NDArray[np.float32]:
    """Return a vector of the counts of VOCABULARY, with length 1."""
    counts = Counter(tokens(text))
    vector = np.array([counts[word] for word in VOCABULARY], dtype=np.float32)
    return vector / (float(np.linalg.norm(vector)) or 1.0)


def esperanto_claims(text: str) -> tuple[Claim, ...]:
    assert ESPERANTO.attribution is not None
    return find_claims("", text, (), ESPERANTO.attribution)


def test_titles_of_persons_come_from_the_pack() -> None:
    text = "Prezidanto Verda venis."
    spans = [NerSpan(0, len("Prezidanto Verda"), "PERSON")]
    assert [entity.name for entity in link_entities("", text, [], spans, ESPERANTO.names)] == ["Verda"]
    assert [entity.name for entity in link_entities("", text, [], spans, ENGLISH.names)] == ["Prezidanto Verda"]


@pytest.mark.parametrize("title", ["Landrätin", "Polizeisprecherin", "Oberbürgermeisterin", "Vizepräsident", "Staatsanwältin"])
def test_german_titles_are_also_those_of_women_and_compounds(title: str) -> None:
    text = f"{title} Eva Kraft kam."
    spans = [NerSpan(0, text.index(" kam"), "PERSON")]
    assert [entity.name for entity in link_entities("", text, [], spans, pack("de").names)] == ["Eva Kraft"]


def test_offices_come_from_the_pack() -> None:
    # "Prezidanto" before the surname of a listed leader is a given name unless it is an office.
    text = "Hodiaŭ Prezidanto Erdogan venis."
    assert [entity.name for entity in link_entities("", text, [], [], ESPERANTO.names)] == ["Recep Tayyip Erdogan"]
    assert [entity.name for entity in link_entities("", text, [], [], ENGLISH.names)] == ["Prezidanto Erdogan"]


@pytest.mark.parametrize(
    ("text", "stance", "source", "who"),
    [
        ("La ministro konfirmis la vojaĝon.", "confirmed", "role", "ministro"),
        ("Laŭ la ministro la vojaĝo okazos.", "reported", "role", "ministro"),
        ("La sennoma proparolanto neis tion.", "denied", "anonymous", "sennoma proparolanto"),
    ],
)
def test_cues_and_sources_come_from_the_pack(text: str, stance: str, source: str, who: str) -> None:
    assert [(claim.stance, claim.source, claim.who) for claim in esperanto_claims(text)] == [(stance, source, who)]


def test_hedges_come_from_the_pack() -> None:
    assert esperanto_claims("La ministro ne konfirmis la vojaĝon.") == ()


def test_english_cues_are_unknown_to_another_pack() -> None:
    assert esperanto_claims("The minister confirmed the journey.") == ()


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Correction: Kim left on Monday", True),
        ("CORRECTED - Kim left on Monday", True),
        ("CORRECTED-UPDATE 2-Kim left on Monday", True),
        ("CORRECTED-Kim left on Monday", True),
        ("CORRECTED-U.S. envoy left on Monday", True),
        ("CORRECTION-FACILITY INMATES RIOT", False),
        ("Correction-Facility Inmates Riot", False),
        ("[Correction] Kim left on Monday", True),
        ("Clarification: the age of the mayor", True),
        ("Retraction — the mayor did not resign", True),
        ("Kim left on Monday (corrected)", True),
        ("Kim left on Monday - correction", True),
        ("Erratum: Kim left on Monday", True),
        ("Corrigendum: the age of the mayor", True),
        ("UPDATE 2-CORRECTED-Kim left on Monday", True),
        ("RPT-CORRECTED-UPDATE 1-Kim left on Monday", True),
        ("REFILE-CORRECTED-UK says Kim left", True),
        ("Correction to Kim story", True),
        ("Corrections and clarifications", True),
        ("WITHDRAWAL-Kim left on Monday", True),
        ("KILL: Kim left on Monday", True),
        ("Story withdrawn: Kim left on Monday", True),
        ("Mandatory kill: Kim story", True),
        ("CORRECTED/WRAPUP: Kim left", True),
        ("Kim left on Monday (corrected version)", True),
        ("Kim corrects a pupil", False),
        ("UPDATE 2-Stocks slide into correction", False),
        ("Correction to the budget law passes", False),
        ("Market slides into mid-correction", False),
        ("Withdrawal: the last soldiers leave", False),
        ("Kill: a novel about revenge", False),
        ("Stocks fall into correction", False),
        ("Exchange confirms correction", False),
        ("Are house prices due a correction?", False),
        ("Oil's 15% correction", False),
        ("Correction officers end their strike", False),
        ("Clarification of the border rules sought by MPs", False),
        ("Corrected figures show fewer jobs", False),
    ],
)
def test_marks_of_a_correction_come_from_the_pack(title: str, *, expected: bool) -> None:
    assert bool(ENGLISH.correction.search(title)) is expected
    assert bool(pack("eo").correction.search(title)) is expected
    assert not ESPERANTO.correction.search(title)


@pytest.mark.parametrize(
    ("code", "title", "expected"),
    [
        ("fr", "Rectificatif : le pont reste ouvert", True),
        ("fr", "Erratum : le pont reste ouvert", True),
        ("fr", "CORRIGÉ-Le pont reste ouvert", True),
        ("fr", "Annule et remplace : le pont reste ouvert", True),
        ("fr", "Rectificatif à la dépêche sur le pont", True),
        ("fr", "Annulation : le concert n'aura pas lieu", False),
        ("fr", "Correction à la Bourse de Paris", False),
        ("fr", "Le pont reste ouvert (corrigé)", True),
        ("de", "Korrektur: Brücke bleibt offen", True),
        ("de", "KORREKTUR/ROUNDUP: Brücke bleibt offen", True),
        ("de", "Meldung zurückgezogen: Brücke gesperrt", True),
        ("de", "Korrektur zur Meldung über die Brücke", True),
        ("de", "Korrektur an den Märkten setzt sich fort", False),
        ("de", "Korrektur zur Wahlordnung beschlossen", False),
        ("es", "Corrección: el puente sigue abierto", True),
        ("es", "Fe de errores: el puente sigue abierto", True),
        ("es", "RECTIFICACIÓN-El puente sigue abierto", True),
        ("es", "Corrección a la noticia sobre el puente", True),
        ("es", "Aclaración de Sánchez sobre el puente", False),
        ("es", "Corrección a la baja en la Bolsa", False),
        ("it", "Rettifica: il ponte resta aperto", True),
        ("it", "ANNULLAMENTO: il ponte resta aperto", True),
        ("it", "Precisazione del ministro sul ponte", False),
        ("pt", "Correção: a ponte continua aberta", True),
        ("pt", "Erramos: a ponte continua aberta", True),
        ("pt", "Correção das bolsas continua", False),
        ("ru", "Исправление: мост открыт", True),
        ("ru", "ИСПРАВЛЕНО-Мост открыт", True),
        ("ru", "Поправка к закону о мостах принята", False),
        ("uk", "Виправлення: міст відкрито", True),
        ("uk", "Поправка до закону ухвалена", False),
        ("pl", "Sprostowanie: most jest otwarty", True),
        ("pl", "Korekta na giełdzie trwa", False),
        ("nl", "Rectificatie: brug blijft open", True),
        ("nl", "Bericht ingetrokken: brug dicht", True),
        ("nl", "Herstel: de economie groeit", False),
        ("nl", "Correctie op de beurs zet door", False),
        ("ja", "【訂正】橋は開いたまま", True),
        ("ja", "訂正-橋は開いたまま", True),
        ("ja", "【お詫びと訂正】橋は開いたまま", True),
        ("ja", "修正予算案が可決", False),
        ("ko", "[정정] 다리는 열려 있다", True),
        ("ko", "<고침> 다리는 열려 있다", True),
        ("ko", "[전문취소] 다리는 닫혔다", True),
        ("ko", "수정 예산안 통과", False),
        ("zh", "更正：大桥仍然开放", True),
        ("zh", "更正启事：大桥仍然开放", True),
        ("zh", "澄清谣言的记者会", False),
        ("ar", "تصحيح: الجسر مفتوح", True),
        ("ar", "توضيح من الوزير بشأن الجسر", False),
    ],
)
def test_a_correction_is_set_off_by_a_sign(code: str, title: str, *, expected: bool) -> None:
    assert bool(pack(code).correction.search(title)) is expected


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "The quay is shut.\n\nAn earlier version of this article misstated the day."),
        ("en", "The quay is shut.\nCorrection: it was shut on Monday."),
        ("en", "The quay is shut.\nThis story has been withdrawn."),
        ("en", "The quay is shut.\n(This version corrects the day)"),
        ("fr", "Le quai est fermé.\nCet article a été corrigé : il a fermé lundi."),
        ("de", "Der Kai ist gesperrt. In einer früheren Version dieses Artikels stand ein falscher Tag."),
        ("es", "El muelle está cerrado. Una versión anterior de este artículo daba otro día."),
        ("it", "Il molo è chiuso. Una precedente versione di questo articolo dava un altro giorno."),
        ("pt", "O cais está fechado. Uma versão anterior deste artigo dava outro dia."),
        ("ru", "Причал закрыт. В предыдущей версии статьи был указан другой день."),
        ("nl", "De kade is dicht. In een eerdere versie van dit artikel stond een andere dag."),
        ("pl", "Nabrzeże zamknięte. W poprzedniej wersji artykułu podano inny dzień."),
        ("uk", "Причал закрито. У попередній версії статті був інший день."),
        ("ja", "岸壁は閉鎖された。\n日付に誤りがあったため、記事を訂正しました。"),
        ("ko", "부두가 폐쇄됐다.\n날짜를 바로잡습니다."),
        ("zh", "码头已关闭。\n本文此前日期有误，特此更正。"),
        ("ar", "أغلق الرصيف.\nتم تصحيح هذا الخبر: أغلق يوم الاثنين."),
    ],
)
def test_a_note_says_that_an_article_was_corrected(code: str, text: str) -> None:
    assert pack(code).correction_note.search(text)
    assert not pack(code).correction_note.search(text.partition("\n")[0].partition(". ")[0])


def test_stopwords_come_from_the_pack() -> None:
    assert set(extract_features("La vento kaj the storm", "", (), ESPERANTO.stopwords).terms) == {"vento", "the", "storm"}
    assert set(extract_features("La vento kaj the storm", "", (), ENGLISH.stopwords).terms) == {"vento", "kaj", "storm"}


def test_topic_descriptions_come_from_the_pack() -> None:
    assert ESPERANTO.topics is not None
    assert ENGLISH.topics is not None
    classifier = Classifier(embed_esperanto, ESPERANTO.topics)
    assert [topic.name for topic in classifier.classify("Ŝtormo", "Vento kaj pluvo en la urbo")] == ["weather"]
    assert [topic.name for topic in classifier.classify("Futbalo", "La teamo gajnis per golo")] == ["sport"]
    assert Classifier(embed_esperanto, ENGLISH.topics).classify("Ŝtormo", "Vento kaj pluvo") == ()


def test_words_for_sources_of_several_packs_count_together() -> None:
    assert ENGLISH.origins is not None
    esperanto = OriginWords(speakers=frozenset({"proparolanto"}), leaders={"ministro": "ministerio"})
    joined = join_origin_words([ENGLISH.origins, esperanto])
    assert {"spokesman", "proparolanto"} <= joined.speakers
    assert (joined.leaders["minister"], joined.leaders["ministro"]) == ("ministry", "ministerio")


def test_a_pack_needs_no_more_than_a_code() -> None:
    empty = LanguagePack("eo")
    entities = link_entities("", "Kim Jong Un venis al Moskvo.", [], [], empty.names)
    assert [entity.name for entity in entities] == ["Kim Jong Un"]
    assert find_claims("", "Li konfirmis.", entities, AttributionRules()) == ()


@pytest.mark.parametrize("code", PACKS)
def test_each_row_of_the_table_has_a_pack_of_that_code(code: str) -> None:
    assert pack(code).code == code


@pytest.mark.parametrize("code", PACKS)
def test_the_words_of_each_pack_are_folded(code: str) -> None:
    words = {*pack(code).stopwords, *pack(code).names.offices, *pack(code).names.family_names_first}
    assert {word for word in words if fold(word) != word} == set()


def test_the_english_pack_describes_all_top_concepts() -> None:
    assert ENGLISH.topics is not None
    assert set(ENGLISH.topics.top_concepts) == {code for code, concept in concepts().items() if not concept.broader}


@pytest.mark.parametrize("code", ["eo", "zz", "", UNDETERMINED])
def test_a_language_without_a_pack_has_the_gazetteer_alone(code: str) -> None:
    undetermined = pack(code)
    parts = (undetermined.ner_model, undetermined.attribution, undetermined.topics)
    assert (undetermined.code, parts) == (UNDETERMINED, (None, None, None))
    assert undetermined.stopwords == ENGLISH.stopwords
