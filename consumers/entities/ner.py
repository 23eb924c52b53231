"""Named-entity recognition (NER): the choice of a model, and the function that runs in the worker process."""

import hashlib
import importlib.util
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from monitor.text.languages import LanguagePack, ModelFiles, NerModel
from monitor.text.languages.coverage import MODELS_OFF, is_installed
from monitor.text.tokens import tokens

if TYPE_CHECKING:
    from spacy.language import Language

GAZETTEER_ONLY = MODELS_OFF
"""The value of entities.model that uses the gazetteer alone, without a model."""
MAX_CHARS = 40_000
"""Code points of a text that the model reads, about 8,000 words. The gazetteer reads all of it."""
MAX_TOKENS = 10_000
"""Words and signs of a text that the model reads. Each takes it the same time, be it one sign."""
MAX_WORD = 200
"""Code points of a word, up to the next space, that the model reads. spaCy's tokenizer takes quadratic time for longer ones."""
_TOKEN = re.compile(r"\w+|[^\w\s]")
_LONG_WORD = re.compile(rf"\S{{{MAX_WORD + 1},}}")
UNUSED_COMPONENTS = ("tagger", "morphologizer", "parser", "senter", "attribute_ruler", "lemmatizer")
"""Components of the models that are not needed. They would take half of the time."""

Recogniser = Callable[[list[str]], list[list["NerSpan"]]]


class NerSpan(NamedTuple):
    """A name in a text, in code points (*end* is exclusive), with the model's label, such as PERSON."""

    start: int
    end: int
    label: str


class ModelUnavailable(RuntimeError):
    """The model cannot be used. The text names the remedy."""


def find_model(setting: str, model: NerModel) -> str | Path | None:
    """Return the package or the folder to load for ``entities.model =`` *setting*; None for the gazetteer alone.

    *model* is the language's own model. The setting "table" is for all languages; the name of a package is that of the
    required model. An optional model that is not installed is None. Raises ModelUnavailable if the required model is not
    installed, or if the files of a model differ from the verified ones.
    """
    if setting == GAZETTEER_ONLY:
        return None
    if not model.required:
        return _find_files(model.files) if is_installed(model) else None
    if setting == "auto":
        return _find_files(model.files)
    if not setting.isidentifier() or importlib.util.find_spec(setting) is None:
        raise ModelUnavailable(f'entities.model: {setting!r} is not installed; install it, or write "auto" or "table"')
    return setting


def data_hash(folder: Path) -> str:
    """Return the SHA-256 checksum over the names and contents of all files in *folder*."""
    total = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        name = file.relative_to(folder).as_posix().encode()
        with file.open("rb") as content:
            total.update(name + b"\0" + hashlib.file_digest(content, "sha256").digest())
    return total.hexdigest()


def _find_files(model: ModelFiles) -> Path:
    """Return the data folder of *model* without running any code of its package. Raises ModelUnavailable as find_model does."""
    spec = importlib.util.find_spec(model.package)
    if spec is None or not spec.submodule_search_locations:
        raise ModelUnavailable(
            f'{model.package} is not installed; install {model.requirement}, or write entities.model = "{GAZETTEER_ONLY}"'
        )
    folder = Path(spec.submodule_search_locations[0]) / model.folder
    if data_hash(folder) != model.sha256:
        raise ModelUnavailable(f"the files of {model.package} differ from the verified ones; reinstall {model.requirement}")
    return folder


def readable(text: str, *, by_letters: bool = False) -> str:
    """Return the part of *text* that the model reads in seconds: its beginning, with spaces for words that are too long.

    A model *by_letters* has a token for each letter, so it reads fewer code points, and no words that are too long.
    """
    if by_letters:
        return text[:MAX_TOKENS]
    text = text[:MAX_CHARS]
    if len(text) > MAX_TOKENS and (excess := next(islice(_TOKEN.finditer(text), MAX_TOKENS, None), None)):
        text = text[: excess.start()]
    return _LONG_WORD.sub(lambda word: " " * len(word.group()), text)


def is_name(name: str, language: LanguagePack) -> bool:
    """Return whether *name*, found by a model of *language*, can be a name.

    In the languages with an optional model, a name has a capital letter, if their script has any, and a stopword with one
    begins a sentence. The required model of English makes few of these errors, and "May" and "Will" are names there.
    """
    if language.ner_model is None or language.ner_model.required:
        return True
    if name.islower() or not any(map(str.isalpha, name)):
        return False
    return not (name[1:].islower() and len(words := tokens(name)) == 1 and words[0] in language.stopwords)


