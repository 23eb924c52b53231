"""The training of a CRF over words, on small files written for this test."""

import re
from functools import partial
from pathlib import Path

import pytest

from consumers.entities import crf
from consumers.entities.sudachi import Morpheme, features
from evals.entity_training.crf_training import build, labels_of
from evals.entity_training.recipe import Corpus, Recipe
from evals.spans import Columns, Gold, Sample, read_separately


def analyse(sentence: str) -> list[Morpheme]:
    """Return the runs of ideographs and of kana in *sentence* as words."""
    return [Morpheme(match.group(), *match.span(), ("名詞",)) for match in re.finditer("[一-鿿]+|[^一-鿿]+", sentence)]


def test_a_trained_model_finds_the_names_of_its_texts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "words"
    folder.mkdir()
    names = ("林", "川", "山", "谷")
    text = "\n".join(f"{name}\tB-PERSON\nさんは\tO\n町\tB-GPE\nへ\tO\n" for name in names)
    (folder / "train.bio").write_text(f"{text}\n" * 5, encoding="utf-8")
    (folder / "test.bio").write_text(text, encoding="utf-8")
    read = partial(read_separately, language="ja", columns=Columns(0, 1, "\t", joined=True))
    recipe = Recipe("ja", [Corpus("owner/words", "0" * 40, "CC0", read, ["train.bio"], ["test.bio"])], library="sudachi")
    build(recipe, tmp_path, tmp_path / "model", {"license": "CC BY-SA 4.0"}, analyse)
    assert "'f1': 1.0" in capsys.readouterr().out
    model = crf.read(tmp_path / "model")
    assert model.label(list(features(analyse("海さんは町へ")))) == ["B-PER", "O", "B-LOC", "O"]
    assert '"CC BY-SA 4.0"' in (tmp_path / "model" / "meta.json").read_text(encoding="utf-8")


def test_a_name_that_ends_within_a_word_is_not_learned() -> None:
    gold = (Gold(0, 2, "person"), Gold(5, 6, "place"))
    sample = Sample("ja", "林川さんは町村へ", gold, ((0, 8),))
    assert labels_of(analyse(sample.text), sample) == ["B-PER", "O", "O", "O"]
