"""The analysis of articles: their language, entities and claims. It reads hostile text, so it runs in a worker process."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from consumers.entities.attribution import find_claims
from consumers.entities.capitals import for_model
from consumers.entities.language import detect_language
from consumers.entities.linking import link_entities
from consumers.entities.models import LoadModel, Models
from consumers.entities.ner import NerSpan, is_name
from consumers.entities.roles import link_roles
from monitor.messages import Claim, Entity, Language, RoleMention
from monitor.salience import with_salience
from monitor.text.languages import UNDETERMINED, LanguagePack, pack
from monitor.text.languages.coverage import Lack, lacking
from monitor.text.not_news import NotNews, find_not_news, mask


@dataclass(frozen=True)
class Texts:
    """The title and the text of an article, and its day, on which offices have their holders."""

    title: str
    text: str
    day: date | None = None

    def __len__(self) -> int:
        """Return the code points of both."""
        return len(self.title) + len(self.text)


@dataclass(frozen=True)
class Analysis:
    """What the analysis of an article finds, and what it *lacks* because of the article's language.

    Entities and claims are not read in the passages of *not_news*, but for known names in captions.
    """

    language: Language
    entities: tuple[Entity, ...]
    claims: tuple[Claim, ...]
    lacks: tuple[Lack, ...] = ()
    not_news: tuple[NotNews, ...] = ()
    roles: tuple[RoleMention, ...] = ()


NOTHING = Analysis(Language(UNDETERMINED, 0.0), (), (), ("names", "claims", "topics"))
"""The analysis of an article that cannot be analysed."""
Spans = tuple[list[NerSpan], list[NerSpan]]
"""The names that a model finds in title and text."""


def make_analyser(setting: str) -> Callable[[list[Texts] | LoadModel], list[Analysis]]:
    """Return the function that analyses articles, with the models of ``entities.model =`` *setting*.

    It is the setup function of a worker process. Raises ModelUnavailable. The function raises ModelNotLoaded for articles
    in a language whose model is not loaded yet. Then call it with LoadModel, whose result is empty, and once more.
    """
    models = Models(setting)

    def answer(request: list[Texts] | LoadModel) -> list[Analysis]:
        if isinstance(request, LoadModel):
            models.load(request)
            return []
        return list(analyse(request, models))

    return answer


def analyse(articles: Sequence[Texts], models: Models) -> Iterator[Analysis]:
    """Yield the analysis of each of *articles*. Raises ModelNotLoaded."""
    languages = [detect_language(article.title, article.text) for article in articles]
    not_news = [_find_not_news(article.text, pack(lang.code)) for article, lang in zip(articles, languages, strict=True)]
    # Spaces take the place of what is left out, so offsets are those of the article.
    news = [Texts(article.title, mask(article.text, left)) for article, left in zip(articles, not_news, strict=True)]
    spans = _recognise(news, [pack(language.code) for language in languages], models)
    for number, (article, language) in enumerate(zip(articles, languages, strict=True)):
        language_pack = pack(language.code)
        title_spans, text_spans = spans.get(number, ((), ()))
        # A caption says who and where a picture shows, so known names count there, and no others.
        named = mask(article.text, [each for each in not_news[number] if each.reason != "caption"])
        entities = link_entities(article.title, named, title_spans, text_spans, language_pack.names, language.code)
        rules = language_pack.attribution
        claims = find_claims(article.title, news[number].text, entities, rules) if rules else ()
        # An office stands for a person, but says who speaks by itself, so claims come first.
        entities, roles = link_roles(article.title, news[number].text, entities, language_pack, article.day)
        entities = with_salience(article.title, article.text, entities, claims, not_news[number])
        lacks = lacking(language_pack, has_names=number in spans)
        yield Analysis(language, entities, claims, lacks, not_news[number], roles)


def _find_not_news(text: str, language: LanguagePack) -> tuple[NotNews, ...]:
    return find_not_news(text, language.not_news) if language.not_news else ()


def _recognise(articles: Sequence[Texts], packs: Sequence[LanguagePack], models: Models) -> dict[int, Spans]:
    """Return what the models find in *articles*, by the number of the article. Each model reads its articles in one batch.

    An article has no entry if its language has no model. *packs* are those of the articles' languages.
    """
    spans: dict[int, Spans] = {}
    for code in dict.fromkeys(each.code for each in packs):
        if (recognise := models.recogniser(code)) is None:
            continue
        numbers = [number for number, each in enumerate(packs) if each.code == code]
        texts = [text for number in numbers for text in (for_model(articles[number].title), articles[number].text)]
        found = iter(
            [
                [span for span in names if is_name(text[span.start : span.end], pack(code))]
                for text, names in zip(texts, recognise(texts), strict=True)
            ]
        )
        spans |= {number: (next(found), next(found)) for number in numbers}
    return spans