def load_pipeline(model: str | Path) -> "Language":
    """Load *model*, a package or a folder, with the components alone that the recognition of names needs.

    In some models all components read word vectors of one component, tok2vec; in others NER computes its own. A component that
    computes vectors is left out if no remaining one reads them: it would take a third of the time.
    """
    import spacy  # only the worker process needs it
    from spacy.pipeline import Tok2Vec
    from thinc.api import use_ops

    # numpy multiplies these matrices three times as fast as blis, spaCy's default, on processors with AVX2.
    with warnings.catch_warnings(), use_ops("numpy", use_blis=False):
        # spaCy warns about models made with another release, but these work.
        warnings.simplefilter("ignore", UserWarning)
        nlp = spacy.load(model, exclude=list(UNUSED_COMPONENTS))
    for name, component in nlp.components:
        if isinstance(component, Tok2Vec) and not component.listening_components:
            nlp.remove_pipe(name)
    return nlp


def reach_of(config: Mapping[str, Any]) -> int | None:
    """Return on how many tokens on each side a token's vector depends in the model of *config*; None if that is not known."""
    components = config["components"]
    vectors = components.get("ner", {}).get("model", {}).get("tok2vec", {})
    if "Listener" in vectors.get("@architectures", ""):
        vectors = components.get("tok2vec", {}).get("model", {})
    encode = vectors.get("encode", vectors)
    is_window = re.search(r"MaxoutWindowEncoder|HashEmbedCNN", encode.get("@architectures", ""))
    return encode["depth"] * encode["window_size"] if is_window else None


def reads_letters(config: Mapping[str, Any]) -> bool:
    """Return whether the model of *config* has a token for each letter, as models of Chinese and Japanese may."""
    return bool(config["nlp"]["tokenizer"].get("segmenter") == "char")


def load_recogniser(found: str | Path, model: NerModel) -> Recogniser:
    """Load *model* from *found*, a package or a folder, and return the function that finds the names in each text."""
    from consumers.entities.reuse import reusing  # it imports this module

    if model.library == "slovnet":
        return _load_slovnet(Path(found))
    if model.library == "lac":
        from consumers.entities import lac  # it imports this module

        return lac.load(Path(found))
    if model.library == "sudachi":
        from consumers.entities import sudachi  # it imports this module

        return sudachi.load(Path(found))
    if model.library == "mecab-ko":
        from consumers.entities import mecab_ko  # it imports this module

        return mecab_ko.load(Path(found))
    nlp = load_pipeline(found)
    by_letters = reads_letters(nlp.config)

    def recognise(texts: list[str]) -> list[list[NerSpan]]:
        # Without a memory zone, spaCy's vocabulary keeps every word it has ever seen.
        with nlp.memory_zone():
            docs = nlp.pipe(readable(text, by_letters=by_letters) for text in texts)
            return [[NerSpan(span.start_char, span.end_char, span.label_) for span in doc.ents] for doc in docs]

    reach = reach_of(nlp.config)
    # Pieces of text are counted in words between spaces, so those of a script without spaces would be whole texts.
    return recognise if reach is None or by_letters else reusing(recognise, reach)


def _load_slovnet(folder: Path) -> Recogniser:
    """Load the models of the Natasha project in *folder* with its library slovnet."""
    from navec import Navec
    from slovnet import NER

    ner = NER.load(folder / "model" / "slovnet_ner_news_v1.tar")
    ner.navec(Navec.load(folder / "emb" / "navec_news_v1_1B_250K_300d_100q.tar"))

    return lambda texts: [
        [NerSpan(span.start, span.stop, span.type) for span in spans]
        for spans in read_one_by_one(lambda text: ner(text).spans, texts)
    ]


def read_one_by_one(read: Callable[[str], Iterable[Any]], texts: Iterable[str]) -> Iterator[Iterable[Any]]:
    """Yield what slovnet's *read* returns for each of *texts*.

    A batch would be padded to its longest text. The library fails on a text without a word, which may be one of a single long
    word: readable() leaves nothing of it.
    """
    for text in map(readable, texts):
        yield read(text) if text.strip() else ()
