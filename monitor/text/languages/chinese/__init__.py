"""The language pack of Chinese."""

import re

from monitor.text.languages.pack import LanguagePack, NameRules, word_list

PACK = LanguagePack(
    code="zh",
    stopwords=word_list(__name__, "stopwords.txt"),
    correction=re.compile(r"^\W*(?:更正|勘误|勘誤|订正|訂正|澄清)"),
    names=NameRules(
        event_noun=re.compile(r"(?:论坛|論壇|峰会|峰會|会议|會議|奥运会|奧運會|运动会|運動會|锦标赛|錦標賽|世界杯|世界盃)$"),
    ),
)
