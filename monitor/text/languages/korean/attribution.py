"""The Korean words of attribution. A source has the particle 은, 는, 이 or 가: 장관은 ... 말했다."""

import re

from monitor.text.languages.attribution import AttributionRules
from monitor.text.languages.cjk import CjkRules, make_cues, make_nouns, read_patterns
from monitor.text.languages.korean.names import SURNAMES, TITLES

PATTERNS = read_patterns(__package__, {"title": [rf"(?<=\s){title}" if len(title) == 1 else title for title in TITLES]})
OPEN = "".join(map(chr, range(0xAC00, 0xD7A4, 28)))
"""The syllables without a final consonant: after them the particles are 는 and 가, after others 은 and 이."""
WORD, OFFICE = "[가-힣A-Za-z0-9·&.-]{1,20}", f"(?:{PATTERNS['title']}|{PATTERNS['related']})"
BEFORE_NAME = r"(?:[가-힣]{1,12}(?:의|은행|부|청|당|원|위|실|대학교|대|사|그룹|전자|회|처)\s)?"
NAME = rf"(?!{PATTERNS['no_name']})[{''.join(sorted(SURNAMES))}][가-힣]{{2}}"
CJK = CjkRules(
    cues=make_cues(PATTERNS),
    nouns=make_nouns(PATTERNS),
    subject=re.compile(
        rf"(?:(?<=[{OPEN}A-Za-z0-9)])는|(?<=[^{OPEN}\s\ue000])은|(?<=[가-힣])께서는|(?<=[가-힣])도(?=\s))(?=[\s,])"
    ),
    weak_subject=re.compile(rf"(?:(?<=[{OPEN}A-Za-z0-9)])가|(?<=[^{OPEN}\s\ue000])이|(?<=[가-힣])께서)(?=[\s,])"),
    phrase=re.compile(rf"(?:(?:^|(?<=[\s,.\ue000(]))(?:(?!{PATTERNS['no_part']}\s){WORD}\s)*){WORD}$"),
    leading=re.compile(rf"{PATTERNS['leading']}\s"),
    named=re.compile(rf"^{BEFORE_NAME}(?P<name>{NAME})\s(?:[가-힣A-Za-z0-9]{{1,12}}\s){{0,3}}{OFFICE}$"),
    nested=re.compile(r"(?:고|는)\s"),
    joint=re.compile(r"(?:과|와|및|,)\s"),
    again=re.compile(r"(?:이|그|해당|같은)\s"),
    opening=re.compile(r"(?P<who>[^,…\"“”‘’'\ue000]{1,20}),?\s"),
    labels=(
        re.compile(r"^(?:\[[^\]]{1,12}\]\s?)?(?P<who>[^,…:\ue000]{1,20}),?\s?(?P<sign>\ue000)"),
        re.compile(r"^(?P<who>[^,…:\ue000]{1,20})(?P<sign>\s?:)\s(?=..)"),
        re.compile(r"(?P<sign>\s?(?:-|–|—|:|…)\s?)(?P<who>[^,…\ue000]{1,16}?)(?:\s보도)?$"),
        re.compile(r"(?P<sign>\ue000)\s(?P<who>[^,…\ue000]{1,16})$"),
        re.compile(r"(?P<sign>\()(?P<who>[^()]{1,14})\)$"),
    ),
)
ATTRIBUTION = AttributionRules(
    anonymity=re.compile("익명(?:을 (?:요구|전제|조건)|으로|의)|신원을? (?:밝히|공개)[기지]|이름을 밝히[지길기]"),
    cjk=CJK,
)
