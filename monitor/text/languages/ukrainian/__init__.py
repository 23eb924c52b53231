"""The language pack of Ukrainian."""

import re

from monitor.text.languages.name_cues import read_name_cues
from monitor.text.languages.pack import LanguagePack, NameRules, TopicDescriptions, topic_words, word_list
from monitor.text.languages.patterns import correction_pattern, title_pattern
from monitor.text.languages.scripts import CYRILLIC_ABBREVIATION, CYRILLIC_WORD
from monitor.text.languages.ukrainian.attribution import ATTRIBUTION

PACK = LanguagePack(
    code="uk",
    stopwords=word_list(__name__, "stopwords.txt"),
    correction=correction_pattern(
        r"виправлення|виправлено|уточнення|уточнено|уточнена\sверсія|спростування|поправка|(?-i:АНУЛЬОВАНО|АНУЛЮВАННЯ)",
        "виправлено|уточнено|виправлення|уточнена версія",
    ),
    correction_note=re.compile(
        "у (?:попередній|першій) версії (?:цієї |цього )?(?:статті|матеріалу|новини)|"
        r"^(?:виправлення|уточнення)\s?:",
        re.IGNORECASE | re.MULTILINE,
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
    name_cues=read_name_cues(
        __name__, given_names=("given_names_ukrainian.txt",), places="places_ukrainian.txt", needs_dictionary=True
    ),
    attribution=ATTRIBUTION,
    topics=TopicDescriptions(words=topic_words(__name__)),
)
