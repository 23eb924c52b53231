"""The evaluation of extracted text, on sets of one page."""

import gzip
import json
from pathlib import Path

import pytest

from evals import not_news
from tests.unit.evals.command import evaluate
from tests.unit.feeds.test_extract import LEAD, PARAGRAPHS, page, texts

HTML = page(
    f"<header><h2>{LEAD}</h2></header><article>{texts(PARAGRAPHS)}</article>", f"<meta name='description' content='{LEAD}'>"
)
TEXT = "\n\n".join([LEAD, *PARAGRAPHS])
FUNDUS_BODY = {"summary": [LEAD], "sections": [{"headline": [], "paragraphs": PARAGRAPHS}]}
TRAFILATURA_PAGE = {"file": "a.html.gz", "with": [LEAD, PARAGRAPHS[0]], "without": ["Home"]}
FILES = {
    "pages_aeb": {"ground-truth.json": json.dumps({"a": {"articleBody": TEXT}})},
    "pages_fundus": {"a.gold.json": json.dumps({"file": "a.html.gz", "gold": {"body": FUNDUS_BODY}})},
    "pages_newspaper4k": {"a.txt": TEXT},
    "pages_trafilatura": {"evaldata.json": json.dumps({"https://example.org/": TRAFILATURA_PAGE})},
}


def write_set(folder: Path, name: str, files: dict[str, str]) -> Path:
    """Write the page a.html.gz and *files* as the part dev of the set *name*; return the folder of the part."""
    part = folder / name / "dev"
    part.mkdir(parents=True)
    (part / "a.html.gz").write_bytes(gzip.compress(HTML))
    for file, text in files.items():
        (part / file).write_text(text)
    return part


@pytest.mark.parametrize("name", FILES)
def test_text_that_is_not_extracted_lowers_recall(tmp_path: Path, name: str) -> None:
    write_set(tmp_path, name, FILES[name])
    result = evaluate(tmp_path, "--only", name, "--json")
    ours, theirs, *_ = map(json.loads, result.stdout.splitlines())
    assert (ours["method"], ours["precision"], ours["recall"], ours["f1"]) == ("newsmonitor", 1.0, 1.0, 1.0)
    assert (theirs["method"], theirs["precision"]) == ("trafilatura", 1.0)
    assert theirs["recall"] < 1
    assert result.exit_code == 0


def test_lines_that_are_left_out_as_no_news_are_compared_with_the_marked_text() -> None:
    news = "A tanker ran aground at the entrance of the harbour, the coast guard said."
    marked = f"{news}\n\nRead more: Ferry strike enters its third week"
    row = not_news.score([(f"{marked}\n\nBack to top\n\nOur weather", marked), ("Der Hafen ist geschlossen.\nAP", "AP")])
    figures = {"left out": 2, "precision": 0.5, "unmarked lines": 2, "recall": 0.5}
    assert {"method": "not news", "pages": 1, **figures}.items() <= row.items()


def test_a_missing_set_is_an_error_only_if_it_was_asked_for(tmp_path: Path) -> None:
    write_set(tmp_path, "pages_aeb", FILES["pages_aeb"])
    result = evaluate(tmp_path)
    assert (result.exit_code, "pages_fundus: absent" in result.stderr) == (0, True)
    assert "pages_aeb  " in result.stdout
    assert evaluate(tmp_path, "--only", "pages_aeb,pages_fundus").exit_code == 1
    assert evaluate(tmp_path, "--only", "pages_aeb", "--part", "other").exit_code == 1
    assert evaluate(tmp_path, "--only", "no-such-set").exit_code == 2


@pytest.mark.parametrize("truth", ["{", "[1]", '{"a": null}', '{"a": {"articleBody": null}}', '{"cut": {"articleBody": "x"}}'])
def test_a_damaged_set_does_not_stop_the_others(tmp_path: Path, truth: str) -> None:
    part = write_set(tmp_path, "pages_aeb", {"ground-truth.json": truth})
    (part / "cut.html.gz").write_bytes(gzip.compress(HTML)[:-12])
    write_set(tmp_path, "pages_newspaper4k", FILES["pages_newspaper4k"])
    result = evaluate(tmp_path)
    assert (result.exit_code, "pages_aeb: " in result.stderr, "pages_newspaper4k  " in result.stdout) == (1, True, True)
