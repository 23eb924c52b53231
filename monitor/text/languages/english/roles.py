"""How English calls those who hold an office: "the Russian president", "Britain's prime minister"."""

import re

from monitor.text.languages.roles import RoleRules

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
        "queen": "monarch",
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
    of=re.compile(r"\s{1,3}of\s{1,3}(?:the\s{1,3})?"),
    continued=re.compile(r"['’]|-\w|\s+(?:of|for|and)\b"),
    other=frozenset({"former", "ex", "then", "next", "future", "late", "deputy", "vice", "acting", "interim", "ousted",
                     "assistant", "under", "first", "previous", "would", "be", "every", "any", "no", "another"}),
    other_after=frozenset({"elect", "designate", "candidate", "hopeful", "emeritus"}),
)  # fmt: skip
"""Titles and peoples as office_holders.tsv has them."""
