"""How English calls those who hold an office: "the Russian president", "Britain's prime minister"."""

import re

from monitor.text.languages.attribution import words
from monitor.text.languages.roles import RoleRules, named_pattern, work_pattern

_SPOKESPERSON = dict.fromkeys(("spokesman", "spokeswoman", "spokesperson", "press secretary"), "spokesperson")
ROLES = RoleRules(
    titles={
        "president": "president",
        "vice president": "vice president",
        "prime minister": "prime minister",
        "premier": "prime minister",
        "chancellor": "chancellor",
        "foreign minister": "foreign minister",
        "foreign secretary": "foreign minister",
        "top diplomat": "foreign minister",
        "secretary of state": "secretary of state",
        "king": "monarch",
        "monarch": "monarch",
        "crown prince": "crown prince",
        "leader": "leader",
        "supreme leader": "supreme leader",
        "secretary general": "secretary general",
        "director general": "director general",
        "chief": "chief",
        "chair": "chair",
        "chairman": "chair",
        **_SPOKESPERSON,
    },
    feminine=words("spokeswoman"),
    peoples={
        "american": "US", "us": "US", "u s": "US", "russian": "RU", "chinese": "CN", "north korean": "KP", "south korean": "KR",
        "ukrainian": "UA", "french": "FR", "german": "DE", "british": "GB", "uk": "GB", "u k": "GB", "indian": "IN",
        "turkish": "TR", "israeli": "IL", "brazilian": "BR", "japanese": "JP", "italian": "IT", "spanish": "ES",
        "hungarian": "HU", "polish": "PL", "canadian": "CA", "australian": "AU", "egyptian": "EG", "saudi": "SA",
        "saudi arabian": "SA", "emirati": "AE", "uae": "AE", "palestinian": "PS", "iranian": "IR", "syrian": "SY",
        "pakistani": "PK", "belarusian": "BY", "belarussian": "BY", "argentine": "AR", "argentinian": "AR", "mexican": "MX",
        "colombian": "CO", "south african": "ZA", "nigerian": "NG", "kenyan": "KE", "rwandan": "RW", "ethiopian": "ET",
        "indonesian": "ID", "philippine": "PH", "filipino": "PH", "singaporean": "SG", "malaysian": "MY", "taiwanese": "TW",
        "greek": "GR", "danish": "DK", "norwegian": "NO", "swedish": "SE", "finnish": "FI", "armenian": "AM",
        "azerbaijani": "AZ", "azeri": "AZ", "kazakh": "KZ", "uzbek": "UZ", "serbian": "RS", "slovak": "SK",
        "new zealand": "NZ", "chilean": "CL", "venezuelan": "VE",
    },
    capitalised=True,
    possessive=re.compile(r"(?:['’]s?)?\s{1,3}"),
    of=re.compile(r"\s{1,3}of\s{1,3}(?:the\s{1,3})?(?!\w{1,20}ing\b)"),
    continued=re.compile(r"['’]|-\w|\s+(?:of|for|and)\b"),
    other=words(
        "former ex next future late deputy vice acting interim ousted assistant under first second third last previous would"
        " onetime time erstwhile past deposed toppled overthrown exiled assassinated slain murdered executed incoming"
        " aspiring wannabe prospective potential possible honorary proclaimed rival shadow youngest oldest longest"
        " greatest only wartime later eventual fictional fictitious imaginary"
    ),
    other_after=words("elect designate candidate hopeful emeritus nominee"),
    then=words("then"),
    past=re.compile(
        r"\b(?:at (?:the|that) time|back then|in (?:those days|the days of)|of the day|(?:the )?(?:1[5-9]|20)\d0['’]?s"
        r"|(?:the |early |late |mid-?)(?:twent|thirt|fort|fift|sixt|sevent|eight|ninet)ies"
        r"|(?:years?|decades?|generations?|century|centuries) (?:ago|earlier|before|later)"
        r"|(?:last|previous|next) (?:century|decade)|th[ -]century|(?:first|second) world war|world wars?|cold war"
        r"|soviet (?:era|times?)|between the wars"
        r"|inter-?war|in wartime|post-?war"
        r"|until (?=\d{4}))\b",
        re.IGNORECASE,
    ),
    in_year=re.compile(r"\b(?:[Ii]n|[Dd]uring|[Bb]etween|[Ff]rom|[Uu]ntil|till)(?: (?:the year|[A-Z]?[a-z]{2,8}))?[ -]$"),
    last_year=re.compile(r"\b(?:last year|a year (?:ago|earlier))\b", re.IGNORECASE),
    nobody=re.compile(
        r"\b(?:(?:be|been|being|become|becomes|became|becoming|elected|appointed|(?:he|she|who|they|i)(?: (?:is|was)|['’]s))\s"
        r"(?:(?:not|once|then|now|also|still|only|again|the|a|an)\s){0,3}|(?:predecessor|successor|term|stint"
        r"|tenure|role|job|office|post) as\s(?:the\s)?|(?:is|was|are|were)\s)$",
        re.IGNORECASE,
    ),
    as_role=words("as"),
    indefinite=words("a an any no every each another some either neither what which"),
    work=work_pattern(
        nouns=r"(?:film|movie|novel|drama|thriller|comedy|sitcom|series|play|musical|opera|video ?game|episode)s?",
        about="about|in which|where|follow(?:s|ed|ing)|featur(?:es?|ed|ing)|depict(?:s|ed|ing)|portray(?:s|ed|ing)|starring",
        inside="in (?:the|a|his|her|its|this)",
        acted="play(?:s|ed|ing)|portray(?:s|ed|ing)|(?:starr(?:ed|ing)|act(?:s|ed|ing)?) as|in the role of",
        articles="the|a|an",
    ),
    named=named_pattern("who|then|once|now|later|is|was|has been|had been|became|at the time|the|a"),
    is_named=re.compile(r"\s(?:is|was|became)\s(?:(?:then|still|now|named|called)\s){0,2}"),
)  # fmt: skip
"""Titles and peoples as office_holders.tsv has them."""
