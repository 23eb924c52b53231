"""How Russian calls those who hold an office: "президент России", "российского президента"."""

import re

from monitor.text.languages.attribution import words
from monitor.text.languages.roles import RoleRules, forms, named_pattern, work_pattern

_CASES = ("", "а", "у", "ом", "е")
_ENDINGS = ("ий", "ого", "ому", "им", "ом")
_STEMS = {
    "российск": "RU", "американск": "US", "китайск": "CN", "северокорейск": "KP", "южнокорейск": "KR", "украинск": "UA",
    "французск": "FR", "британск": "GB", "индийск": "IN", "турецк": "TR", "израильск": "IL", "бразильск": "BR", "японск": "JP",
    "итальянск": "IT", "испанск": "ES", "венгерск": "HU", "польск": "PL", "канадск": "CA", "австралийск": "AU",
    "египетск": "EG", "иранск": "IR", "сирийск": "SY", "белорусск": "BY", "аргентинск": "AR", "мексиканск": "MX",
    "казахстанск": "KZ", "узбекск": "UZ", "сербск": "RS", "словацк": "SK", "финск": "FI", "немецк": "DE",
}  # fmt: skip


def _forms(stems: str, endings: str) -> frozenset[str]:
    """Return each of *stems* with each of *endings*."""
    return frozenset(f"{stem}{ending}" for stem in stems.split() for ending in endings.split())


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
    other=frozenset({"экс", "вице", "заместитель", "заместителя"})
    | _forms("бывш будущ следующ предыдущ умерш", "ии его ему им ем")
    | _forms("избранн перв покоин убит свергнут прошл нов вымышленн возможн", "ыи ого ому ым ом")
    | _forms("втор молод", "ои ого ому ым ом")
    | _forms("последн трет", "ии его ему им ем ии ьего"),
    then=_forms("тогдашн", "ии его ему им ем"),
    past=re.compile(
        r"\b(?:в то время|тогда|в те (?:годы|времена|дни)|в ту (?:пору|эпоху)|(?:1[5-9]|20)?\d0-(?:х|е|м)"
        r"|[а-я]{5,11}тых(?: годах| годов)?"
        r"|(?:лет|года|десятилетий|десятилетия|век|века|полвека|поколение) (?:назад|спустя|тому назад)|прошлом веке"
        r"|холодной войны|мировой войны"
        r"|советское время|советские времена|до (?=\d{4} года))\b",
        re.IGNORECASE,
    ),
    in_year=re.compile(r"\b(?:в|с|до|между)(?: (?:начале|конце|середине|[а-я]{3,8}))?\s$", re.IGNORECASE),
    last_year=re.compile(r"\b(?:в прошлом году|год назад)\b", re.IGNORECASE),
    nobody=re.compile(
        r"\b(?:стать|стал|стала|станет|быть|был|была|будет|избран|избрана|назначен|назначена|являлся|являлась|в качестве"
        r"|на посту|пост|поста|должности|должность)\s(?:(?:не|тогда|ещё|еще|снова)\s){0,2}$",
        re.IGNORECASE,
    ),
    indefinite=words("любои любого каждыи каждого никакои какои"),
    work=work_pattern(
        nouns="(?:фильм|роман|сериал|пьес|комеди|драм|триллер|опер|видеоигр|эпизод)[а-я]{0,3}",
        about="об?|про|где",
        inside="во?(?: этом| этой| новом| новой)?",
        acted="в роли",
    ),
    named=named_pattern("который|которая|тогда|ещё|позже|был|была|в то время|это"),
    is_named=re.compile(r"\s(?:был|была|стал|стала|звался|—|–)\s(?:тогда\s)?"),
)  # fmt: skip
"""Titles and peoples as office_holders.tsv has them. *other* is folded, so it has no й."""
