"""How English shows who says something. The rules favour precision over recall.

Every repetition in a pattern has a bound: without one, a word such as a-a-a-a takes quadratic time.
"""

import re

from monitor.text.languages.attribution import AttributionRules, PhraseCue, token_pattern, words
from monitor.text.languages.english.sources import classes
from monitor.text.languages.english.verbs import VERBS

FLAGS = re.IGNORECASE | re.VERBOSE
DECLINED = re.compile(
    r"""
    (?: neither\ confirm(?:s|ed|ing)?\ n?or\ den(?:y|ies|ied|ying)
    | nothing\ (?:more\ |further\ )?to\ (?:say|add|announce|report|share|disclose) | (?:not|to)\ be\ drawn
    | no\ comment\b(?!\ (?:from|by))
    | made\ no\ (?:\w{1,20}\ )?(?:mention|comment) | (?:remain|stay|keep|kept)\w{0,3}\ silent | silent\ (?:as|on|about|over)\b
    | (?:could\ not|couldn['’]t)\ (?:\w{1,20}\ ){0,2}be\ reached
    | (?:(?:not|\w{1,6}n['’]t)\ (?:\w{1,20}ly\ )?available|unavailable)\ for\ comment
    | (?: had | ha[sv]e? | with | offered | gave | provided ) \ no\ (?:\w{1,20}\ )?(?:comment|information|details|word)
    | (?:declin|refus)(?:e|es|ed|ing)\ (?:comment|to\ (?:name|identify)|an?\ interview|(?:\w{1,20}\ ){0,4}requests?\ (?:for|to))
    | (?:(?:has|have|had)\ not|(?:hasn|haven|hadn)['’]t)\ (?:\w{1,20}\ ){0,2}
      (?:commented|responded|replied|answered|said\ (?:whether|when|how))
    | (?: declin(?:e|es|ed|ing) | refus(?:e|es|ed|ing) | (?:would|will|did|does|do)\ not
        | (?:won|wouldn|didn|doesn|don)['’]t )
      \b(?:\s{1,4}\w{1,40}){0,4}?\s{1,4}(?:to\s{1,4})?
      (?: comment | confirm(?:\ or\ deny)? | discuss | elaborate | say\ (?:whether|where|when|how|who|if|why|what|which)
        | answer | respond | reply | disclose | specify | be\ drawn
        | return\ (?:\w{1,20}\ ){0,4}(?:calls?|messages?|e-?mails?|requests?) )(?:ed|ing)?
    )\b
    """,
    FLAGS,
)
RULED_OUT = re.compile(r"(?:rul(?:ed?|es|ing) out|pour(?:ed|s|ing) cold water)\b", re.IGNORECASE)
NAMELESS = re.compile(
    r"""
    \b(?: anonym\w{1,10} | un(?:named|identified) | names?\ (?:be\ )?withheld | give\ (?:their|his|her)\ names?
    | (?: not | neither | none | no\ one | refused | declined | n['’]t )\b [^.]{0,60}?
      \b(?: named | identified | identify | authori[sz]ed | names?\ to\ be\ used | be\ quoted | speak\ publicly )
    )\b
    """,
    FLAGS,
)
CONDITION = re.compile(
    r"\b(?:if|until|unless|whether|awaiting|pending|without|no|any|lack of|yet to)\s{1,4}(?:[\w'’-]{1,40}\s{1,4}){0,2}$",
    re.IGNORECASE,
)
NO_COMMENT = re.compile(r"no (?:\w{1,20} ){0,2}(?:comment|word|reaction|response|reply) (?:from|by)\b", re.IGNORECASE)
HEARSAY = re.compile(
    r"(?:(?:reported|alleged|supposed)ly|(?:(?<= is )|(?<= are )|(?<= was )|(?<= were )|(?<= been ))"
    r"(?:said|reported|alleged|claimed|rumou?red) to)\b",
    re.IGNORECASE,
)
CITING = re.compile(r"(?:cit(?:ed|es|e|ing)|quot(?:ed|es|e|ing))\b", re.IGNORECASE)


def _noun(pattern: str) -> re.Pattern[str]:
    """Return the pattern of a noun before its source."""
    return re.compile(rf"{pattern} (?:from|by)\b", re.IGNORECASE)


OWNED = """
    claim claims assertion assertions argument suggestion suggestions statement statements warning warnings allegation
    allegations
    accusation accusations complaint belief view insistence acknowledgment contention prediction remark remarks
    comment comments
"""
"""Nouns that show what their owner says: his claim that."""
DECLINED_STARTS = words(
    "neither nothing no not to made remain"
    " remains remained stay stays stayed keep keeps kept silent could couldn't wasn't weren't"
    " isn't unavailable had has have with offered gave provided hasn't haven't hadn't decline declines declined declining"
    " refuse refuses refused refusing would wouldn't will won't did didn't does doesn't do don't"
)
ATTRIBUTION = AttributionRules(
    verbs=VERBS,
    phrases=(
        PhraseCue("declined", DECLINED_STARTS, DECLINED),
        PhraseCue("denied", words("rule rules ruled ruling pour pours poured pouring"), RULED_OUT),
        PhraseCue("declined", words("no"), NO_COMMENT, "after"),
        PhraseCue("denied", words("denial denials"), _noun("denials?"), "after"),
        PhraseCue("confirmed", words("confirmation"), _noun("confirmation"), "after"),
        PhraseCue("announced", words("announcement announcements"), _noun("announcements?"), "after"),
        PhraseCue("said", words(OWNED), re.compile(r"\w{1,14} that\b", re.IGNORECASE), "owner"),
        PhraseCue("reported", words("according"), re.compile("according to\\b", re.IGNORECASE), "after"),
        PhraseCue("reported", words("quoted"), re.compile(r"quoted as (?:saying|telling)\b", re.IGNORECASE)),
        PhraseCue(
            "reported",
            words("reportedly allegedly supposedly said reported alleged claimed rumored rumoured"),
            HEARSAY,
            "nobody",
        ),
        PhraseCue("reported", words("cited cites cite citing quoted quotes quote quoting"), CITING, "after", relays=True),
    ),
    words=classes(),
    endings={
        "ly": "adverb",
        "ing": "participle",
        "ed": "past",
        "ist": "person",
        "ists": "person",
        "ian": "person",
        "ians": "person",
    },
    abbreviations=words(
        "mr mrs ms dr prof gen lt col sgt maj capt cmdr adm sen sens rep reps gov govs st sr jr no vs etc inc corp ltd co jan"
        " feb mar apr jun jul aug sept sep oct nov dec hon rev pres dept"
    ),
    token=token_pattern(r"[NSEW]\.(?=\s[A-Z])"),
    anonymity=NAMELESS,
    joint=re.compile(r"\bjoint (?:\w{1,20} )?(?:statement|communiqu[eé]|announcement)\b", re.IGNORECASE),
    condition=CONDITION,
    owner=re.compile("['’]s$|(?<=s)['’]$"),
    genitive="'s ",
    plural=("s", "men"),
    unnamed=words("unnamed anonymous unidentified undisclosed sources"),
)
