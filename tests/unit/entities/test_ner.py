"""The NER model: the choice of a model, and the batches of texts for it."""

import asyncio
from collections.abc import Sequence

import pytest

from consumers.entities.batcher import BATCH_CHARS, RETRY_CHARS, Batcher
from consumers.entities.ner import ModelUnavailable, NerSpan, data_hash, find_model
from monitor.text.languages import NerModel, pack
from monitor.worker import WorkerTimeout


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


class FakeWorker:
    """A worker that finds one span in each text, as long as the text, and times out on a batch of over *limit* code points."""

    def __init__(self, limit: int = BATCH_CHARS) -> None:
        self.limit = limit
        self.batches: list[list[int]] = []

    async def call(self, texts: list[str], timeout: float) -> list[list[NerSpan]]:  # noqa: ASYNC109  (as WorkerProcess.call)
        """Record the lengths of *texts*, and return their spans. Raises WorkerTimeout."""
        self.batches.append([len(text) for text in texts])
        if sum(map(len, texts)) > self.limit:
            raise WorkerTimeout(f"no answer after {timeout:g} s")
        return [[NerSpan(0, len(text), "ORG")] for text in texts]


async def recognised_lengths(worker: FakeWorker, articles: Sequence[Sequence[str]]) -> list[list[int] | BaseException]:
    """Recognise all *articles* at the same time. Return, for each, the length of the span in each text, or the error."""
    batcher = Batcher(worker.call, lambda: 1.0)
    results = await asyncio.gather(*(batcher.recognise(list(texts)) for texts in articles), return_exceptions=True)
    await batcher.close()
    return [result if isinstance(result, BaseException) else [spans[0].end for spans in result] for result in results]


async def test_articles_that_wait_share_a_batch_of_limited_size() -> None:
    worker = FakeWorker()
    half = "x" * (BATCH_CHARS // 2)
    lengths = await recognised_lengths(worker, [("a", "bb"), ("ccc",), (half,), (half,)])
    assert lengths == [[1, 2], [3], [len(half)], [len(half)]]
    assert worker.batches == [[1, 2, 3, len(half)], [len(half)]]


async def test_an_article_that_takes_too_long_is_tried_alone_and_then_cut() -> None:
    worker = FakeWorker(limit=RETRY_CHARS + 10)
    long_text = "x" * (RETRY_CHARS + 100)
    lengths = await recognised_lengths(worker, [("a",), ("b", long_text)])
    assert lengths == [[1], [1, RETRY_CHARS]]
    assert worker.batches == [[1, 1, len(long_text)], [1], [1, len(long_text)], [1, RETRY_CHARS]]


async def test_an_article_that_times_out_even_when_cut_fails_alone() -> None:
    lengths = await recognised_lengths(FakeWorker(limit=100), [("a",), ("x" * RETRY_CHARS,)])
    assert lengths[0] == [1]
    assert isinstance(lengths[1], WorkerTimeout)
