"""The language pack of English."""

import re

from monitor.text.languages.english.attribution import ATTRIBUTION
from monitor.text.languages.english.calendar import CALENDAR
from monitor.text.languages.english.developments import DEVELOPMENTS
from monitor.text.languages.english.names import NAMES
from monitor.text.languages.english.not_news import NOT_NEWS
from monitor.text.languages.english.origins import ORIGINS
from monitor.text.languages.english.roles import ROLES
from monitor.text.languages.english.topics import TOPICS
from monitor.text.languages.models import NER_MODELS
from monitor.text.languages.pack import LanguagePack, word_list

PACK = LanguagePack(
    code="en",
    stopwords=word_list(__name__, "stopwords.txt"),
    news_words=word_list(__name__, "news_words.txt"),
    # The word alone is no mark: markets slide into a correction, and officers of correction strike. A sign sets it off.
    correction=re.compile(
        r"^\W{0,4}(?:correct(?:ed|ion|ions|s)|clarification|retract(?:ed|ion))(?:[-/ ]update(?: \d)?)?"
        r"\s{0,2}(?:[:\])}|–—]|-(?=[\s\d]|updat))"
        r"|[(\[|:–—-]\s{0,2}(?:corrects|corrected|correction|clarification|retracted|retraction)\s{0,2}[)\]]?\W{0,4}$",
        re.IGNORECASE,
    ),
    calendar=CALENDAR,
    names=NAMES,
    not_news=NOT_NEWS,
    ner_model=NER_MODELS["en"],
    attribution=ATTRIBUTION,
    topics=TOPICS,
    roles=ROLES,
    origins=ORIGINS,
    developments=DEVELOPMENTS,
)
