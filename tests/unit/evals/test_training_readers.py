"""The readers of the corpora of the model for German, Dutch and Italian, on small files written for this test."""

from pathlib import Path

from evals.entity_training.newspapers import read_europeana, read_hipe
from evals.entity_training.treebanks import TRANSLATIONS, read_projected, read_typed
from evals.spans import Sample

WORDS = (
    "De O\nheer O\nJan B-PERS\nMulder I-PERS\nging O\nnaar O\nhuis O\n. O\nIn O\nUtrecht B-LOC\nregende O\nhet O\ngisteren O\n"
)
HIPE = (
    "TOKEN\tNE-COARSE-LIT\tMISC\n# document 1\nHerr\tO\t_\nMüller\tB-pers\t_\nreiste\tO\t_\nnach\tO\t_\n"
    "Dres\tB-loc\t_\n¬\tI-loc\t_\nden\tI-loc\t_\n.\tO\tEndOfSentence\nEnde\tO\t_\n"
)
ENGLISH = "Vera Lima works at the Atlantic Bank in Porto."
ITALIAN = f"""# sent_id = n1
# text = Vera Lima lavora alla Banca Atlantica di Porto.
# text_en = {ENGLISH}
1\tVera\tvera\tPROPN
2\tLima\tlima\tPROPN
3\tlavora\tlavorare\tVERB
4-5\talla\t_\t_
4\ta\ta\tADP
5\tla\til\tDET
6\tBanca\tbanca\tPROPN
7\tAtlantica\tatlantico\tPROPN
8\tdi\tdi\tADP
9\tPorto\tporto\tPROPN
10\t.\t.\tPUNCT
"""
TYPED = """# text = Sanne de Wit woont in Amersfoort.
1\tSanne\t_\tPROPN
2\tde\t_\tPROPN
3\tWit\t_\tPROPN
4\twoont\t_\tVERB
5\tin\t_\tADP
6\tAmersfoort\t_\tPROPN
7\t.\t_\tPUNCT

# text = De Krabbel vaart vandaag weer uit.
1\tDe\t_\tDET
2\tKrabbel\t_\tPROPN
3\tvaart\t_\tVERB
4\tvandaag\t_\tADV
5\tweer\t_\tADV
6\tuit\t_\tADP
7\t.\t_\tPUNCT
"""


def names_of(sample: Sample) -> dict[str, str]:
    return {sample.text[each.start : each.end]: each.type for each in sample.gold}


def test_running_words_are_cut_at_the_signs_that_end_sentences(tmp_path: Path) -> None:
    path = tmp_path / "nl.bio"
    path.write_text(WORDS, encoding="utf-8")
    first, second = read_europeana(path, "nl")
    assert (first.text, names_of(first)) == ("De heer Jan Mulder ging naar huis.", {"Jan Mulder": "person"})
    assert (second.text, names_of(second)) == ("In Utrecht regende het gisteren", {"Utrecht": "place"})


def test_hyphens_and_short_sentences_of_newspapers_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "de.tsv"
    path.write_text(HIPE, encoding="utf-8")
    (sample,) = read_hipe(path, "de")
    assert (sample.text, names_of(sample)) == ("Herr Müller reiste nach Dres den.", {"Müller": "person", "Dres den": "place"})


def write_translations(folder: Path, organisation: str) -> Path:
    """Write a sentence of PUD in Italian and four translations, in which *organisation* is the name of the bank."""
    tags = {"Vera": "B-PER", "Lima": "I-PER", "Porto": "B-LOC"}
    for language, name in TRANSLATIONS.items():
        text = ENGLISH if language == "en" else f"Vera Lima, {organisation}, Porto."
        first, *rest = organisation.split()
        marks = tags if language == "en" else {**tags, first: "B-ORG"} | dict.fromkeys(rest, "I-ORG")
        words = text.replace(",", " ,").replace(".", " .").split()
        rows = "\n".join(f"{number}\t{word}\t{marks.get(word, 'O')}" for number, word in enumerate(words, 1))
        (folder / name).parent.mkdir()
        (folder / name).write_text(f"# sent_id = n1\n# text = {text}\n{rows}\n", encoding="utf-8")
    path = folder / "UD_Italian-PUD" / "it.conllu"
    path.parent.mkdir()
    path.write_text(ITALIAN, encoding="utf-8")
    return path


def test_the_names_of_translations_are_found_in_the_sentence(tmp_path: Path) -> None:
    (sample,) = read_projected(write_translations(tmp_path, "Banca Atlantica"), "it")
    assert names_of(sample) == {"Vera Lima": "person", "Banca Atlantica": "org", "Porto": "place"}


def test_a_sentence_with_a_name_that_no_translation_has_is_left_out(tmp_path: Path) -> None:
    assert list(read_projected(write_translations(tmp_path, "Atlantikbank"), "it")) == []


def test_a_sentence_counts_only_if_rules_type_all_its_names(tmp_path: Path) -> None:
    path = tmp_path / "nl.conllu"
    path.write_text(TYPED, encoding="utf-8")
    (sample,) = read_typed(path, "nl")
    assert names_of(sample) == {"Sanne de Wit": "person", "Amersfoort": "place"}
