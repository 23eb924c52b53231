"""How English sentences show their stance and their source. The rules favour precision over recall.

Every repetition has a bound: without one, a word such as a-a-a-a takes quadratic time, since a match may begin at each hyphen.
"""

import re

from monitor.text.languages.pack import AttributionRules

DECLINED = re.compile(
    r"""
    \b(?: neither\ confirm(?:s|ed)?\ nor\ den(?:y|ies|ied) | no\ comment | (?:not|to)\ be\ drawn
    | (?: declin(?:e|es|ed|ing) | refus(?:e|es|ed|ing) | (?:would|will|did|does)\ not | won['’]t | had\ no )
      \b(?:\s{1,4}\w{1,40}){0,4}?\s{1,4}(?:to\s{1,4})?
      (?: comment | confirm(?:\ or\ deny)? | discuss | elaborate | say\ whe(?:ther|re) | answer | respond | reply )\w*
    )\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
DENIED = re.compile(
    r"""
    \b(?: den(?:ied|ies|y|ying) | dismiss(?:ed|es) | rebuff(?:ed|s) | refut(?:ed|es) )\b
    (?! \s+(?: entry | bail | access | a\ visa ) )
    """,
    re.IGNORECASE | re.VERBOSE,
)
CONFIRMED = re.compile(r"\bconfirm(?:ed|s|ing)?\b", re.IGNORECASE)
REPORTED = re.compile(
    r"""
    \b(?: according\ to | on\ (?:the\ )?condition\ of\ anonymity | citing | reported(?:ly)? | reports?\ (?:say|said|in)
    | (?:not|neither|none)\b [^.]{0,40}? \b(?:named|identified|authori[sz]ed\ to\ speak)
    | (?:sources?|officials?|diplomats?)\ (?:\w{1,40}\ ){0,3}?(?:said|say|says|told|tells?|expect|believe[sd]?)
    )\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
HEDGE = re.compile(
    r"""
    (?: \b(?: not | nor | never | no | cannot | yet\ to | neither | awaiting | whether | if | until | to | would | n['’]t )
        \s{1,4} (?: (?:be|been|independently|immediately|officially|yet) \s{1,4} ){0,5} | \bun )$
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""As in "could not be confirmed" and "asked to confirm"."""
ANONYMOUS = re.compile(
    r"""
    \b(?: anonym\w+ | unnamed | unidentified | names?\ (?:be\ )?withheld | give\ their\ names
    | (?: not | neither | none | n['’]t )\b [^.]{0,40}?
      \b(?: named | identified | identify | authori[sz]ed | names\ to\ be\ used )
    | sources | (?: two | three | four | several | some | senior | government | western | u\.s\. )
      \ (?:[\w-]{1,40}\ ){0,3} (?:officials|diplomats|sources)
    )\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
ROLE = re.compile(
    r"""
    (?<!['’])\b(?:[A-Z][\w.-]{0,40}\s{1,4}){0,3}(?:[\w-]{1,40}\s{1,4})?
    (?: spokes(?:man|woman|person) | ministry | minister | officials? | diplomats? | government | embassy | regulator | police
      | bank | company | administration | authorities | secretary )\b
    """,
    re.VERBOSE,
)

ATTRIBUTION = AttributionRules(
    cues=(("declined", DECLINED), ("denied", DENIED), ("confirmed", CONFIRMED), ("reported", REPORTED)),
    hedge=HEDGE,
    anonymous=ANONYMOUS,
    role=ROLE,
    determiner=re.compile(r"^(?:the|an?|two|three|four|several|some)\s+", re.IGNORECASE),
    unnamed="unnamed {}",
)
