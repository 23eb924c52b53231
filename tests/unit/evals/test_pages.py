"""Measures, on a set made here."""

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from evals.__main__ import main
from tests.unit.feeds.test_extract import LEAD, PARAGRAPHS, page, texts

HTML = page(
    f"<header><h2>{LEAD}</h2></header><article>{texts(PARAGRAPHS)}</article>", f"<meta name='description' content='{LEAD}'>"
)


def measured(*words: str) -> Result:
    return CliRunner().invoke(main, [*words])


def lay(folder: Path, name: str, **files: str) -> None:
    """A set of one page, as its part "dev"."""
    part = folder / name / "dev"
    part.mkdir(parents=True)
    (part / "a.html.gz").write_bytes(gzip.compress(HTML))
    for file, text in files.items():
        (part / file.replace("__", ".").replace("_", "-")).write_text(text)


WHOLE = "\n\n".join([LEAD, *PARAGRAPHS])
SETS = {
    "pages_aeb": {"ground_truth__json": json.dumps({"a": {"articleBody": WHOLE}})},
    "pages_fundus": {
        "a__gold__json": json.dumps(
            {
                "file": "a.html.gz",
                "gold": {"body": {"summary": [LEAD], "sections": [{"headline": [], "paragraphs": PARAGRAPHS}]}},
            }
        )
    },
    "pages_newspaper4k": {"a__txt": WHOLE},
    "pages_trafilatura": {
        "evaldata__json": json.dumps(
            {"https://example.org/": {"file": "a.html.gz", "with": [LEAD, PARAGRAPHS[0]], "without": ["Home"]}}
        )
    },
}


@pytest.mark.parametrize("name", SETS)
def test_what_is_lost_lowers_recall(tmp_path: Path, name: str) -> None:
    lay(tmp_path, name, **SETS[name])
    result = measured(str(tmp_path), "--only", name, "--json")
    ours, theirs = map(json.loads, result.stdout.splitlines())
    assert (ours["method"], ours["precision"], ours["recall"], ours["f1"]) == ("newsmonitor", 1.0, 1.0, 1.0)
    assert (theirs["method"], theirs["precision"]) == ("trafilatura", 1.0)
    assert theirs["recall"] < 1
    assert result.exit_code == 0


def test_a_set_that_is_absent_is_told_and_one_that_was_asked_for_counts(tmp_path: Path) -> None:
    lay(tmp_path, "pages_aeb", **SETS["pages_aeb"])
    result = measured(str(tmp_path))
    assert (result.exit_code, "pages_fundus: absent" in result.stderr) == (0, True)
    assert "pages_aeb/dev" in result.stdout
    assert measured(str(tmp_path), "--only", "pages_aeb,pages_fundus").exit_code == 1
    assert measured(str(tmp_path), "--only", "pages_aeb", "--part", "other").exit_code == 1
    assert measured(str(tmp_path), "--only", "no-such-set").exit_code == 2


@pytest.mark.parametrize("truth", ["{", "[1]", '{"a": null}', '{"a": {"articleBody": null}}', '{"cut": {"articleBody": "x"}}'])
def test_a_set_that_is_not_as_it_should_be_stops_no_other(tmp_path: Path, truth: str) -> None:
    lay(tmp_path, "pages_aeb", ground_truth__json=truth)
    (tmp_path / "pages_aeb" / "dev" / "cut.html.gz").write_bytes(gzip.compress(HTML)[:-12])
    lay(tmp_path, "pages_newspaper4k", **SETS["pages_newspaper4k"])
    result = measured(str(tmp_path))
    assert (result.exit_code, "pages_aeb: " in result.stderr, "pages_newspaper4k/dev" in result.stdout) == (1, True, True)
