"""How German calls those who hold an office: "der russische Präsident", "die Regierungschefin von Italien"."""

import re

from monitor.text.languages.attribution import words
from monitor.text.languages.roles import RoleRules, forms, named_pattern, work_pattern

_ENDINGS = ("e", "en", "er", "em")
_STEMS = {
    "russisch": "RU", "amerikanisch": "US", "us amerikanisch": "US", "chinesisch": "CN", "nordkoreanisch": "KP",
    "sudkoreanisch": "KR", "ukrainisch": "UA", "franzosisch": "FR", "deutsch": "DE", "britisch": "GB", "indisch": "IN",
    "turkisch": "TR", "israelisch": "IL", "brasilianisch": "BR", "japanisch": "JP", "italienisch": "IT", "spanisch": "ES",
    "ungarisch": "HU", "polnisch": "PL", "kanadisch": "CA", "australisch": "AU", "agyptisch": "EG", "iranisch": "IR",
    "syrisch": "SY", "belarussisch": "BY", "argentinisch": "AR", "mexikanisch": "MX", "kolumbianisch": "CO",
    "sudafrikanisch": "ZA", "finnisch": "FI", "griechisch": "GR", "serbisch": "RS", "slowakisch": "SK",
    "danisch": "DK", "norwegisch": "NO", "schwedisch": "SE", "armenisch": "AM", "kasachisch": "KZ", "usbekisch": "UZ",
    "aserbaidschanisch": "AZ", "nigerianisch": "NG", "kenianisch": "KE", "ruandisch": "RW", "athiopisch": "ET",
    "indonesisch": "ID", "philippinisch": "PH", "malaysisch": "MY", "taiwanisch": "TW", "neuseelandisch": "NZ",
    "chilenisch": "CL", "venezolanisch": "VE", "pakistanisch": "PK", "palastinensisch": "PS",
}  # fmt: skip
_GENITIVES = {
    "russlands": "RU", "amerikas": "US", "chinas": "CN", "nordkoreas": "KP", "sudkoreas": "KR", "frankreichs": "FR",
    "deutschlands": "DE", "grossbritanniens": "GB", "indiens": "IN", "israels": "IL", "brasiliens": "BR", "japans": "JP",
    "italiens": "IT", "spaniens": "ES", "ungarns": "HU", "polens": "PL", "kanadas": "CA", "australiens": "AU", "agyptens": "EG",
    "saudi arabiens": "SA", "irans": "IR", "syriens": "SY", "pakistans": "PK", "argentiniens": "AR", "mexikos": "MX",
    "kolumbiens": "CO", "sudafrikas": "ZA", "nigerias": "NG", "kenias": "KE", "ruandas": "RW", "athiopiens": "ET",
    "indonesiens": "ID", "singapurs": "SG", "malaysias": "MY", "taiwans": "TW", "griechenlands": "GR", "danemarks": "DK",
    "norwegens": "NO", "schwedens": "SE", "finnlands": "FI", "armeniens": "AM", "aserbaidschans": "AZ", "kasachstans": "KZ",
    "usbekistans": "UZ", "serbiens": "RS", "neuseelands": "NZ", "chiles": "CL", "venezuelas": "VE",
}  # fmt: skip
ROLES = RoleRules(
    titles={
        **dict.fromkeys(("prasident", "prasidenten", "prasidentin", "staatsprasident", "staatschef"), "president"),
        **dict.fromkeys(
            ("premierminister", "premierministers", "premierministerin", "ministerprasident", "ministerprasidentin",
             "regierungschef", "regierungschefin", "premier"), "prime minister"),
        **dict.fromkeys(("bundeskanzler", "bundeskanzlers", "bundeskanzlerin", "kanzler"), "chancellor"),
        **dict.fromkeys(("aussenminister", "aussenministerin"), "foreign minister"),
        **dict.fromkeys(("machthaber", "machthabers"), "leader"),
        "konig": "monarch",
        **dict.fromkeys(("sprecher", "sprecherin"), "spokesperson"),
        "kronprinz": "crown prince", "generalsekretar": "secretary general", "generaldirektor": "director general",
    },
    feminine=words(
        "prasidentin premierministerin ministerprasidentin regierungschefin bundeskanzlerin aussenministerin sprecherin"
        " kommissionsprasidentin"
    ),
    peoples=forms(
        {"us": "US", **_GENITIVES, **{f"{stem}{ending}": code for stem, code in _STEMS.items() for ending in _ENDINGS}}
    ),
    whole={
        **dict.fromkeys(("kommissionsprasident", "kommissionsprasidentin"), ("org:european-commission", "president")),
        "kremlsprecher": ("org:kremlin", "spokesperson"), "kremlchef": ("RU", "president"),
    },
    possessive=re.compile("[-‐‑]"),
    of=re.compile(r"\s{1,3}(?:von|der|des)\s{1,3}"),
    continued=re.compile(r"-\w"),
    other=frozenset({"ex", "vize", "stellvertretende", "stellvertretenden"})
    | frozenset(
        f"{stem}{ending}"
        for stem in (
            "ehemalig", "fruher", "einstig", "spater", "kunftig", "designiert", "nachst", "erst", "zweit", "dritt",
            "letzt", "vorig", "verstorben", "gesturzt", "abgesetzt", "ermordet",
            "jungst", "altest", "einzig", "moglich", "fiktiv", "erfunden",
            "sowjetisch", "selbsternannt", "gewahlt",
        )
        for ending in _ENDINGS
    ),
    other_after=frozenset({"werden", "geworden"}),
    then=frozenset(f"damalig{ending}" for ending in _ENDINGS),
    past=re.compile(
        r"\b(?:damals|seinerzeit|zu (?:dieser|jener) Zeit|(?:den |der )?(?:(?:1[5-9]|20)?\d0er|[a-zäöüß]{3,9}zigern?)"
        r"(?:[ -]Jahren?)?|vor (?:\w{1,12}\s){1,2}(?:Jahren|Jahrzehnten|Jahrhundert(?:en)?|Generation(?:en)?)|(?:Jahre"
        r"|Jahrzehnte) (?:zuvor|später)"
        r"|im vorigen Jahrhundert|Jahrhunderts?|Kalten? Kriegs?|Weltkriege?s?|Sowjetzeit|Nachkriegszeit|bis (?=\d{4}))\b",
        re.IGNORECASE,
    ),
    in_year=re.compile(
        r"(?:\b(?:[Ii]m [A-Z][a-zäü]{2,8} |Anfang |Ende |Mitte |zwischen |von |bis |in )|^)$"
    ),
    last_year=re.compile(r"\b(?:(?:vergangenen|letzten|vorigen) Jahr|vor einem Jahr)\b", re.IGNORECASE),
    nobody=re.compile(
        r"\b(?:(?:er|sie|der|die|wer) (?:ist|war|wird|wurde|bleibt)|(?:wurde|werde|wird|würde) (?:er|sie))\s"
        r"(?:(?:nicht|auch|noch|wieder|dann|der|die)\s){0,2}$|\b(?:als|zum|zur)\s$",
        re.IGNORECASE,
    ),
    indefinite=words(
        "ein eine einem einen einer eines kein keine keinem keinen keiner jeder jede jedem jeden irgendein welcher welche"
    ),
    work=work_pattern(
        nouns=r"\w{0,20}(?:film|roman|serie|komödie|drama|thriller|oper|videospiel|theaterstück)(?:e?s|e?n)?",
        about=r"über|handelt vo[nm]|um einen|in (?:dem|der)",
        inside="im|in (?:dem|der|einem|einer|seinem|ihrem|diesem|dieser)",
        acted="(?:spielt(?:e|en)?|verkörpert(?:e|en)?) (?:den|einen)|in der Rolle des",
    ),
    named=named_pattern("der|die|damals|noch|heute|später|ist|war|wurde|zu dieser Zeit"),
    is_named=re.compile(r"\s(?:hieß|heißt|(?:ist|war)(?=\s[A-ZÄÖÜ][\w-]{1,20}\s[A-ZÄÖÜ]))\s"),
)  # fmt: skip
"""Titles and peoples as office_holders.tsv has them."""
