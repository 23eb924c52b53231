"""Time zones as dates name them: numeric offsets, abbreviations, and the names of the IANA time zone database."""

import re
from collections.abc import Collection
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

MAX_OFFSET = {"+": timedelta(hours=14), "-": timedelta(hours=12)}
"""The offsets of the Line Islands and of Baker Island."""
_NUMERIC = re.compile(r"(?:UTC|GMT|UT|Z)? ?([+-]) ?(\d{1,2})(?::?(\d\d)(?::00|(?<=[+-]\d{4})00)?)?", re.IGNORECASE)
_SHORT_NUMERIC = re.compile(r"(?:UTC|GMT|UT|Z)? ?([+-])(\d)(\d\d)", re.IGNORECASE)
_IANA = re.compile(r"[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_-]+){1,2}|Etc/GMT[+-]\d{1,2}")
_UTC = frozenset({"", "GMT", "Z", "+0000", "+00:00", "UTC"})
_NO_ZONE = frozenset({"-", "uhr", "hrs", "h", "ч"})
"""Words after a time that are not a zone: "o'clock" in some languages."""
_COMMENT = re.compile(r" ?[(\[]([^()\[\]]*)[)\]]?$")


def _offsets(table: str) -> dict[str, timedelta]:
    """Return the offset of each name in *table*: lines with an offset in hours and the names that have it."""
    rows = (line.split() for line in table.strip().splitlines())
    return {name: timedelta(hours=float(hours)) for hours, *names in rows for name in names}


_ABBREVIATIONS = _offsets("""
    -11 NUT
    -10 HST TAHT
    -9.5 MART
    -9 AKST HDT GAMT
    -8 PST AKDT
    -7 MST PDT
    -6 CST MDT GALT
    -5 EST CDT COT PET
    -4 EDT AST CLT BOT VET GYT
    -3.5 NST
    -3 ADT BRT ART UYT CLST GFT ROTT SRT PMST
    -2.5 NDT
    -2 BRST UYST FNT WGT PMDT
    -1 CVT AZOT EGT WGST
    0 Z UTC GMT UT WET UCT GREENWICH AZOST EGST
    1 CET MEZ MET WAT WEST BST
    2 CEST MESZ MEST METDST CAT SAST EET
    3 EEST MSK EAT TRT FET IDT
    3.5 IRST
    4 MSD SAMT GET AZT MUT RET SCT
    4.5 AFT IRDT
    5 PKT UZT YEKT TMT TJT MVT
    5.5 IST SLST
    5.75 NPT
    6 BDT BTT OMST KGT
    6.5 MMT
    7 WIB ICT KRAT NOVT HOVT CXT
    8 HKT SGT WITA AWST PHT PHST MYT IRKT BNT ULAT
    8.75 ACWST
    9 KST JST WIT TLT YAKT
    9.5 ACST
    10 AEST VLAT CHST PGT
    10.5 ACDT LHST
    11 AEDT MAGT SBT NCT VUT NFT
    12 NZST FJT PETT ANAT TVT
    12.75 CHAST
    13 NZDT TOT
    13.75 CHADT
    14 LINT
""")
"""Abbreviations with one meaning, after the IANA database and the customs of publishers. Those of North America are
RFC 822's. IST, BST, CST, EST, AST, MST, PST and BDT have others elsewhere, see _ELSEWHERE."""
_ELSEWHERE = {
    "il": _offsets("2 IST"),
    "ie": _offsets("1 IST"),
    "bd": _offsets("6 BST BDT"),
    "cn": _offsets("8 CST"),
    "tw": _offsets("8 CST"),
    "cu": _offsets("-5 CST\n -4 CDT"),
    "au": _offsets("10 EST\n 11 EDT\n 9.5 CST\n 10.5 CDT\n 8 WST"),
    "sa": _offsets("3 AST"),
    "iq": _offsets("3 AST"),
    "ae": _offsets("4 GST"),
    "om": _offsets("4 GST"),
    "my": _offsets("8 MST"),
    "mm": _offsets("6.5 MST"),
    "ph": _offsets("8 PST"),
    "pk": _offsets("5 PST PKT"),
    "sg": _offsets("8 SST"),
    "as": _offsets("-11 SST"),
    "ws": _offsets("13 WST"),
    "br": _offsets("-4 AMT\n -5 ACT"),
    "am": _offsets("4 AMT"),
}
"""The meanings of abbreviations in a country, by its code, that differ from those above."""
_SUMMER_IN = {"BST": "Europe/London"}
"""Abbreviations of summer time that are believed only while the zone has it: elsewhere BST means other things."""
_BY_SEASON = {"ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles"}
"""Names that stand for standard and for summer time."""
_COUNTRY_OF_LANGUAGE = {"he": "il", "zh": "cn", "bn": "bd", "hy": "am", "ga": "ie"}


