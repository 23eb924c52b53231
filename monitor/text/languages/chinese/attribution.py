"""The Chinese words of attribution; the rules read traditional letters as simplified ones.

A source begins its clause, comes before where and when it is said, and before its verb: 外交部发言人周三在北京表示.
"""

import re

from monitor.text.languages.attribution import AttributionRules
from monitor.text.languages.cjk import CjkRules, compile_folded, make_cues, make_nouns, read_patterns

PATTERNS = read_patterns(__package__, folds=True)
CJK = CjkRules(
    cues=make_cues(PATTERNS),
    nouns=make_nouns(PATTERNS),
    adverbial=re.compile(PATTERNS["adverbial"]),
    leading=re.compile(PATTERNS["leading"]),
    named=compile_folded(
        rf"(?:{PATTERNS['title']}|{PATTERNS['related']}|^(?=[一-鿿]{{1,6}}[·・‧]))"
        r"(?P<name>(?:(?![们等一不也还将并已正再更都很最其这那该此进继同时于在对向会前后])[一-鿿]){2,4}|[一-鿿]{1,6}(?:[·・‧][一-鿿]{1,7}){1,3})$"
    ),
    joint=compile_folded("[、和与及]|以及"),
    again=compile_folded("该|这名|这位|这家|这个|上述"),
    untold=re.compile(PATTERNS["untold"]),
    labels=(
        compile_folded(r"^(?:[^,，。:：|｜\ue000]{1,20}\s)?(?P<who>[^,，。:：|｜\s\ue000]{1,20})(?P<sign>[:：])(?=..)"),
        compile_folded(r"^(?P<who>[^,，。:：|｜\ue000]{1,20}?)(?P<sign>\s?\ue000)"),
        compile_folded(r"(?P<sign>\s?(?:——|—|--|｜|\|))\s?(?P<who>[^,，。:：|｜—]{1,16})$"),
    ),
    folds=True,
)
ATTRIBUTION = AttributionRules(
    anonymity=re.compile(
        "(?:不[愿願便]|拒[绝絕])意?(?:透露|公[开開])?(?:姓名|身份|具名|名字)|要求(?:匿名|不具名|不透露|[隐隱]去)|匿名|不具名"
    ),
    cjk=CJK,
)
