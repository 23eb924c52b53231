"""The texts from which NER models are trained, and the training, on small files written for this test."""

from functools import partial
from pathlib import Path
from random import Random

import pytest
import spacy
from click.testing import CliRunner

from consumers.entities.ner import NerSpan, load_recogniser
from evals.entity_training.__main__ import build, main
from evals.entity_training.corpora import RECIPES
from evals.entity_training.recipe import Corpus, Recipe
from evals.entity_training.training import texts_of
from evals.entity_training.uner import CONTRACTIONS, read_uner
from evals.spans import Columns, Gold, Sample, read_separately
from monitor.text.languages import ModelFiles, NerModel

TAGS = ("B-PER", "I-PER", "I-PER")
BOSQUE = """# newdoc id = 1
# text = A ministra Vera Lima chegou a o Porto, em o norte de o país, vinda de O Mar.
1\tA\tO
2\tministra\tO
3\tVera\tB-PER
4\tLima\tI-PER
5\tchegou\tO
6\ta\tO
7\to\tO
8\tPorto\tB-LOC
9\t,\tO
10\tem\tO
11\to\tO
12\tnorte\tO
13\tde\tO
14\to\tO
15\tpaís\tO
16\t,\tO
17\tvinda\tO
18\tde\tO
19\tO\tB-ORG
20\tMar\tI-ORG
21\t.\tO

# text = Um fim.
1\tOutro\tO
"""


def names_of(sample: Sample) -> dict[str, str]:
    return {sample.text[each.start : each.end]: each.type for each in sample.gold}


def test_words_that_are_written_as_one_are_joined_but_at_the_bounds_of_names(tmp_path: Path) -> None:
    path = tmp_path / "pt.iob2"
    path.write_text(BOSQUE, encoding="utf-8")
    (sample,) = read_uner(path, language="pt", contractions=CONTRACTIONS["pt"])
    assert sample.text == "A ministra Vera Lima chegou ao Porto, no norte do país, vinda de O Mar."
    assert names_of(sample) == {"Vera Lima": "person", "Porto": "place", "O Mar": "org"}


@pytest.mark.parametrize(
    ("pair", "one"), [(("de", "aquela"), "daquela"), (("por", "as"), "pelas"), (("a", "a"), "à"), (("a", "aquilo"), "àquilo")]
)
def test_the_contractions_of_portuguese(pair: tuple[str, str], one: str) -> None:
    assert CONTRACTIONS["pt"][pair] == one


@pytest.mark.parametrize("language", sorted(RECIPES))
def test_each_corpus_has_a_licence_that_the_model_can_keep(language: str) -> None:
    recipe = RECIPES[language]
    corpora = (*recipe.corpora, *recipe.partial)
    licences = {corpus.licence for corpus in corpora}
    assert licences <= {"CC BY-SA 4.0", "CC BY-SA 3.0", "CC BY 4.0", "CC BY 3.0", "CC0"}
    assert recipe.licence == "CC BY-SA 4.0" or not any("SA" in licence for licence in licences)
    for corpus in corpora:
        assert len(corpus.commit) == 40
        assert not set(corpus.files) & set(corpus.held_out)


def test_a_trained_model_finds_the_names_of_its_texts_and_contains_no_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    names = ("林美", "何大文", "赵明", "周小红")
    lines = [[*((letter, "O") for letter in "今天于"), *zip(name, TAGS, strict=False), ("说", "O")] for name in names]
    text = "\n".join("".join(f"{letter}\t{tag}\n" for letter, tag in line) for line in lines)
    (folder / "train.bio").write_text(f"{text}\n" * 10, encoding="utf-8")
    (folder / "test.bio").write_text(text, encoding="utf-8")
    read = partial(read_separately, language="zh", columns=Columns(0, 1, "\t", joined=True))
    corpus = Corpus("owner/letters", "0" * 40, "CC0", read, ["train.bio"], ["test.bio"])
    recipe = Recipe("zh", [corpus], rows=(200, 50, 50, 50), epochs=15)
    model = tmp_path / "model"
    build("zh", recipe, tmp_path, model)
    assert "'f1': 1.0" in capsys.readouterr().out.splitlines()[-2]
    recognise = load_recogniser(model, NerModel(ModelFiles("a", "b", "c", "d")))
    assert recognise(["今天于何大文说"]) == [[NerSpan(3, 6, "PER")]]
    assert spacy.load(model).meta["license"] == "CC BY-SA 4.0"
    assert not any("何大文".encode() in file.read_bytes() for file in model.rglob("*") if file.is_file())


def test_a_corpus_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["pt", str(tmp_path), str(tmp_path / "model")])
    assert result.exit_code == 1
    assert "UNER_Portuguese-Bosque/pt_bosque-ud-train.iob2'; evals/entity_training/corpora.py says where" in result.stderr


def test_a_name_keeps_its_place_among_several_sentences() -> None:
    sample = Sample("pt", "Vera Lima chegou.", (Gold(0, 9, "person"),), ((0, 17),))
    texts = texts_of([sample] * 7, " ", Random(0))
    assert sum(len(each.names) for each in texts) == 7
    assert {each.text[start:end] for each in texts for start, end, _ in each.names} == {"Vera Lima"}
