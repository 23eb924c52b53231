"""The choice of an NER model, and what it reads of a text."""

from pathlib import Path

import pytest

from consumers.entities.analysis import Texts, make_analyser
from consumers.entities.ner import (
    MAX_CHARS,
    MAX_TOKENS,
    MAX_WORD,
    ModelUnavailable,
    data_hash,
    find_model,
    load_pipeline,
    load_recogniser,
    reach_of,
    read_one_by_one,
    readable,
)
from monitor.text.languages import NerModel, pack
from monitor.worker import WorkerProcess

LISTENER = {"@architectures": "spacy.Tok2VecListener.v1", "width": 8, "upstream": "tok2vec"}
"""The model of a component that reads the vectors of "tok2vec"."""
WINDOWS = {"@architectures": "spacy.MaxoutWindowEncoder.v2", "depth": 3, "window_size": 2}


@pytest.fixture
def english_model() -> NerModel:
    model = pack("en").ner_model
    assert model is not None
    return model


def test_the_files_of_the_english_model_are_the_verified_ones(english_model: NerModel) -> None:
    folder = find_model("auto", english_model)
    assert folder is not None
    assert not isinstance(folder, str)
    assert data_hash(folder) == english_model.files.sha256
    assert not [file for file in folder.rglob("*") if file.suffix in {".py", ".pkl", ".pickle"}]


def test_the_english_model_has_the_labels_of_its_base_beside_those_of_names(english_model: NerModel) -> None:
    folder = find_model("auto", english_model)
    assert folder is not None
    text = "Angela Okafor of Harbour Bank told the Kenyan police in Nairobi on Monday that the World Cup cost $3 million."
    (spans,) = load_recogniser(folder, english_model)([text])
    assert {(text[span.start : span.end], span.label) for span in spans} >= {
        ("Angela Okafor", "PERSON"),
        ("Harbour Bank", "ORG"),
        ("Kenyan", "NORP"),
        ("Nairobi", "GPE"),
        ("Monday", "DATE"),
        ("$3 million", "MONEY"),
    }


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


def test_a_text_of_which_nothing_is_left_to_read_is_not_given_to_slovnet() -> None:
    def read(text: str) -> list[str]:
        if not text.strip():
            raise IndexError("a text without a word")
        return [text]

    assert list(read_one_by_one(read, ["Ж" * (MAX_WORD + 1), "", "\n", "Путин"])) == [(), (), (), ["Путин"]]


def test_a_model_of_letters_reads_a_text_without_spaces() -> None:
    text = "国务院总理李强昨天在北京会见了法国总统马克龙。" * 20
    assert readable(text, by_letters=True) == text
    assert readable(text * 100, by_letters=True) == (text * 100)[:MAX_TOKENS]


async def test_the_model_overruns_on_no_text_of_signs() -> None:
    sentences = "Angela Okafor, the president of Kenya, met the leaders of Tanzania in Nairobi on Monday. " * 5
    async with WorkerProcess(make_analyser, "auto") as worker:
        for sign in ("$", "(" * (MAX_WORD - 1) + " ", "a:b"):
            (analysis,) = await worker.call([Texts("", sentences + sign * (MAX_TOKENS // len(sign)))], 20)
            assert "Angela Okafor" in {entity.name for entity in analysis.entities}


@pytest.mark.parametrize(("ner_reads", "kept"), [("tok2vec", ["tok2vec", "ner"]), ("own vectors", ["ner"])])
def test_the_vectors_of_all_components_are_computed_only_if_ner_reads_them(
    tmp_path: Path, ner_reads: str, kept: list[str]
) -> None:
    import spacy

    nlp = spacy.blank("en")
    nlp.add_pipe("tok2vec", config={"model": {"width": 8, "depth": 1, "embed_size": 50}})
    nlp.add_pipe("tagger", config={"model": {"tok2vec": LISTENER}})
    ner = nlp.add_pipe("ner", config={"model": {"tok2vec": LISTENER}} if ner_reads == "tok2vec" else {})
    ner.add_label("PERSON")  # type: ignore[attr-defined]
    nlp.get_pipe("tagger").add_label("NN")  # type: ignore[attr-defined]
    nlp.initialize()
    nlp.to_disk(tmp_path)
    loaded = load_pipeline(tmp_path)
    assert loaded.pipe_names == kept
    loaded("Angela Okafor met Aylin Kaya.")


@pytest.mark.parametrize(
    ("vectors", "shared", "reach"),
    [
        ({"@architectures": "spacy.Tok2Vec.v2", "encode": WINDOWS}, {}, 6),
        ({"@architectures": "spacy.HashEmbedCNN.v2", "depth": 4, "window_size": 1}, {}, 4),
        (LISTENER, {"@architectures": "spacy.Tok2Vec.v2", "encode": WINDOWS}, 6),
        (LISTENER, {"@architectures": "spacy-transformers.TransformerModel.v3"}, None),
        (
            {"@architectures": "spacy.Tok2Vec.v2", "encode": {"@architectures": "spacy.TorchBiLSTMEncoder.v1", "depth": 4}},
            {},
            None,
        ),
    ],
)
def test_the_config_of_a_model_tells_on_how_many_neighbours_a_word_depends(
    vectors: dict[str, object], shared: dict[str, object], reach: int | None
) -> None:
    config = {"components": {"ner": {"model": {"tok2vec": vectors}}, "tok2vec": {"model": shared}}}
    assert reach_of(config) == reach


async def test_an_edited_article_has_the_names_of_a_first_analysis(english_model: NerModel) -> None:
    files = find_model("auto", english_model)
    assert files is not None
    text = "Angela Okafor met Aylin Kaya in Nairobi, she said. The Harbour Bank of Kenya did not comment. " * 3
    edited = text.replace("did not comment", "declined to speak to Peter Doyle", 1)
    recognise = load_recogniser(files, english_model)
    assert recognise([text]) == load_recogniser(files, english_model)([text])
    assert recognise([edited]) == load_recogniser(files, english_model)([edited])
