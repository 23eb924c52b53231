"""The fitting of how much the measures of a sentence count."""

import json
from pathlib import Path

import numpy as np
from click.testing import CliRunner

from consumers.stories.developments.measures import Measures
from evals.development_training.__main__ import Article, fit, format_scores, main
from tests.unit.evals.test_developments import FERRY, TOLL, pair


def _article(*, is_development: bool, signs: float, quotes: float) -> Article:
    sentences = [[signs, 0.0, 0.3, quotes, 0.1], [0.1, 1.0, 0.0, quotes, 0.1]]
    return Article("another", np.array(sentences), is_development)


def test_what_speaks_against_a_development_is_learned_from_pairs() -> None:
    signs = [0.9, 1.0, 1.1, 1.2, 1.3]
    news = [_article(is_development=True, signs=each, quotes=0.1) for each in signs]
    reactions = [_article(is_development=False, signs=each + 0.1, quotes=0.6) for each in signs]
    retold = [_article(is_development=False, signs=each - 0.8, quotes=0.1) for each in signs]
    fitted = fit([*news, *reactions, *retold] * 10)
    assert fitted.signs == 1.0
    assert fitted.quotes < 0.0
    assert format_scores([*news, *retold], Measures(2.0, 0.0, 0.0, 0.0, 0.0)) == "1.00 / 1.00 (1.00 at 0.75)"


def test_the_command_scores_each_author_by_weights_of_the_others(tmp_path: Path) -> None:
    called = "The families were called together on Thursday, and 14 divers will look for the boat from 20 March."
    for author in ("rules_author_1", "other_author", "other_author_2"):
        pairs = [
            pair(f"{author} toll", f"{FERRY} {TOLL}", development=True, sentences=(TOLL,)),
            pair(f"{author} day", f"{FERRY} {called}", development=True, sentences=(called,)),
            pair(f"{author} same", f"{FERRY} A net was repaired.", development=False),
        ]
        (tmp_path / f"{author}.jsonl").write_text("\n".join(map(json.dumps, pairs)), encoding="utf-8")
    result = CliRunner().invoke(main, [str(tmp_path)], catch_exceptions=False)
    first, second, fitted = result.output.splitlines()
    assert first == "other_author: signs alone 1.00 / 1.00 (1.00 at 0.75), fitted to the others 1.00 / 1.00 (1.00 at 0.75)"
    assert second.startswith("other_author_2: ")
    assert fitted.startswith("Measures(signs=1.0, ")
