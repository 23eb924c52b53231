"""The scores of claims of single sentences."""

from pathlib import Path

import pytest

from evals.sayings import sayings


def test_precision_and_recall_count_the_claims_of_each_language(tmp_path: Path) -> None:
    (tmp_path / "en.tsv").write_text(
        "text\tThe mayor said the bridge was safe.\tsaid: mayor\n"
        "text\tDid the mayor say the bridge was safe?\t-\n"
        "title\tBridge to close in May, says mayor\tsaid: driver\n"
        "text\tThe bell rang.\tsaid: bell\n",
        encoding="utf-8",
    )
    (row,) = sayings(tmp_path)
    assert (row["language"], row["documents"], row["precision"], row["recall"]) == ("en", 4, 1 / 2, 1 / 3)


def test_a_language_without_words_of_attribution_is_not_scored(tmp_path: Path) -> None:
    (tmp_path / "sv.tsv").write_text("text\t-\t-\n", encoding="utf-8")
    (row,) = sayings(tmp_path)
    assert "not_scored" in row


def test_a_folder_without_sentences_is_no_set(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="there is no LANGUAGE"):
        list(sayings(tmp_path))
