"""Words beside signs, by language: of all languages together, since a watch may match articles in any of them."""

from collections.abc import Iterable, Mapping

CLITICS: Mapping[str, Iterable[str]] = {"en": ("s", "t", "re", "ve", "ll", "d", "m")}
"""What follows an apostrophe without being a part of a name: Kim's. Parts of a pattern that ignores case."""
PERCENT: Mapping[str, Iterable[str]] = {
    "de": ("prozent",),
    "en": (r"per\s?cent", "pct"),
    "es": (r"por\s?ciento",),
    "fr": (r"pour\s?cent",),
    "it": (r"per\s?cento",),
    "nl": ("procent",),
    "pl": ("procent",),
    "pt": (r"por\s?cento",),
    "ru": ("процент", "процента", "процентов"),
    "uk": ("відсоток", "відсотка", "відсотків"),
}
"""The words for the sign %. Parts of a pattern that ignores case."""
MONTHS_AFTER_STOP = (
    *("Januar", "Jänner", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)
"""The months of the languages that write a stop after the day, and months in capitals: German."""
ABBREVIATIONS: Mapping[str, str] = {
    "de": "Hr Frau Nr Abs Bd bzw inkl usw Mag Ing Prof Dr Drs St Str Pl",
    "en": """
        Mr Mrs Ms Mx Messrs Dr Drs Prof St Ste Sts Sr Jr Rev Hon Pres Gov Sen Rep Reps Sens Amb Sec Supt Insp Gen Lt
        Col Maj Capt Cmdr Adm Sgt Cpl Pvt Brig Mt Ft Pt Ave Blvd Rd Str Pl Sq Bldg Dept Div Univ Assn Assoc Inst Inc
        Ltd Co Cos Corp Bros Mfg No Nos Vol Vols Art Arts Ch Sect Fig Figs Ed Eds Op Pp pp vs v cf ca est min max Jan
        Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun Ala Ariz Ark Calif
        Colo Conn Del Fla Ga Ill Ind Kan Ky La Mass Md Mich Minn Miss Mo Mont Neb Nev Okla Ore Pa Penn Tenn Tex Va Vt
        Wash Wis Wyo Ph Bn Bde Regt
    """,
    "es": "Sr Sra Srta Dr Núm Art",
    "fr": "Fr Mme Mlle Dr St Ste Ch Art",
    "it": "Sig Dott Ing Prof Art",
    "ru": "г ул им тыс млн млрд руб просп проф акад",
}
"""Words that are followed by a full stop without ending a sentence, in their usual case."""
AMPERSAND = "and"
"""How terms and articles alike spell the sign &."""


def alternatives(table: Mapping[str, Iterable[str]]) -> str:
    """Return the pattern of the words of all languages in *table*."""
    return f"(?:{'|'.join(dict.fromkeys(word for words in table.values() for word in words))})"
