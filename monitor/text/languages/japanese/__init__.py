"""The language pack of Japanese."""

import re

from monitor.text.languages.japanese.attribution import ATTRIBUTION
from monitor.text.languages.models import NER_MODELS
from monitor.text.languages.pack import LanguagePack, NameRules, TopicDescriptions, topic_words, word_list
from monitor.text.languages.patterns import correction_pattern

PACK = LanguagePack(
    code="ja",
    stopwords=word_list(__name__, "stopwords.txt"),
    ner_model=NER_MODELS["ja"],
    attribution=ATTRIBUTION,
    topics=TopicDescriptions(words=topic_words(__name__)),
    correction=correction_pattern(
        "(?:再送)?訂正(?:・再送|とお詫び|とおわび)?|(?:お詫び|おわび)(?:と|して)訂正|修正|記事取り消し",
        "訂正|修正|訂正版",
    ),
    correction_note=re.compile(
        "訂正して(?:おわび|お詫び)|記事(?:の一部)?を(?:訂正|修正|取り消)し",
        re.IGNORECASE | re.MULTILINE,
    ),
    names=NameRules(
        event_noun=re.compile(r"(?:フォーラム|サミット|首脳会議|会議|オリンピック|五輪|選手権|ワールドカップ|大会)$"),
    ),
)
