"""`python -m evals.development_training FOLDER`: fit how much the measures of a sentence count, for MEASURES in weights.py.

FOLDER has the files of evals/developments/dev, one of each author; those named rules_author are of the author of the rules. For
each other author the weights are fitted to the files of all others, and scored on his own, beside the signs alone. The last row
has the weights that are fitted to all files.

An article is as new as its best sentence, but it is not known which that is. So the weights are fitted to the sentence of each
article that is best by the weights before, until it stays the same.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import click
import numpy as np
from numpy.typing import NDArray

from consumers.stories.developments import weights
from consumers.stories.developments.measures import Measures
from consumers.stories.developments.ranking import make_scorer
from evals.developments.evaluate import compare, read_file

RULES_AUTHOR = "rules_author"
RULES_WEIGHT = 0.5
"""How much a pair of the author of the rules counts: the rules were made with them."""
PENALTY = 30.0
"""The penalty on the squares of the weights of measures with a variance of 1."""
MIN_SPREAD = 1e-9
"""A measure that varies less is the same everywhere."""
ROUNDS, STEPS = 8, 12
AIM = 0.75
"""The recall at which precision is told."""
SIGNS_ALONE = Measures(1.0, 0.0, 0.0, 0.0, 0.0)

Floats = NDArray[np.float64]


class Article(NamedTuple):
    """The measures of the sentences of an article, one a row, and whether a person found news in it."""

    author: str
    sentences: Floats
    is_development: bool


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(folder: Path) -> None:
    """Print for each other author how well the weights of all others do, and the weights of all."""
    articles = [each for path in sorted(folder.glob("*.jsonl")) for each in read_articles(path)]
    authors = sorted({each.author for each in articles} - {RULES_AUTHOR})
    for author in authors:
        own = [each for each in articles if each.author == author]
        fitted = fit([each for each in articles if each.author != author])
        click.echo(
            f"{author}: signs alone {format_scores(own, SIGNS_ALONE)}, fitted to the others {format_scores(own, fitted)}"
        )
    click.echo(str(fit(articles)))


def read_articles(path: Path) -> list[Article]:
    """Return the new articles of the pairs in the file at *path*."""
    author = RULES_AUTHOR if path.stem.startswith(RULES_AUTHOR) else path.stem
    labels, found = read_file(path), list[Article]()
    for each, new in zip(labels, compare(labels), strict=True):
        scorer = make_scorer(new.message, new.facts, new.known, new.entities, gap=new.gap)
        measured = (scorer.measure(place) for place in range(len(new.facts.sentences))) if scorer else ()
        rows = [measures for measures in measured if measures is not None]
        found.append(Article(author, np.array(rows).reshape(-1, len(Measures._fields)), each["development"]))
    return found


def fit(articles: Sequence[Article]) -> Measures:
    """Return the weights that tell best which *articles* are developments, so that the signs count 1."""
    articles = [each for each in articles if len(each.sentences)]
    all_rows = np.concatenate([each.sentences for each in articles])
    scale = np.where((spread := all_rows.std(0)) > MIN_SPREAD, spread, 1.0)
    expected = np.array([each.is_development for each in articles], float)
    counts = np.array([RULES_WEIGHT if each.author == RULES_AUTHOR else 1.0 for each in articles])
    found, best = np.array(SIGNS_ALONE), list[int]()
    for number in range(ROUNDS + 1):
        previous, best = best, [int(np.argmax(each.sentences @ found)) for each in articles]
        if best == previous:
            break
        if number == ROUNDS:
            click.echo(f"the best sentences still change after {ROUNDS} rounds", err=True)
            break
        rows = np.array([each.sentences[place] for each, place in zip(articles, best, strict=True)])
        found = fit_logistic(rows / scale, expected, counts) / scale
    return Measures(*(found / found[0]).tolist())


def fit_logistic(rows: Floats, expected: Floats, counts: Floats) -> Floats:
    """Return the weights of a logistic regression, without its intercept. *counts* is how much each row counts."""
    rows = np.column_stack([rows, np.ones(len(rows))])
    found, penalty = np.zeros(rows.shape[1]), np.full(rows.shape[1], PENALTY)
    penalty[-1] = 0
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-rows @ found))
        slope = rows.T @ (counts * (chance - expected)) + penalty * found
        curve = (rows * (counts * chance * (1 - chance))[:, None]).T @ rows + np.diag(penalty)
        found -= np.linalg.solve(curve, slope)
    return found[:-1]


def format_scores(articles: Sequence[Article], measures: Measures) -> str:
    """Return the precision and recall of *measures* at the threshold in use, and the precision at a recall of AIM."""
    scores = np.array([max(each.sentences @ np.array(measures), default=0.0) for each in articles])
    expected = np.array([each.is_development for each in articles])
    at = {float(least): _precision_recall(scores >= least, expected) for least in {weights.THRESHOLD, *scores.tolist()}}
    most = max((precision for precision, recall in at.values() if recall >= AIM), default=0.0)
    precision, recall = at[weights.THRESHOLD]
    return f"{precision:.2f} / {recall:.2f} ({most:.2f} at {AIM})"


def _precision_recall(found: NDArray[np.bool_], expected: NDArray[np.bool_]) -> tuple[float, float]:
    both = float((found & expected).sum())
    return both / max(1, int(found.sum())), both / max(1, int(expected.sum()))


if __name__ == "__main__":
    main()