def home_countries(country: str | None, lang: str | None, host: str) -> tuple[str, ...]:
    """Return the codes of the countries to which a feed may belong, the most reliable first.

    They are the configured *country*, that of the language tag *lang*, and the top-level domain of *host*.
    """
    language, *subtags = (lang or "").lower().replace("_", "-").split("-")
    regions = [subtag for subtag in subtags if len(subtag) == 2]  # noqa: PLR2004  (letters of a country code)
    found = ((country or "").lower(), *regions, host.rpartition(".")[2], _COUNTRY_OF_LANGUAGE.get(language, ""))
    return tuple(code for code in found if code in _ELSEWHERE)


def find_zone(text: str, local: datetime, countries: Collection[str] = ()) -> tzinfo:
    """Return the time zone named by *text* for the time *local*; UTC if *text* is empty.

    *countries* are the countries that decide what an ambiguous abbreviation means. Raises ValueError if the zone is unknown.
    """
    text = text.strip(" ,;")
    if text in _UTC:
        return UTC
    before, comment = _split_comment(text)
    if not comment and before.lower() in _NO_ZONE:
        return UTC
    for name in filter(None, (before, comment)):
        # "+0900 KST" and "KST +0900" name a zone twice; the number is certain.
        words = [name, *name.split(" ")] if " " in name else [name]
        numeric = [zone for word in words if (zone := _numeric(word))]
        if numeric:
            return numeric[0]
    return _named(before or comment, local, countries)


def _split_comment(text: str) -> tuple[str, str]:
    match = _COMMENT.search(text)
    return (text[: match.start()].strip(), match[1].strip()) if match else (text, "")


def _numeric(text: str) -> tzinfo | None:
    """Return the zone of a numeric offset, None if *text* is none. Raises ValueError if it is out of range."""
    match = _NUMERIC.fullmatch(text) or _SHORT_NUMERIC.fullmatch(text)
    if not match:
        return None
    minutes = int(match[3] or 0)
    offset = timedelta(hours=int(match[2]), minutes=minutes)
    if minutes > 59 or offset > MAX_OFFSET[match[1]]:  # noqa: PLR2004  (minutes of an hour)
        raise ValueError(f"no time zone is {text} from UTC")
    return timezone(offset if match[1] == "+" else -offset)


def _named(name: str, local: datetime, countries: Collection[str]) -> tzinfo:
    # Some systems write the name twice: "GMT GMT".
    names = set(name.upper().replace(".", "").split())
    upper = names.pop() if len(names) == 1 else ""
    for country in countries:
        if upper in _ELSEWHERE[country]:
            return timezone(_ELSEWHERE[country][upper])
    zone = _BY_SEASON.get(upper) or (name if _IANA.fullmatch(name) else "")
    try:
        if zone:
            return ZoneInfo(zone)
        if upper in _SUMMER_IN and not ZoneInfo(_SUMMER_IN[upper]).dst(local):
            raise ValueError(f"{name} is summer time, and the date is in winter")
        return timezone(_ABBREVIATIONS[upper])
    except LookupError:
        raise ValueError(f"the time zone {name} is not known, or has several meanings") from None
