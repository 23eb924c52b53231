"""Places that share a name in English, and what shows which of them an article means."""

import re

from monitor.text.languages.pack import Namesake, SharedName

_NATIONAL = r"(?:president|prime\ minister|parliament|foreign\ minist\w+|government|ruling\ party|army|constitution|currency)"
_OFFICE = (
    r"(?i:governor|gov\.|lieutenant\ governor|secretary\ of\ state|attorney\ general|state|lawmakers?|legislature|house|"
    r"supreme\ court|senate|general\ assembly|department|republicans?|democrats?|prosecutors?|national\ guard|primary|runoff|"
    r"legislators?|electors?|sheriff|congress(?:man|woman))"
)
_OFFICE_OUTSIDE_THE_CAPITAL = r"(?:state|(?i:governor|gov\.|attorney\ general|legislature|state\ patrol|state\ lawmakers?))"
_COUNTY = r"[A-Z][\w.]+\ (?:County|Parish)"


_TOWN_IN_WASHINGTON = r"| \b(?:Spokane|Tacoma|Olympia|Yakima|Vancouver|Everett|Seattle|Bellevue),\ Wash"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.VERBOSE)


def _state(name: str, office: str) -> str:
    """Return a pattern for what shows that *name* is a state of the United States, by the words beside it."""
    return (
        rf"\b{name}\ {office}(?!\w) | \b{name}['’]s\ (?:\d+\w*\ congressional\ district|{office})(?!\w)"
        rf"| \b(?i:state|governor|attorney\ general|democrats?|republicans?|legislature)\ (?:of|from)\ {name}\b"
        rf"| \b(?i:Sen|Rep|Gov)\.\ [A-Z][\w.\ ]{{1,40}}\ of\ {name}\b | \b(?:County|Parish),\ {name}\b | \([DR]-{name[:2]}"
    )


SHARED_NAMES = (
    SharedName(
        words=("georgia",),
        default="Q230",
        namesakes=(
            Namesake(
                "Q230",
                countries=frozenset({"GE"}),
                words=_pattern(
                    rf"\b(?:Tbilisi|Batumi|Kutaisi|Abkhazia|South\ Ossetia|Georgian\ Dream|Georgian\ {_NATIONAL}|Saakashvili|"
                    rf"Ivanishvili|Kobakhidze|Kavelashvili|Zourabichvili|South\ Caucasus|Yerevan|Baku)\b"
                    rf"| \b(?i:{_NATIONAL})\ of\ Georgia\b | Georgia['’]s\ {_NATIONAL}\b"
                ),
            ),
            Namesake(
                "Q1428",
                regions_of=frozenset({"US"}),
                words=_pattern(
                    _state("Georgia", _OFFICE)
                    + rf"| \b(?:Atlanta|Savannah|Fulton|Augusta|Macon|DeKalb|Cobb|Gwinnett|Kemp|Raffensperger|Ossoff|Warnock)\b"
                    rf"| \b{_COUNTY}\b | \bBulldogs\b"
                    r"| \b(?i:gubernatorial|(?:swing|battleground)\ states?|senate\ (?:runoff|race|seat))\b"
                ),
            ),
        ),
    ),
    SharedName(
        words=("washington",),
        default="place:washington-d-c",
        namesakes=(
            Namesake(
                "place:washington-d-c",
                words=_pattern(
                    r"\bD\.C\.|\b(?:White\ House|Pentagon|Capitol|Congress|State\ Department|Kremlin|Oval\ Office)\b"
                    r"|\bWashington(?:,|\ and)\ (?:Beijing|Moscow|London|Brussels|Tehran)\b"
                ),
            ),
            Namesake(
                "Q1223",
                words=_pattern(
                    _state("Washington", _OFFICE_OUTSIDE_THE_CAPITAL)
                    + _TOWN_IN_WASHINGTON
                    + r"| \b(?:Olympia|Spokane|Tacoma|Yakima|Puget\ Sound|King\ County|Pierce\ County)\b"
                ),
                needs=_pattern(_state("Washington", _OFFICE_OUTSIDE_THE_CAPITAL) + _TOWN_IN_WASHINGTON),
            ),
        ),
    ),
    SharedName(
        words=("congo",),
        default=None,
        namesakes=(
            Namesake(
                "Q974",
                countries=frozenset({"CD", "RW", "UG"}),
                words=_pattern(
                    r"\b(?:Kinshasa|Goma|Bukavu|Kivu|Ituri|Bunia|Beni|Katanga|Lubumbashi|Kasai|Equateur|M23|Tshisekedi|Kabila|Mobutu|"
                    r"Lumumba|Belgian\ Congo|Democratic\ Republic|DRC|DR\ Congo|eastern\ Congo|MONUSCO)\b"
                ),
            ),
            Namesake(
                "Q971",
                countries=frozenset({"CG"}),
                words=_pattern(r"\b(?:Brazzaville|Pointe[- ]Noire|Sassou|(?<!Democratic\ )Republic\ of\ (?:the\ )?Congo)\b"),
            ),
        ),
    ),
    SharedName(
        words=("korea",),
        default=None,
        namesakes=(
            Namesake(
                "Q884",
                countries=frozenset({"KR"}),
                words=_pattern(r"\b(?:South\ Korean?|Seoul|Busan|Incheon|Samsung|Hyundai|K-pop|won)\b"),
            ),
            Namesake(
                "Q423",
                countries=frozenset({"KP"}),
                words=_pattern(r"\b(?:North\ Korean?|Pyongyang|Kim\ Jong|DPRK|Yongbyon|Workers['’]\ Party)\b"),
            ),
        ),
    ),
)
