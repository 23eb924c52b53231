"""The analysis of articles in worker processes: batches, and what becomes of an article that overruns them."""

import ast
import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from consumers.entities import service as entities
from consumers.entities.analysers import SAMPLE, ModelWorker, process_count, trouble_of
from consumers.entities.analysis import Texts, make_analyser
from consumers.entities.batcher import BATCH_CHARS, RETRY_CHARS, AnalysisResult, Batcher
from consumers.entities.ner import GAZETTEER_ONLY, ModelUnavailable
from consumers.entities.overruns import MAX_OVERRUNS, SECONDS, Overruns
from monitor.config import Config, EntitiesConfig
from monitor.messages import ArticleEntities, ArticleRaw
from monitor.worker import WorkerProcess, usable_cores
from tests.linear import inputs
from tests.make import article
from tests.unit.entities.workers import make_recorded

TIMEOUT = 1.0


@dataclass
class Analysed:
    """A batcher with worker processes, which record their batches in files of *folder*."""

    folder: Path
    batcher: Batcher
    models: Sequence[ModelWorker]

    @property
    def trouble(self) -> str | None:
        """Why models are not used."""
        return trouble_of(self.models)

    def batches(self, name: str = "model") -> list[list[int]]:
        """Return the lengths of the articles in each batch, without the samples."""
        log = self.folder / name
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        return [lengths for line in lines if (lengths := ast.literal_eval(line)) != [len(SAMPLE)]]

    async def outcomes(self, *texts: str, feed: str = "") -> list[AnalysisResult]:
        """Analyse articles of *feed* with *texts* at the same time."""
        return await asyncio.gather(*(self.batcher.analyse(Texts("", text), feed) for text in texts))


@asynccontextmanager
async def analysing(
    folder: Path, limit: int = 10**9, seconds: float = TIMEOUT, overruns: Overruns | None = None, processes: int = 1
) -> AsyncIterator[Analysed]:
    """Start the workers. With the model are *processes*; a file "broken" makes the first unusable, and "broken1" the second."""
    log = str(folder / "model")
    async with AsyncExitStack() as stack:
        without_model = await stack.enter_async_context(WorkerProcess(make_recorded, str(folder / "table"), "table"))
        models = []
        for number in range(processes):
            broken = str(folder / f"broken{number or ''}")
            worker = WorkerProcess(make_recorded, log, "model", limit, broken, errors=[ModelUnavailable])
            models.append(ModelWorker(await stack.enter_async_context(worker), first_pause=0.05))
            stack.push_async_callback(models[-1].close)
        await asyncio.gather(*(model.is_broken() for model in models))
        batcher = Batcher(models, without_model.call, lambda: seconds, "names", overruns)
        stack.push_async_callback(batcher.close)
        yield Analysed(folder, batcher, models)


def summaries(outcomes: Sequence[AnalysisResult]) -> list[tuple[str | None, str | None, int]]:
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
        assert analysed.trouble is None
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
        assert analysed.trouble
        assert analysed.trouble.startswith("no model here; install one; until it works")
        assert analysed.batches() == []
        (tmp_path / "broken").unlink()
        async with asyncio.timeout(20):
            while analysed.trouble:
                await asyncio.sleep(0.01)
        assert summaries(await analysed.outcomes("a")) == [(None, "model", 1)]


async def test_a_model_that_begins_to_die_on_every_text_is_not_blamed_on_the_article(tmp_path: Path) -> None:
    async with analysing(tmp_path) as analysed:
        (tmp_path / "broken").touch()
        (outcome,) = await analysed.outcomes("a")
        assert summaries([outcome]) == [("names", "table", 1)]
        assert outcome.error is None
        assert analysed.trouble
        assert summaries(await analysed.outcomes("bb")) == [("names", "table", 2)]


async def test_articles_that_wait_are_shared_by_the_processes(tmp_path: Path) -> None:
    async with analysing(tmp_path, processes=2) as analysed:
        outcomes = await analysed.outcomes("a", "bb", "ccc")
        assert summaries(outcomes) == [(None, "model", size) for size in (1, 2, 3)]
        assert sorted(analysed.batches()) == [[1, 2], [3]]


async def test_an_article_on_which_one_process_hangs_delays_none_of_another(tmp_path: Path) -> None:
    async with analysing(tmp_path, seconds=60, processes=2) as analysed:
        hanging = asyncio.create_task(analysed.batcher.analyse(Texts("", "sleep")))
        await asyncio.sleep(0)
        for _ in range(3):
            assert summaries(await analysed.outcomes("a", "bb")) == [(None, "model", 1), (None, "model", 2)]
        assert not hanging.done()
        hanging.cancel()


async def test_while_one_process_cannot_be_used_the_others_analyse_all_articles_and_that_is_told(tmp_path: Path) -> None:
    async with analysing(tmp_path, processes=2) as analysed:
        (tmp_path / "broken1").touch()
        outcomes = await analysed.outcomes("a", "bb")
        assert [lacking for lacking, *_ in summaries(outcomes)] == [None, "names"]
        assert summaries(await analysed.outcomes("c", "dd")) == [(None, "model", 1), (None, "model", 2)]
        assert analysed.trouble
        assert analysed.trouble.endswith("until it works, 1 of 2 model processes analyse all articles")
        (tmp_path / "broken1").unlink()
        async with asyncio.timeout(20):
            while analysed.trouble:
                await asyncio.sleep(0.01)


async def test_articles_of_a_hostile_feed_overrun_each_process_once_more_at_most(tmp_path: Path) -> None:
    async with analysing(tmp_path, seconds=0.2, processes=2) as analysed:
        outcomes = await analysed.outcomes(*["sleep"] * 20, feed="hostile")
        assert [outcome.degraded for outcome in outcomes] == ["names"] * 20
        assert sum(outcome.error is not None for outcome in outcomes) <= MAX_OVERRUNS + 1


def test_by_default_as_many_processes_analyse_articles_as_there_are_cores_but_one() -> None:
    assert process_count(Config()) == max(1, usable_cores() - 1)
    assert process_count(Config(entities=EntitiesConfig(processes=5))) == 5


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
    # Other tests in this process may have started some.
    others = set(psutil.Process().children())

    async def kill() -> None:
        while True:
            for process in set(psutil.Process().children()) - others:
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
