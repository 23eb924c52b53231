"""The Japanese words of attribution. A source has the particle は or が, and its verb ends the sentence: 首相は...と述べた."""

import re

from monitor.text.languages.attribution import AttributionRules
from monitor.text.languages.cjk import CjkRules, make_cues, make_nouns, read_patterns

PATTERNS = read_patterns(__package__)
WORD, OFFICE = PATTERNS["word"], f"(?:前|元|副)?(?:{PATTERNS['title']}|{PATTERNS['related']})"
NAME = rf"(?!{PATTERNS['no_name']})(?:[一-鿿々]{{3,4}}|[ァ-ヺー]{{2,10}}(?:[・＝][ァ-ヺー]{{2,12}}){{0,3}})"
CJK = CjkRules(
    cues=make_cues(PATTERNS),
    nouns=make_nouns(PATTERNS),
    subject=re.compile(r"(?<=[一-鿿々ァ-ヺーA-Za-z0-9）)んら側])(?:では|には|も(?=[、一-鿿ァ-ヺ\ue000])|は)、?"),
    weak_subject=re.compile("(?<=[一-鿿々ァ-ヺーA-Za-z0-9）)んら側])が、?"),
    phrase=re.compile(rf"(?:{WORD}|(?<=[^ぁ-ん、。])[のとや](?=[^ぁ-ん])|(?<={WORD})(?:さん|ら|たち))+$"),
    leading=re.compile(PATTERNS["leading"]),
    named=re.compile(rf"(?:^|の|{PATTERNS['body']})(?P<name>{NAME}){OFFICE}$"),
    nested=re.compile("(?:と|こと|との|などと)(?!、)"),
    joint=re.compile("[とや、]"),
    again=re.compile("同|この|その"),
    opening=re.compile(r"(?P<who>[^、。「」\ue000\s]{1,25})[、\s]"),
    labels=(
        re.compile(r"^(?:【[^】]{1,12}】)?(?P<who>[^「」、。\ue000\s]{1,25})(?P<sign>[、\s:：]?\ue000)"),
        re.compile(r"(?P<sign>[＝=―—]+|\s?[-－]\s?|[:：])(?P<who>[^、。\ue000＝=―—-]{1,20})$"),
        re.compile(r"(?P<sign>\ue000)[とは\s](?P<who>[^、。\ue000\s]{1,20})$"),
        re.compile(r"(?P<sign>\s)(?P<who>[^、。…\s\ue000]{0,8}(?:報道|メディア|紙|通信|新聞|テレビ))$"),
        re.compile(r"^(?P<who>[^、。:：\ue000]{1,20})(?P<sign>[:：])(?=..)"),
    ),
)
ATTRIBUTION = AttributionRules(
    anonymity=re.compile("匿名(?:を条件|で|の|希望)|名前を(?:明かさ|伏せ)|身元を明かさ"),
    cjk=CJK,
)
