"""The further training of a model: it learns names that people marked, and keeps what else it finds, such as dates."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from consumers.entities.ner import find_model, load_pipeline
from evals.entity_training.training import Marked
from monitor.text.languages import NerModel

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc
    from spacy.training import Example

Found = Sequence[tuple[int, int, str]]
"""The start, end and label of each name in a text."""
UNKNOWN = "-"
"""The tag of a token of which it is not known whether it is part of a name."""
PLACES = ("GPE", "LOC", "FAC")
MARKED = ("PERSON", "ORG", *PLACES)
"""The labels of names that people marked. The model keeps the others as it has them."""
ADJECTIVES = "NORP"
"""The label of adjectives of places and of peoples, which some corpora mark as places."""


def pretrained(base: NerModel) -> "Language":
    """Return the pipeline of *base*. Raises FileNotFoundError if it is not installed."""
    folder = find_model("auto", base)
    if folder is None:
        raise FileNotFoundError(f"{base.files.package} is not installed; run: pip install {base.files.requirement}")
    return load_pipeline(folder)


def examples_by(nlp: "Language", texts: Sequence[Marked], *, in_part: bool = False) -> list["Example"]:
    """Return what spaCy learns from: *texts* with their names, and what else *nlp* finds in them.

    In those that are marked *in_part*, people marked the names of some types alone.
    """
    from spacy.training import Example

    found = _found(nlp, texts)
    adjectives = _adjectives(texts, found)
    examples = []
    for text, names in zip(texts, found, strict=True):
        doc = nlp.make_doc(text.text)
        tags = merged_tags(doc, text.names, names, adjectives, in_part=in_part)
        examples.append(Example.from_dict(doc, {"entities": tags}))
    return examples


def merged_tags(doc: "Doc", names: Found, found: Found, adjectives: Collection[str], *, in_part: bool = False) -> list[str]:
    """Return the BILUO tags of *doc*: those of *names*, which people marked, and of what else is *found*.

    A place keeps its label of PLACES, if a place is found there. One of *adjectives* is none. In a text that is marked
    *in_part*, other words that may be names are UNKNOWN: what is found, and words with a capital.
    """
    labelled = [(start, end, _label(doc, (start, end, label), found, adjectives)) for start, end, label in names]
    others = [(start, end, UNKNOWN if label in MARKED else label) for start, end, label in found]
    tags = tags_of(doc, [*labelled, *(name for name in others if in_part or name[2] != UNKNOWN)])
    if in_part:
        unsure = {token.i for token in doc if tags[token.i] == "O" and _may_be_name(doc, token.i)}
        tags = [UNKNOWN if number in unsure else tag for number, tag in enumerate(tags)]
    return tags


def _may_be_name(doc: "Doc", number: int) -> bool:
    """Return whether a token has a capital, but is no function word at the start of a sentence."""
    token = doc[number]
    is_first = number == 0 or doc[number - 1].text in {".", "?", "!", '"'}
    return token.text[:1].isupper() and not (is_first and token.is_stop)


def tags_of(doc: "Doc", names: Found) -> list[str]:
    """Return the BILUO tags of *doc*. Of *names* that overlap, the first is kept; UNKNOWN are those that end within a token."""
    tags = ["O"] * len(doc)
    for start, end, label in names:
        span = doc.char_span(start, end)
        wide = span if span is not None else doc.char_span(start, end, alignment_mode="expand")
        if wide is None or set(tags[wide.start : wide.end]) != {"O"}:
            continue
        if span is None or label == UNKNOWN:
            tags[wide.start : wide.end] = [UNKNOWN] * len(wide)
        elif len(wide) == 1:
            tags[wide.start] = f"U-{label}"
        else:
            tags[wide.start : wide.end] = [f"B-{label}", *[f"I-{label}"] * (len(wide) - 2), f"L-{label}"]
    return tags


def _label(doc: "Doc", name: tuple[int, int, str], found: Found, adjectives: Collection[str]) -> str:
    start, end, label = name
    if label not in PLACES:
        return label
    if doc.text[start:end] in adjectives or (start, end, ADJECTIVES) in found:
        return ADJECTIVES
    return next((other for a, b, other in found if a < end and start < b and other in PLACES), label)


def _found(nlp: "Language", texts: Sequence[Marked]) -> list[Found]:
    with nlp.memory_zone():
        docs = nlp.pipe(each.text for each in texts)
        return [[(name.start_char, name.end_char, name.label_) for name in doc.ents] for doc in docs]


def _adjectives(texts: Sequence[Marked], found: Sequence[Found]) -> set[str]:
    """Return the names that are ADJECTIVES more than twice as often as places."""
    counts = Counter((text.text[a:b], label) for text, names in zip(texts, found, strict=True) for a, b, label in names)
    return {
        name
        for (name, label), number in counts.items()
        if label == ADJECTIVES and number > 2 * sum(counts[name, place] for place in PLACES)
    }
