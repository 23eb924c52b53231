"""`python -m evals.entity_training LANGUAGE CORPORA MODEL`: train the NER model of a language.

It takes some five minutes of CPU time. After each time through the texts, a line has the score on what the corpora hold
out. It chooses nothing: the number of times is fixed. With the same releases of spaCy, thinc and numpy, and OMP_NUM_THREADS=1,
the weights are the same each time.
"""

import shutil
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import click

from consumers.entities.ner import data_hash
from evals.entity_training import further
from evals.entity_training.corpora import RECIPES
from evals.entity_training.recipe import Recipe
from evals.entity_training.training import blank, examples_of, score, texts_of, train

if TYPE_CHECKING:
    from spacy.language import Language

SEED = 1


@click.command()
@click.argument("language", type=click.Choice(sorted(RECIPES)))
@click.argument("folder", metavar="CORPORA", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("model", type=click.Path(file_okay=False, path_type=Path))
def main(language: str, folder: Path, model: Path) -> None:
    """Train the model of LANGUAGE on the CORPORA, a folder with a clone of each repository, and write the folder MODEL."""
    try:
        build(language, RECIPES[language], folder, model)
    except FileNotFoundError as error:
        raise click.ClickException(f"{error}; evals/entity_training/corpora.py says where each corpus is had") from error


def build(language: str, recipe: Recipe, folder: Path, model: Path) -> None:
    """Train the model of *language* by *recipe* on the corpora in *folder*, and write the folder *model*. Raises OSError."""
    if recipe.library == "sudachi":
        from consumers.entities import sudachi
        from evals.entity_training import crf_training

        crf_training.build(recipe, folder, model, _meta(language, recipe), sudachi.make_analyser())
        print(f"sha256 {data_hash(model)}")
        return
    from thinc.api import use_ops

    random = Random(SEED)
    between = "" if recipe.tokenizer == "zh" else " "
    texts, held_out, in_part = (
        texts_of(samples, between, random, recipe.labels)
        for samples in (recipe.samples(folder), recipe.samples(folder, held_out=True), recipe.partial_samples(folder))
    )
    # The folder is made now, so that a place that cannot be written to is told before the training.
    model.mkdir(parents=True, exist_ok=True)
    print(f"{len(texts)} texts with {sum(len(each.names) for each in texts)} names", flush=True)
    with use_ops("numpy", use_blis=False):
        if recipe.base is None:
            nlp = blank(recipe)
            learned, scored = examples_of(nlp, texts), examples_of(nlp, held_out)
        else:
            nlp = further.pretrained(recipe.base)
            learned = further.examples_by(nlp, texts) + further.examples_by(nlp, in_part, in_part=True)
            scored = further.examples_by(nlp, held_out)
            print(0, 0, score(nlp, scored), flush=True)
        for epoch, (loss, averages) in enumerate(train(nlp, learned, recipe, SEED), 1):
            with nlp.use_params(averages):
                print(epoch, round(loss), score(nlp, scored), flush=True)
                nlp.meta.update(_meta(language, recipe))
                _write(nlp, recipe, model)
    print(f"sha256 {data_hash(model)}")


def _write(nlp: "Language", recipe: Recipe, model: Path) -> None:
    shutil.rmtree(model, ignore_errors=True)
    # The vocabulary would have each word of the texts; the model needs none of them.
    nlp.to_disk(model, exclude=["vocab"])
    if recipe.base is not None:
        # The tables of the base have the usual spellings of words, which are among the features of a token.
        nlp.vocab.to_disk(model / "vocab", exclude=["strings", "vectors"])
        (model / "vocab" / "strings.json").write_text("[]", encoding="utf-8")


def _meta(language: str, recipe: Recipe) -> dict[str, object]:
    sources = [
        {"name": each.repository, "commit": each.commit, "license": each.licence} for each in (*recipe.corpora, *recipe.partial)
    ]
    meta: dict[str, object] = {"name": f"ner_{language}", "license": recipe.licence, "sources": sources}
    if recipe.base is not None:
        base = recipe.base.files.requirement
        # What else the base has there is about the base, such as its scores.
        meta |= {"description": f"{base}, trained further", "author": "", "email": "", "url": "", "performance": {}}
    return meta


if __name__ == "__main__":
    main(prog_name="python -m evals.entity_training")
