"""The language pack of Russian."""

import re

from monitor.text.languages.models import NER_MODELS
from monitor.text.languages.pack import LanguagePack, NameRules, TopicDescriptions, topic_words, word_list
from monitor.text.languages.patterns import correction_pattern, title_pattern
from monitor.text.languages.russian.attribution import ATTRIBUTION
from monitor.text.languages.russian.origins import ORIGINS
from monitor.text.languages.russian.roles import ROLES
from monitor.text.languages.scripts import CYRILLIC_ABBREVIATION, CYRILLIC_WORD

PACK = LanguagePack(
    code="ru",
    stopwords=word_list(__name__, "stopwords.txt"),
    correction=correction_pattern(
        r"исправлени[ея]|исправлено|исправленная\sверсия|уточнени[ея]|уточн[её]нная\sверсия|поправка|опечатка|опровержение|"
        r"(?-i:АННУЛИРОВАНО|АННУЛИРОВАНИЕ)|отзыв\s(?:сообщения|новости)",
        r"исправлено|уточн[её]нная\sверсия|исправленная\sверсия|исправление",
    ),
    correction_note=re.compile(
        "в (?:предыдущей|первоначальной|прежней) версии (?:этой |данной )?(?:статьи|новости|заметки|материала)|"
        r"^(?:исправление|поправка|уточнение)\s?:|(?:текст|материал|статья) исправлен[аы]?\b",
        re.IGNORECASE | re.MULTILINE,
    ),
    names=NameRules(
        titles=title_pattern(
            r"президент|президента|президенту|президентом|премьер|премьера|премьером|премьер-министр|"
            r"премьер-министра|министр|министра|глава|главы|лидер|лидера|канцлер|канцлера|король|королева|папа|"
            r"патриарх|губернатор|губернатора|мэр|мэра|генерал|генерала|сенатор|депутат|спикер|господин|госпожа|"
            r"г-н|г-жа",
        ),
        offices=word_list(__name__, "offices.txt"),
        family_names_first=word_list(__name__, "family_names_first.txt"),
        event_noun=re.compile(
            r"^(?i:(?:\w{1,40}\s{1,4}){0,4}?(?:форум|саммит|конференци|чемпионат|олимпиад|олимпийск\w{1,4}\sигр|игры)\w{0,4})\b"
        ),
        capitalised_word=CYRILLIC_WORD,
        abbreviation=CYRILLIC_ABBREVIATION,
    ),
    ner_model=NER_MODELS["ru"],
    attribution=ATTRIBUTION,
    topics=TopicDescriptions(words=topic_words(__name__)),
    roles=ROLES,
    origins=ORIGINS,
)
