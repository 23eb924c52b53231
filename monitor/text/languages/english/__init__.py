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
from monitor.text.languages.patterns import correction_pattern

PACK = LanguagePack(
    code="en",
    stopwords=word_list(__name__, "stopwords.txt"),
    news_words=word_list(__name__, "news_words.txt"),
    correction=correction_pattern(
        "(?:correct(?:ed|ion|ions|s)|clarif(?:ied|ication|ications)|retract(?:ed|ion)|errat(?:um|a)|corrigend(?:um|a)|amended|"
        r"withdrawn|withdrawal\snotice|(?-i:WITHDRAWAL|KILL(?:ED)?)|(?:mandatory|story)\skill|kill\snotice|"
        r"story\s(?:withdrawn|retracted|killed|corrected)|corrections?\s(?:and|&)\sclarifications?)"
        r"(?:\s(?:notice|note|of\sthe\srecord))?(?:[-/ ]update(?: \d)?)?",
        "corrects|corrected|corrected version|corrections?|clarification|clarified|retracted|retraction|erratum|corrigendum|"
        "withdrawn|story withdrawn|amended",
        r"corrections?\s(?:and|&)\sclarifications?\b|corrections?\s(?:to|of|in|for)\s[^\n]{1,80}\s(?:story|article|report|headline|caption)s?$",
    ),
    correction_note=re.compile(
        "an earlier (?:version|edition) of (?:this|the) (?:article|story|report|post)|"
        "this (?:article|story|report|post|headline) (?:has been|was|is) (?:corrected|amended|withdrawn|retracted)|"
        "this (?:article|story|report|post|headline) (?:has been|was) updated to correct|"
        "(?:this|the) (?:article|story|headline|report|version) (?:corrects|has corrected)|"
        r"\(?corrects\b|^corrections?(?: appended)?\s?:|^(?:clarification|erratum|corrigendum)\s?:|"
        "we (?:regret|apologi[sz]e for) the error",
        re.IGNORECASE | re.MULTILINE,
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
