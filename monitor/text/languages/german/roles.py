"""How German calls those who hold an office: "der russische Präsident", "die Regierungschefin von Italien"."""

import re

from monitor.text.languages.roles import RoleRules, forms

_ENDINGS = ("e", "en", "er", "em")
_STEMS = {
    "russisch": "RU", "amerikanisch": "US", "us amerikanisch": "US", "chinesisch": "CN", "nordkoreanisch": "KP",
    "sudkoreanisch": "KR", "ukrainisch": "UA", "franzosisch": "FR", "deutsch": "DE", "britisch": "GB", "indisch": "IN",
    "turkisch": "TR", "israelisch": "IL", "brasilianisch": "BR", "japanisch": "JP", "italienisch": "IT", "spanisch": "ES",
    "ungarisch": "HU", "polnisch": "PL", "kanadisch": "CA", "australisch": "AU", "agyptisch": "EG", "iranisch": "IR",
    "syrisch": "SY", "belarussisch": "BY", "argentinisch": "AR", "mexikanisch": "MX", "kolumbianisch": "CO",
    "sudafrikanisch": "ZA", "finnisch": "FI", "griechisch": "GR", "serbisch": "RS", "slowakisch": "SK",
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
        **dict.fromkeys(("konig", "konigin"), "monarch"),
        **dict.fromkeys(("sprecher", "sprecherin"), "spokesperson"),
        "kronprinz": "crown prince", "generalsekretar": "secretary general", "generaldirektor": "director general",
    },
    peoples=forms({"us": "US", **{f"{stem}{ending}": code for stem, code in _STEMS.items() for ending in _ENDINGS}}),
    whole={"kremlsprecher": ("org:kremlin", "spokesperson"), "kremlchef": ("RU", "president")},
    of=re.compile(r"\s{1,3}(?:von|der|des)\s{1,3}"),
    continued=re.compile(r"-\w"),
    other=frozenset({"ehemalige", "ehemaligen", "ehemaliger", "fruhere", "fruheren", "fruherer", "damalige", "damaligen", "ex",
                     "kunftige", "kunftigen", "designierte", "designierten", "vize"}),
)  # fmt: skip
"""Titles and peoples as office_holders.tsv has them."""
