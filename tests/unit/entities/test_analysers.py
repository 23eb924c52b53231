"""The analysis of articles in worker processes: batches, and what becomes of an article that overruns them."""

import ast
import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from consumers.entities import service as entities
from consumers.entities.analysers import SAMPLE, ModelWorker
from consumers.entities.analysis import Texts, make_analyser
from consumers.entities.batcher import BATCH_CHARS, RETRY_CHARS, Batcher, Outcome
from consumers.entities.ner import GAZETTEER_ONLY, ModelUnavailable
from consumers.entities.overruns import MAX_OVERRUNS, SECONDS, Overruns
from monitor.config import Config, EntitiesConfig
from monitor.messages import ArticleEntities, ArticleRaw
from monitor.worker import WorkerProcess
from tests.linear import inputs
from tests.make import article
from tests.unit.entities.workers import make_recorded

TIMEOUT = 1.0


@dataclass
class Analysed:
    """A batcher with two worker processes, which record their batches in files of *folder*."""

    folder: Path
    batcher: Batcher
    model: ModelWorker

    def batches(self, name: str = "model") -> list[list[int]]:
        """Return the lengths of the articles in each batch, without the samples."""
        log = self.folder / name
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        return [lengths for line in lines if (lengths := ast.literal_eval(line)) != [len(SAMPLE)]]

    async def outcomes(self, *texts: str, feed: str = "") -> list[Outcome]:
        """Analyse articles of *feed* with *texts* at the same time."""
        return await asyncio.gather(*(self.batcher.analyse(Texts("", text), feed) for text in texts))


@asynccontextmanager
async def analysing(
    folder: Path, limit: int = 10**9, seconds: float = TIMEOUT, overruns: Overruns | None = None
) -> AsyncIterator[Analysed]:
    """Start the workers. The one with the model cannot be used while there is a file "broken"."""
    log, broken = str(folder / "model"), str(folder / "broken")
    async with (
        WorkerProcess(make_recorded, log, "model", limit, broken, errors=[ModelUnavailable]) as with_model,
        WorkerProcess(make_recorded, str(folder / "table"), "table") as without_model,
    ):
        model = ModelWorker(with_model, first_pause=0.05)
        await model.is_broken()
        batcher = Batcher(model.call, without_model.call, lambda: seconds, model.is_usable, model.is_broken, "names", overruns)
        yield Analysed(folder, batcher, model)
        await batcher.close()
        await model.close()


def summaries(outcomes: Sequence[Outcome]) -> list[tuple[str | None, str | None, int]]:
    """Return of each outcome what it lacks, which worker found the entity, and how long the text was."""
    return [
        (outcome.degraded, entity.name, entity.mentions[0].end)
        if (entity := next(iter(outcome.analysis.entities), None))
        else (outcome.degraded, None, 0)
        for outcome in outcomes
    ]


async def test_articles_that_wait_share_a_batch_of_limited_size(tmp_path: Path) -> None:
    half = BATCH_CHARS // 2
    async with analysing(tmp_path) as analysed:
        outcomes = await analysed.outcomes("a", "bb", "ccc", "x" * half, "x" * half)
        assert summaries(outcomes) == [(None, "model", size) for size in (1, 2, 3, half, half)]
        assert analysed.batches() == [[1, 2, 3, half], [half]]


async def test_an_article_that_takes_too_long_is_tried_alone_and_then_cut(tmp_path: Path) -> None:
    async with analysing(tmp_path, limit=RETRY_CHARS + 10) as analysed:
        outcomes = await analysed.outcomes("a", "x" * (RETRY_CHARS + 100))
        assert summaries(outcomes) == [(None, "model", 1), ("cut", "model", RETRY_CHARS)]
        assert analysed.batches() == [[1, RETRY_CHARS + 100], [1], [RETRY_CHARS + 100], [RETRY_CHARS]]


async def test_an_article_that_was_alone_is_not_tried_twice(tmp_path: Path) -> None:
    async with analysing(tmp_path, limit=RETRY_CHARS + 10) as analysed:
        await analysed.outcomes("x" * (RETRY_CHARS + 100))
        assert analysed.batches() == [[RETRY_CHARS + 100], [RETRY_CHARS]]


@pytest.mark.parametrize("poison", ["die", "sleep", "raise"])
async def test_an_article_on_which_the_model_fails_keeps_the_names_of_the_table_and_others_the_model(
    tmp_path: Path, poison: str
) -> None:
    async with analysing(tmp_path) as analysed:
        outcomes = await analysed.outcomes("a", poison, "bb")
        assert summaries(outcomes) == [(None, "model", 1), ("names", "table", len(poison)), (None, "model", 2)]
        assert [outcome.error is not None for outcome in outcomes] == [False, True, False]
        assert analysed.model.trouble is None
        assert summaries(await analysed.outcomes("c")) == [(None, "model", 1)]


@pytest.mark.parametrize("poison", ["die everywhere", "sleep everywhere", "raise everywhere"])
async def test_an_article_on_which_everything_fails_goes_on_with_nothing(tmp_path: Path, poison: str) -> None:
    async with analysing(tmp_path) as analysed:
        (outcome,) = await analysed.outcomes(poison)
        assert summaries([outcome]) == [("all", None, 0)]
        assert outcome.analysis.language.code == "und"
        assert outcome.error
        assert summaries(await analysed.outcomes("a", "b")) == [(None, "model", 1), (None, "model", 1)]


