"""The analysis of articles: their language, entities and claims. It reads hostile text, so it runs in a worker process."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from consumers.entities.attribution import find_claims
from consumers.entities.capitals import for_model
from consumers.entities.language import detect_language
from consumers.entities.linking import link_entities
from consumers.entities.ner import NerSpan, Recogniser, find_model, load_recogniser
from monitor.messages import Claim, Entity, Language
from monitor.text.languages import UNDETERMINED, pack, packs


@dataclass(frozen=True)
class Texts:
    """The title and the text of an article."""

    title: str
    text: str

    def __len__(self) -> int:
        """Return the code points of both."""
        return len(self.title) + len(self.text)


@dataclass(frozen=True)
class Analysis:
    """What the analysis of an article finds."""

    language: Language
    entities: tuple[Entity, ...]
    claims: tuple[Claim, ...]


NOTHING = Analysis(Language(UNDETERMINED, 0.0), (), ())
"""The analysis of an article that cannot be analysed."""
Spans = tuple[list[NerSpan], list[NerSpan]]
"""The names that a model finds in title and text."""


def make_analyser(model: str) -> Callable[[list[Texts]], list[Analysis]]:
    """Return the function that analyses articles, with the models that ``entities.model =`` *model* names.

    It is the setup function of a worker process. Raises ModelUnavailable.
    """
    found = {each.code: each.ner_model and find_model(model, each.ner_model) for each in packs()}
    recognisers = {code: load_recogniser(name) for code, name in found.items() if name}
    return lambda articles: list(analyse(articles, recognisers))


def analyse(articles: Sequence[Texts], recognisers: Mapping[str, Recogniser]) -> Iterator[Analysis]:
    """Yield the analysis of each of *articles*. *recognisers* are the models by language code."""
    languages = [detect_language(article.title, article.text) for article in articles]
    spans = _recognise(articles, languages, recognisers)
    for number, (article, language) in enumerate(zip(articles, languages, strict=True)):
        language_pack = pack(language.code)
        title_spans, text_spans = spans.get(number, ((), ()))
        entities = link_entities(article.title, article.text, title_spans, text_spans, language_pack.names, language.code)
        rules = language_pack.attribution
        yield Analysis(language, entities, find_claims(article.title, article.text, entities, rules) if rules else ())


def _recognise(
    articles: Sequence[Texts], languages: Sequence[Language], recognisers: Mapping[str, Recogniser]
) -> dict[int, Spans]:
    """Return what the models find in *articles*, by the number of the article. Each model reads its articles in one batch."""
    spans: dict[int, Spans] = {}
    for code, recognise in recognisers.items():
        numbers = [number for number, language in enumerate(languages) if pack(language.code).code == code]
        if numbers:
            found = iter(
                recognise([text for number in numbers for text in (for_model(articles[number].title), articles[number].text)])
            )
            spans |= {number: (next(found), next(found)) for number in numbers}
    return spans
