"""The further training of a model, and the readers of its texts, on small files written for this test."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
import spacy

from evals.entity_training.corpora import DOCRED_TYPES, ENGLISH_LABELS
from evals.entity_training.docred import read_docred
from evals.entity_training.further import UNKNOWN, merged_tags, pretrained
from evals.spans import Gold
from monitor.text.languages import ModelFiles, NerModel

TEXT = "The Kenyan minister met Vera Lima of Harbour Bank in Nairobi on Monday."
VERA, BANK, NAIROBI, MONDAY, KENYAN = (24, 33), (37, 49), (53, 60), (64, 70), (4, 10)


def tags(
    names: Sequence[tuple[int, int, str]], found: Sequence[tuple[int, int, str]], adjectives: frozenset[str]
) -> dict[str, str]:
    doc = spacy.blank("en").make_doc(TEXT)
    told = merged_tags(doc, names, found, adjectives)
    return {token.text: tag for token, tag in zip(doc, told, strict=True) if tag != "O"}


def test_names_that_people_marked_replace_those_of_the_model_and_its_other_labels_stay() -> None:
    found = [(*VERA, "ORG"), (*NAIROBI, "PERSON"), (*MONDAY, "DATE")]
    assert tags([(*VERA, "PERSON"), (*BANK, "ORG")], found, frozenset()) == {
        "Vera": "B-PERSON",
        "Lima": "L-PERSON",
        "Harbour": "B-ORG",
        "Bank": "L-ORG",
        "Monday": "U-DATE",
    }


def test_a_place_keeps_the_label_that_the_model_has_for_it() -> None:
    assert tags([(*NAIROBI, "GPE")], [(*NAIROBI, "LOC")], frozenset()) == {"Nairobi": "U-LOC"}
    assert tags([(*NAIROBI, "GPE")], [(*NAIROBI, "ORG")], frozenset()) == {"Nairobi": "U-GPE"}


@pytest.mark.parametrize(("found", "adjectives"), [([(*KENYAN, "NORP")], frozenset()), ([], frozenset({"Kenyan"}))])
def test_an_adjective_that_is_marked_as_a_place_is_none(found: list[tuple[int, int, str]], adjectives: frozenset[str]) -> None:
    assert tags([(*KENYAN, "GPE")], found, adjectives) == {"Kenyan": "U-NORP"}


def test_nothing_is_learned_of_a_name_of_unknown_type_or_that_ends_within_a_token() -> None:
    assert tags([(*BANK, UNKNOWN)], [(*BANK, "DATE")], frozenset()) == {"Harbour": "-", "Bank": "-"}
    assert tags([(24, 31, "PERSON")], [], frozenset()) == {"Vera": "-", "Lima": "-"}


def test_in_a_text_that_is_marked_in_part_other_words_that_may_be_names_are_unknown() -> None:
    doc = spacy.blank("en").make_doc(TEXT)
    told = merged_tags(doc, [(*VERA, "PERSON")], [(*NAIROBI, "GPE"), (*MONDAY, "DATE")], frozenset(), in_part=True)
    assert dict(zip(map(str, doc), told, strict=True)) == {
        "The": "O",
        "Kenyan": UNKNOWN,
        "minister": "O",
        "met": "O",
        "Vera": "B-PERSON",
        "Lima": "L-PERSON",
        "of": "O",
        "Harbour": UNKNOWN,
        "Bank": UNKNOWN,
        "in": "O",
        "Nairobi": UNKNOWN,
        "on": "O",
        "Monday": "U-DATE",
        ".": "O",
    }


def test_a_base_that_is_not_installed_is_named_with_the_remedy() -> None:
    with pytest.raises(FileNotFoundError, match="no_such_package is not installed; run: pip install it"):
        pretrained(NerModel(ModelFiles("no_such_package", "data", "0", "it")))


def test_the_mentions_of_a_document_are_names_of_its_sentences(tmp_path: Path) -> None:
    path = tmp_path / "documents.json"
    mentions = [
        {"pos": [0, 2], "sent_id": 1, "type": "PER"},
        {"pos": [1, 2], "sent_id": 1, "type": "LOC"},
        {"pos": [4, 5], "sent_id": 1, "type": "TIME"},
        {"pos": [0, 1], "sent_id": 0, "type": "MISC"},
    ]
    document = {"sents": [["Spring", "came", "."], ["Vera", "Lima", "left", "in", "1999", "."]]}
    path.write_text(json.dumps([document | {"vertexSet": [mentions[:3], mentions[3:]]}]), encoding="utf-8")
    first, second = read_docred(path, "en", DOCRED_TYPES)
    assert (first.text, first.gold) == ("Spring came.", (Gold(0, 6, "other"),))
    assert (second.text, second.gold) == ("Vera Lima left in 1999.", (Gold(0, 9, "person"),))
    assert {each.type for each in (*first.gold, *second.gold)} <= set(ENGLISH_LABELS)