@pytest.mark.parametrize(
    ("poison", "tried", "lacking"),
    [("die", "model", "names"), ("sleep everywhere", "table", "all"), ("x" * (RETRY_CHARS + 100), "model", "cut")],
)
async def test_articles_of_a_feed_that_overran_several_times_skip_what_failed(
    tmp_path: Path, poison: str, tried: str, lacking: str
) -> None:
    async with analysing(tmp_path, RETRY_CHARS + 10, seconds=0.2) as analysed:
        outcomes = await analysed.outcomes(*[poison] * 40, feed="hostile")
        assert [outcome.degraded for outcome in outcomes] == [lacking] * 40
        assert sum(outcome.error is not None for outcome in outcomes) == MAX_OVERRUNS
        alone = [batch for batch in analysed.batches(tried) if batch == [len(poison)]]
        assert len(alone) <= 2 * MAX_OVERRUNS
        assert summaries(await analysed.outcomes("a", feed="other")) == [(None, "model", 1)]


async def test_an_hour_after_a_feed_overran_its_articles_are_tried_with_the_model_again(tmp_path: Path) -> None:
    now = 0.0
    async with analysing(tmp_path, overruns=Overruns(lambda: now)) as analysed:
        await analysed.outcomes(*["raise"] * MAX_OVERRUNS, feed="once hostile")
        assert summaries(await analysed.outcomes("a", feed="once hostile")) == [("names", "table", 1)]
        now += SECONDS + 1
        assert summaries(await analysed.outcomes("a", feed="once hostile")) == [(None, "model", 1)]


async def test_an_answer_for_another_number_of_articles_is_a_failure_of_the_worker(tmp_path: Path) -> None:
    async with analysing(tmp_path) as analysed:
        outcomes = await analysed.outcomes("a", "lose")
        assert summaries(outcomes) == [(None, "model", 1), ("names", "table", 4)]
        assert summaries(await analysed.outcomes("lose everywhere")) == [("all", None, 0)]


async def test_while_the_model_cannot_be_used_articles_have_the_names_of_the_table_and_that_is_told(tmp_path: Path) -> None:
    (tmp_path / "broken").touch()
    async with analysing(tmp_path) as analysed:
        assert summaries(await analysed.outcomes("a", "b")) == [("names", "table", 1), ("names", "table", 1)]
        assert analysed.model.trouble
        assert analysed.model.trouble.startswith("no model here; install one; until it works")
        assert analysed.batches() == []
        (tmp_path / "broken").unlink()
        async with asyncio.timeout(20):
            while analysed.model.trouble:
                await asyncio.sleep(0.01)
        assert summaries(await analysed.outcomes("a")) == [(None, "model", 1)]


async def test_a_model_that_begins_to_die_on_every_text_is_not_blamed_on_the_article(tmp_path: Path) -> None:
    async with analysing(tmp_path) as analysed:
        (tmp_path / "broken").touch()
        (outcome,) = await analysed.outcomes("a")
        assert summaries([outcome]) == [("names", "table", 1)]
        assert outcome.error is None
        assert analysed.model.trouble
        assert summaries(await analysed.outcomes("bb")) == [("names", "table", 2)]


async def test_the_analysis_finds_language_names_and_claims_in_the_worker() -> None:
    async with WorkerProcess(make_analyser, GAZETTEER_ONLY) as worker:
        texts = Texts("Xi Jinping denied it", "The foreign ministry confirmed that Kim Jong Un travels to Moscow on Monday.")
        (analysis,) = await worker.call([texts], 20)
        assert analysis.language.code == "en"
        assert {entity.name for entity in analysis.entities} >= {"Kim Jong Un", "Xi Jinping", "Moscow"}
        assert {claim.stance for claim in analysis.claims} == {"denied", "confirmed"}


async def test_the_service_goes_on_while_its_workers_are_killed_again_and_again() -> None:
    service = entities.make(lambda: Config(entities=EntitiesConfig(model="table")))
    message = ArticleRaw(article("Kim Jong Un travels", "He left on Monday."), {})

    async def kill() -> None:
        while True:
            for process in psutil.Process().children():
                process.kill()
            await asyncio.sleep(0.01)

    async with service.lifespan():
        killing = asyncio.create_task(kill())
        (killed,) = await step(service.step, message)
        killing.cancel()
        assert (killed.degraded, killed.entities, killed.article) == ("all", (), message.article)
        async with asyncio.timeout(20):
            while (await step(service.step, message))[0].degraded:
                await asyncio.sleep(0.01)


async def step(function: object, message: ArticleRaw) -> list[ArticleEntities]:
    """Return what the step of the entities service publishes for *message*."""
    out: list[ArticleEntities] = await function(None, message)  # type: ignore[operator]
    return out


@pytest.mark.parametrize("label", ["according to a-a-a", "to deny", "names that deny"])
async def test_the_longest_adversarial_article_is_analysed_in_full(label: str) -> None:
    text = inputs.ALL[label](262_144)
    async with WorkerProcess(make_analyser, GAZETTEER_ONLY) as worker:
        (analysis,) = await worker.call([Texts(text[:4096], text)], 60)
    assert analysis.language.score > 0
