"""The recipe of the model for German, Dutch and Italian."""

from collections.abc import Iterator, Sequence
from functools import partial

from evals.entity_training.newspapers import read_europeana, read_hipe
from evals.entity_training.recipe import Corpus, Recipe
from evals.entity_training.treebanks import read_projected, read_typed
from evals.entity_training.uner import CONTRACTIONS, read_uner


def _uner(
    name: str, commit: str, language: str, files: Sequence[str], licence: str, *, share: int = 0, times: int = 1
) -> Corpus:
    """Return the corpus of Universal NER with the *name*."""
    read = partial(read_uner, language=language, contractions=CONTRACTIONS.get(language, {}))
    return Corpus(f"UniversalNER/UNER_{name}", commit, licence, read, files, share=share, times=times)


def _europeana(language: str, *files: str, share: int = 0) -> Corpus:
    """Return the newspapers of 1871 to 1945 in *language* of Europeana Newspapers."""
    read = partial(read_europeana, language=language)
    commit = "6bf838d23112c255fd81431b1187ab30ef6c2d90"
    return Corpus("EuropeanaNewspapers/ner-corpora", commit, "CC0", read, [f"{file}/{file}" for file in files], share=share)


def _latin() -> list[Corpus]:
    """Return the corpora of the model for German, Dutch and Italian.

    No more than single sentences of these languages may be had with modern names that people marked. So the model also learns
    from old newspapers, from related languages, and from sentences whose names are typed by rules.
    """
    return [*_latin_own(), *_latin_typed(), *_latin_old(), *_latin_related()]


def _latin_own() -> Iterator[Corpus]:
    commit = "47eb039b6d80079b280ba70efe4136413fb7af9c"
    yield _uner("German-PUD", commit, "de", ["de_pud-ud-test.iob2"], "CC BY-SA 3.0", share=5, times=3)
    read = partial(read_projected, language="it")
    commit, files = "71d932aa096368331ba2fd9bc906ec8dd853da8e", ["it_pud-ud-test.conllu"]
    yield Corpus("UniversalDependencies/UD_Italian-PUD", commit, "CC BY-SA 3.0", read, files, share=5, times=3)


def _latin_typed() -> Iterator[Corpus]:
    for name, commit, language, prefix, parts in (
        ("Dutch-Alpino", "95e374a608d114ec6c6b32f0fbd5f324d29ef286", "nl", "nl_alpino", ("dev", "test")),
        ("German-GSD", "297fcf350481058d0737a27f0f8fd03b2eadd67a", "de", "de_gsd", ("dev", "test")),
        ("Italian-ParlaMint", "fb2c561fb1824ccf28f7dd7228d6d69a5b0e1394", "it", "it_parlamint", ("train", "test")),
    ):
        files = [f"{prefix}-ud-{part}.conllu" for part in parts]
        read = partial(read_typed, language=language)
        yield Corpus(f"UniversalDependencies/UD_{name}", commit, "CC BY-SA 4.0", read, files)


def _latin_old() -> Iterator[Corpus]:
    yield _europeana("de", "enp_DE.lft.bio", "enp_DE.onb.bio", "enp_DE.sbb.bio")
    files = [f"data/v2.1/sonar/de/HIPE-2022-v2.1-sonar-{part}-de.tsv" for part in ("dev", "test")]
    commit = "147f5bc3c7fb7e5c6b024a9ffd6503cd019fb9ea"
    yield Corpus("hipe-eval/HIPE-2022-data", commit, "CC BY 4.0", partial(read_hipe, language="de"), files)
    yield _europeana("nl", "enp_NL.kb.bio", share=10)


def _latin_related() -> Iterator[Corpus]:
    for name, commit, language, files, licence in (
        ("English-PUD", "07ea0553144e3fcf3d6633efe2a075b725a0d262", "en", ["en_pud-ud-test"], "CC BY-SA 3.0"),
        ("English-EWT", "8ed072de2fd24022cc62458997fe96a8fe191ea4", "en", ["en_ewt-ud-dev", "en_ewt-ud-test"], "CC BY-SA 4.0"),
        ("Portuguese-Bosque", "f2c2ad67aed900385fbe5d655af41f439c9b3333", "pt", ["pt_bosque-ud-train"], "CC BY-SA 4.0"),
        ("Portuguese-PUD", "cda2cf86b68d45e896aab97ceca5e91d43a86db7", "pt", ["pt_pud-ud-test"], "CC BY-SA 3.0"),
        ("Swedish-PUD", "7fed5e267858a295f53083051a16d73c76f60f07", "sv", ["sv_pud-ud-test"], "CC BY-SA 4.0"),
        ("Swedish-Talbanken", "dbb692085267da83a35d1e1d2c111671b3c7c46b", "sv", ["sv_talbanken-ud-train"], "CC BY-SA 4.0"),
        ("Danish-DDT", "983c4cdc09f8ece6069d2b692b60dc4b3649ec6e", "da", ["da_ddt-ud-train"], "CC BY-SA 4.0"),
    ):
        yield _uner(name, commit, language, [f"{file}.iob2" for file in files], licence)


LATIN = Recipe("it", _latin(), epochs=3)
"""The tokenizer is that of Italian, which parts dell'Università; German and Dutch have few apostrophes."""
