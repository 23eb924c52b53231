"""The language pack of Korean."""

import re

from monitor.text.languages.korean.attribution import ATTRIBUTION
from monitor.text.languages.models import NER_MODELS
from monitor.text.languages.pack import LanguagePack, NameRules, TopicDescriptions, topic_words, word_list
from monitor.text.languages.patterns import correction_pattern

PACK = LanguagePack(
    code="ko",
    stopwords=word_list(__name__, "stopwords.txt"),
    ner_model=NER_MODELS["ko"],
    attribution=ATTRIBUTION,
    topics=TopicDescriptions(words=topic_words(__name__), joins_letters=True),
    correction=correction_pattern(
        "정정|정정보도(?:문)?|바로잡습니다|바로잡음|수정|고침|(?:기사|전문)취소",
        "정정|수정|고침|수정본",
    ),
    correction_note=re.compile(
        "바로잡습니다|기사(?:를|가|의) .{0,20}(?:수정|정정)(?:했|하였|됐|되었)|정정합니다",
        re.IGNORECASE | re.MULTILINE,
    ),
    names=NameRules(
        event_noun=re.compile(r"(?:포럼|정상회의|정상회담|회의|올림픽|선수권대회|월드컵|아시안게임)$"),
    ),
)
