"""The choice of an NER model, and what it reads of a text."""

import pytest

from consumers.entities.analysis import Texts, make_analyser
from consumers.entities.ner import MAX_CHARS, MAX_TOKENS, MAX_WORD, ModelUnavailable, data_hash, find_model, readable
from monitor.text.languages import NerModel, pack
from monitor.worker import WorkerProcess


@pytest.fixture
def english_model() -> NerModel:
    model = pack("en").ner_model
    assert model is not None
    return model


def test_the_files_of_the_mirrored_model_are_the_verified_ones(english_model: NerModel) -> None:
    folder = find_model(english_model.files.package, english_model)
    assert folder is not None
    assert not isinstance(folder, str)
    assert data_hash(folder) == english_model.files.sha256
    assert not [file for file in folder.rglob("*") if file.suffix in {".py", ".pkl", ".pickle"}]


@pytest.mark.parametrize("name", ["no_such_model", "no_such.model", "../model", ".model", "a\0"])
def test_the_error_for_a_missing_model_names_the_remedy(english_model: NerModel, name: str) -> None:
    with pytest.raises(ModelUnavailable, match='install it, or write "auto" or "table"'):
        find_model(name, english_model)


def test_the_model_reads_an_ordinary_text_as_it_is() -> None:
    text = "Kim Jong Un met Xi Jinping (see http://a.example/2026/03/kim), who said: \u201cI am glad.\u201d\n\n" * 60
    assert readable(text) == text


def test_the_model_reads_spaces_for_long_words_and_a_limited_number_of_tokens() -> None:
    assert readable(f"Xi {'$' * MAX_WORD} Kim") == f"Xi {'$' * MAX_WORD} Kim"
    assert readable(f"Xi {'$' * (MAX_WORD + 1)} Kim") == f"Xi {' ' * (MAX_WORD + 1)} Kim"
    assert readable("a, " * MAX_TOKENS) == "a, " * (MAX_TOKENS // 2)
    assert readable("abcdefg " * MAX_TOKENS) == ("abcdefg " * MAX_TOKENS)[:MAX_CHARS]


async def test_the_model_overruns_on_no_text_of_signs() -> None:
    sentences = "Angela Okafor, the president of Kenya, met the leaders of Tanzania in Nairobi on Monday. " * 5
    async with WorkerProcess(make_analyser, "auto") as worker:
        for sign in ("$", "(" * (MAX_WORD - 1) + " ", "a:b"):
            (analysis,) = await worker.call([Texts("", sentences + sign * (MAX_TOKENS // len(sign)))], 20)
            assert "Angela Okafor" in {entity.name for entity in analysis.entities}
