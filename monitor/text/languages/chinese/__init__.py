"""The language pack of Chinese."""

import re

from monitor.text.languages.chinese.attribution import ATTRIBUTION
from monitor.text.languages.models import NER_MODELS
from monitor.text.languages.pack import LanguagePack, NameRules, TopicDescriptions, topic_words, word_list
from monitor.text.languages.patterns import correction_pattern

PACK = LanguagePack(
    code="zh",
    stopwords=word_list(__name__, "stopwords.txt"),
    ner_model=NER_MODELS["zh"],
    attribution=ATTRIBUTION,
    topics=TopicDescriptions(words=topic_words(__name__)),
    correction=correction_pattern(
        "更正(?:启事|声明|公告|啟事|聲明)?|勘误|勘誤|订正|訂正|澄清|撤稿|致歉(?:与|與|及)?更正",
        "更正|勘误|勘誤|订正|訂正|撤稿|已更正",
    ),
    correction_note=re.compile(
        "(?:本文|本报道|本報道|此前版本|早前版本|先前版本).{0,12}(?:有误|有誤|错误|錯誤|更正)|特此更正",
        re.IGNORECASE | re.MULTILINE,
    ),
    names=NameRules(
        event_noun=re.compile(r"(?:论坛|論壇|峰会|峰會|会议|會議|奥运会|奧運會|运动会|運動會|锦标赛|錦標賽|世界杯|世界盃)$"),
    ),
)
