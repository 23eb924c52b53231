"""`python -m evals.entity_training LANGUAGE CORPORA MODEL`: train the NER model of a language.

It takes some five minutes of CPU time. After each time through the texts, a line has the score on what the corpora hold
out. It chooses nothing: the number of times is fixed. With the same releases of spaCy, thinc and numpy, and OMP_NUM_THREADS=1,
the weights are the same each time.
"""

import shutil
from pathlib import Path
from random import Random

import click

from consumers.entities.ner import data_hash
from evals.entity_training.corpora import RECIPES, Recipe
from evals.entity_training.training import blank, score, texts_of, train

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
    texts = texts_of(recipe.samples(folder), between, random)
    held_out = texts_of(recipe.samples(folder, held_out=True), between, random)
    # The folder is made now, so that a place that cannot be written to is told before the training.
    model.mkdir(parents=True, exist_ok=True)
    print(f"{len(texts)} texts with {sum(len(each.names) for each in texts)} names", flush=True)
    with use_ops("numpy", use_blis=False):
        nlp = blank(recipe)
        for epoch, (loss, averages) in enumerate(train(nlp, texts, recipe.epochs, SEED), 1):
            with nlp.use_params(averages):
                print(epoch, round(loss), score(nlp, held_out), flush=True)
                if epoch == recipe.epochs:
                    nlp.meta.update(_meta(language, recipe))
                    shutil.rmtree(model, ignore_errors=True)
                    # The vocabulary would have each word of the texts; the model needs none of them.
                    nlp.to_disk(model, exclude=["vocab"])
    print(f"sha256 {data_hash(model)}")


def _meta(language: str, recipe: Recipe) -> dict[str, object]:
    sources = [{"name": each.repository, "commit": each.commit, "license": each.licence} for each in recipe.corpora]
    return {"name": f"ner_{language}", "license": recipe.licence, "sources": sources}


if __name__ == "__main__":
    main(prog_name="python -m evals.entity_training")
