"""How Russian calls those who hold an office: "президент России", "российского президента"."""

import re

from monitor.text.languages.roles import RoleRules, forms

_CASES = ("", "а", "у", "ом", "е")
_ENDINGS = ("ий", "ого", "ому", "им", "ом")
_STEMS = {
    "российск": "RU", "американск": "US", "китайск": "CN", "северокорейск": "KP", "южнокорейск": "KR", "украинск": "UA",
    "французск": "FR", "британск": "GB", "индийск": "IN", "турецк": "TR", "израильск": "IL", "бразильск": "BR", "японск": "JP",
    "итальянск": "IT", "испанск": "ES", "венгерск": "HU", "польск": "PL", "канадск": "CA", "австралийск": "AU",
    "египетск": "EG", "иранск": "IR", "сирийск": "SY", "белорусск": "BY", "аргентинск": "AR", "мексиканск": "MX",
    "казахстанск": "KZ", "узбекск": "UZ", "сербск": "RS", "словацк": "SK", "финск": "FI", "немецк": "DE",
}  # fmt: skip
ROLES = RoleRules(
    titles={
        **{f"президент{case}": "president" for case in _CASES},
        **{f"премьер министр{case}": "prime minister" for case in _CASES},
        **{f"премьер{case}": "prime minister" for case in _CASES},
        **{f"канцлер{case}": "chancellor" for case in _CASES},
        **{f"лидер{case}": "leader" for case in _CASES},
        **{f"министр{case} иностранных дел": "foreign minister" for case in _CASES},
        **dict.fromkeys(("пресс секретарь", "пресс секретаря"), "spokesperson"),
    },
    peoples=forms({f"{stem}{ending}": code for stem, code in _STEMS.items() for ending in _ENDINGS}),
    of=re.compile(r"\s{1,3}"),
    continued=re.compile(r"-\w"),
    other=frozenset({"бывшии", "бывшего", "бывшему", "бывшим", "экс", "вице", "будущии", "будущего", "тогдашнии", "тогдашнего",
                     "избранныи", "избранного", "заместитель"}),
)  # fmt: skip
"""Titles and peoples as office_holders.tsv has them. *other* is folded, so it has no й."""
