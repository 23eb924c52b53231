"""The models of the languages beside English: verified, loaded when they are needed, and done without if they fail."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import spacy

from consumers.entities.analysers import ERRORS, ModelWorker, declared_languages
from consumers.entities.analysis import Analysis, Texts
from consumers.entities.models import LoadModel, ModelNotLoaded, optional_models
from consumers.entities.ner import ModelUnavailable, NerSpan, data_hash, find_model, is_name, load_recogniser
from monitor.config import Config, FeedConfig
from monitor.messages import Language
from monitor.text.languages import ModelFiles, NerModel, pack, packs
from monitor.text.languages.coverage import is_installed
from monitor.text.languages.models import NER_MODELS
from monitor.worker import WorkerProcess

SENTENCES = {
    "de": ("Gestern traf Annegret Lohmeyer den Vorstand der Deutschen Bank.", {"Annegret Lohmeyer", "Deutschen Bank"}),
    "it": ("Il ministro Carlo Ferrante ha incontrato ieri a Bologna il presidente.", {"Carlo Ferrante", "Bologna"}),
    "nl": ("Burgemeester Sanne de Wit was gisteren in Amersfoort bij bewoners.", {"Amersfoort"}),
    "fr": ("Le président Emmanuel Macron a rencontré Olaf Scholz à Berlin.", {"Emmanuel Macron", "Olaf Scholz", "Berlin"}),
    "ru": ("Владимир Путин прибыл во Владивосток, сообщил «Интерфакс».", {"Владимир Путин", "Владивосток", "Интерфакс"}),
    "pt": ("O ministro Carlos Pereira visitou ontem Lisboa com o presidente do Banco Atlântico.", {"Carlos Pereira", "Lisboa"}),
    "pl": ("Premier Jan Kowalski spotkał się w Warszawie z prezydentem Francji.", {"Jan Kowalski", "Francji"}),
    "ja": (
        "トヨタ自動車の豊田章男会長は10日、東京でジョー・バイデン大統領と会談した。",
        {"トヨタ自動車", "豊田章男", "東京", "ジョー・バイデン"},
    ),
    "ko": ("이재용 삼성전자 회장은 서울에서 조 바이든 대통령을 만났다.", {"이재용", "삼성전자", "서울", "조 바이든"}),
    "zh": ("国务院总理李强10日在北京会见了法国总统马克龙。", {"国务院", "李强", "北京", "马克龙"}),
    "es": ("El presidente Pedro Sánchez viajó ayer a Bruselas.", {"Pedro Sánchez", "Bruselas"}),
}


@pytest.fixture
def toy_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> NerModel:
    """Return a model of an installed package, which knows one name."""
    package = tmp_path / "toy_news"
    package.mkdir()
    (package / "__init__.py").write_text('raise RuntimeError("code of the package runs")', encoding="utf-8")
    nlp = spacy.blank("xx")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "PER", "pattern": "Ludoviko Zamenhof"}])  # type: ignore[attr-defined]
    nlp.to_disk(package / "data")
    monkeypatch.syspath_prepend(str(tmp_path))
    return NerModel(ModelFiles("toy_news", "data", data_hash(package / "data"), "newsmonitor[eo]"))


def test_an_installed_model_is_verified_and_loaded_without_running_its_package(toy_model: NerModel) -> None:
    found = find_model("auto", toy_model)
    assert found is not None
    recognise = load_recogniser(found, toy_model)
    assert recognise(["", "Hodiaŭ Ludoviko Zamenhof venis."]) == [[], [NerSpan(7, 24, "PER")]]


def test_a_model_is_not_used_if_it_is_turned_off_or_absent(toy_model: NerModel) -> None:
    absent = replace(toy_model, files=replace(toy_model.files, package="toy_news_absent"))
    assert (find_model("table", toy_model), find_model("auto", absent)) == (None, None)


def test_a_damaged_model_is_refused_with_the_remedy(toy_model: NerModel) -> None:
    damaged = replace(toy_model, files=replace(toy_model.files, sha256="0" * 64))
    with pytest.raises(ModelUnavailable, match=r"differ from the verified ones; reinstall newsmonitor\[eo\]"):
        find_model("auto", damaged)


def test_each_installed_model_finds_the_names_of_a_sentence() -> None:
    models = {code: model for code, model in optional_models("auto").items() if is_installed(model)}
    # Those of newsmonitor itself are always there, so that the test does not pass on nothing.
    assert {"pl", "pt"} <= set(models) <= set(SENTENCES)
    for code, model in models.items():
        text, names = SENTENCES[code]
        found = find_model("auto", model)
        assert found is not None
        ((*_,), spans) = load_recogniser(found, model)(["", text])
        assert {text[span.start : span.end] for span in spans if is_name(text[span.start : span.end], pack(code))} >= names


def test_each_pack_with_a_model_has_it_from_the_table() -> None:
    assert {each.code: each.ner_model for each in packs() if each.ner_model} == NER_MODELS


def test_the_check_of_the_models_loads_no_pack() -> None:
    program = (
        "import sys\nfrom consumers.entities.service import check, hints\nfrom monitor.config import Config\n"
        "check(Config()), hints(Config())\nprint(*(each for each in sys.modules if each.endswith('.attribution')))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["monitor.text.languages.attribution"]


@pytest.mark.parametrize(
    ("name", "code", "expected"),
    [
        ("Según", "es", False),
        ("político", "es", False),
        ("Madrid", "es", True),
        ("EL", "es", True),
        ("según", "en", True),
        ("Lisboa", "pt", True),
        ("2026", "pt", False),
    ],
)
def test_a_name_has_a_capital_and_is_no_stopword(name: str, code: str, *, expected: bool) -> None:
    assert is_name(name, pack(code)) is expected


def make_lazy(log: str) -> Callable[[list[Texts] | LoadModel], list[Analysis]]:
    """Return a function whose texts are languages, which it analyses after their models are loaded.

    It writes the orders that it gets to *log*. The model of "pl" dies, and that of "it" cannot be used.
    """
    usable: set[str] = {"en"}

    def answer(request: list[Texts] | LoadModel) -> list[Analysis]:
        if isinstance(request, LoadModel):
            with Path(log).open("a", encoding="utf-8") as file:
                file.write(f"{request.language} {request.usable}\n")
            if request == LoadModel("it"):
                raise ModelUnavailable("its files are damaged")
            if request == LoadModel("pl"):
                os._exit(3)
            if request == LoadModel("fr"):
                time.sleep(0.3)
            usable.add(request.language)
            return []
        for texts in request:
            if texts.text not in usable:
                raise ModelNotLoaded(texts.text)
        return [Analysis(Language(texts.text, 1.0), (), ()) for texts in request]

    return answer


async def test_a_model_is_loaded_in_a_call_of_its_own_before_the_first_article_in_its_language(tmp_path: Path) -> None:
    log = tmp_path / "log"
    async with WorkerProcess(make_lazy, str(log), errors=ERRORS) as worker:
        model = ModelWorker(worker)
        for _ in range(2):
            # The timeout is shorter than the time that loading takes.
            analyses = await model.call([Texts("", "en"), Texts("", "fr"), Texts("", "ru")], 0.25)
            assert [analysis.language.code for analysis in analyses] == ["en", "fr", "ru"]
    assert log.read_text(encoding="utf-8").split("\n") == ["fr True", "ru True", ""]


@pytest.mark.parametrize("language", ["it", "pl"])
async def test_a_language_whose_model_fails_goes_on_without_it(tmp_path: Path, language: str) -> None:
    log = tmp_path / "log"
    async with WorkerProcess(make_lazy, str(log), errors=ERRORS) as worker:
        model = ModelWorker(worker)
        for _ in range(2):
            assert [each.language.code for each in await model.call([Texts("", language)], 5)] == [language]
    assert log.read_text(encoding="utf-8").split("\n") == [f"{language} True", f"{language} False", ""]


async def test_a_process_that_cannot_settle_a_model_is_a_failure(tmp_path: Path) -> None:
    async with WorkerProcess(make_lazy, str(tmp_path / "absent" / "log"), errors=ERRORS) as worker:
        with pytest.raises(Exception, match="FileNotFoundError"):
            await ModelWorker(worker).call([Texts("", "fr")], 5)


def make_unsettled() -> Callable[[list[Texts] | LoadModel], list[Analysis]]:
    """Return a function that dies of every order about a model."""

    def answer(request: list[Texts] | LoadModel) -> list[Analysis]:
        if isinstance(request, LoadModel):
            os._exit(3)
        return [Analysis(Language("en", 1.0), (), ()) for _ in request]

    return answer


async def test_a_model_that_kills_its_process_does_not_keep_the_service_from_starting() -> None:
    async with WorkerProcess(make_unsettled, errors=ERRORS) as worker:
        model = ModelWorker(worker)
        await model.prepare(["fr", "es"])
        assert model.is_usable()
        assert len(await model.call([Texts("", "en")], 5)) == 1


def test_the_models_of_declared_languages_are_loaded_at_the_start() -> None:
    feeds = tuple(
        FeedConfig(f"https://{number}.example/rss", lang=lang) for number, lang in enumerate(("fr-CA", "fi", "en", None))
    )
    expected = ["fr"] if is_installed(optional_models("auto")["fr"]) else []
    assert declared_languages(Config(feeds=feeds), "auto") == expected
    assert declared_languages(Config(feeds=feeds), "table") == []
