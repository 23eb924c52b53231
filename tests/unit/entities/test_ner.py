"""The choice of an NER model."""

import pytest

from consumers.entities.ner import ModelUnavailable, data_hash, find_model
from monitor.text.languages import NerModel, pack


@pytest.fixture
def english_model() -> NerModel:
    model = pack("en").ner_model
    assert model is not None
    return model


def test_the_files_of_the_mirrored_model_are_the_verified_ones(english_model: NerModel) -> None:
    folder = find_model(english_model.mirror.package, english_model)
    assert folder is not None
    assert not isinstance(folder, str)
    assert data_hash(folder) == english_model.mirror.sha256
    assert not [file for file in folder.rglob("*") if file.suffix in {".py", ".pkl", ".pickle"}]


@pytest.mark.parametrize("name", ["no_such_model", "no_such.model", "../model", ".model", "a\0"])
def test_the_error_for_a_missing_model_names_the_remedy(english_model: NerModel, name: str) -> None:
    with pytest.raises(ModelUnavailable, match='install it, or write "auto" or "table"'):
        find_model(name, english_model)
