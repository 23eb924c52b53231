"""The language pack of Ukrainian."""

import re

from monitor.text.languages.pack import LanguagePack, NameRules, TopicDescriptions, topic_words, word_list
from monitor.text.languages.patterns import title_pattern
from monitor.text.languages.scripts import CYRILLIC_ABBREVIATION, CYRILLIC_WORD

PACK = LanguagePack(
    code="uk",
    stopwords=word_list(__name__, "stopwords.txt"),
    correction=re.compile(
        r"^\W*(?:виправлення|уточнення|спростування|поправка)\b|\((?:виправлено|уточнено)\)\W*$", re.IGNORECASE
    ),
    names=NameRules(
        titles=title_pattern(
            r"президент|президента|президентом|прем[\'’]єр|прем[\'’]єра|прем[\'’]єр-міністр|міністр|міністра|"
            r"голова|голови|глава|лідер|лідера|канцлер|король|королева|папа|патріарх|губернатор|мер|мера|генерал|"
            r"сенатор|депутат|спікер|пан|пані",
        ),
        offices=word_list(__name__, "offices.txt"),
        family_names_first=word_list(__name__, "family_names_first.txt"),
        event_noun=re.compile(r"^(?i:(?:\w{1,40}\s{1,4}){0,4}?(?:форум|саміт|конференці|чемпіонат|олімпіад|ігри)\w{0,4})\b"),
        capitalised_word=CYRILLIC_WORD,
        abbreviation=CYRILLIC_ABBREVIATION,
    ),
    topics=TopicDescriptions(words=topic_words(__name__)),
)
