"""How Italian calls those who hold an office: "il presidente russo", "la premier italiana", "il ministro degli Esteri"."""

import re

from monitor.text.languages.attribution import words
from monitor.text.languages.roles import RoleRules, forms, named_pattern, work_pattern

ROLES = RoleRules(
    titles={
        "presidente": "president", "presidentessa": "president", "primo ministro": "prime minister",
        "premier": "prime minister",
        "presidente del consiglio": "prime minister", "cancelliere": "chancellor", "cancelliera": "chancellor", "re": "monarch",
        "leader": "leader", "guida suprema": "supreme leader", "principe ereditario": "crown prince",
        "portavoce": "spokesperson", "ministro degli esteri": "foreign minister", "ministra degli esteri": "foreign minister",
        "capo della diplomazia": "foreign minister", "segretario di stato": "secretary of state",
        "segretario generale": "secretary general", "direttore generale": "director general",
        "direttrice generale": "director general",
    },
    feminine=frozenset({"presidentessa", "cancelliera", "ministra degli esteri", "direttrice generale"}),
    peoples=forms({
        "russo": "RU", "russa": "RU", "americano": "US", "americana": "US", "statunitense": "US", "cinese": "CN",
        "nordcoreano": "KP", "sudcoreano": "KR", "sudcoreana": "KR", "ucraino": "UA", "ucraina": "UA", "francese": "FR",
        "tedesco": "DE", "tedesca": "DE", "britannico": "GB", "britannica": "GB", "indiano": "IN", "indiana": "IN",
        "turco": "TR", "turca": "TR", "israeliano": "IL", "israeliana": "IL", "brasiliano": "BR", "brasiliana": "BR",
        "giapponese": "JP", "italiano": "IT", "italiana": "IT", "spagnolo": "ES", "spagnola": "ES", "ungherese": "HU",
        "polacco": "PL", "polacca": "PL", "canadese": "CA", "australiano": "AU", "australiana": "AU", "egiziano": "EG",
        "iraniano": "IR", "siriano": "SY", "bielorusso": "BY", "argentino": "AR", "argentina": "AR", "messicano": "MX",
        "messicana": "MX", "colombiano": "CO", "sudafricano": "ZA", "finlandese": "FI", "greco": "GR", "greca": "GR",
    }),
    of=re.compile(r"\s{1,3}(?:d[ei]\s{1,3}|del\s{1,3}|dello\s{1,3}|della\s{1,3}|dell['’]|degli\s{1,3}|delle\s{1,3})"),
    adjective_after=True,
    continued=re.compile(r"-\w"),
    other=words(
        "ex vice futuro futura prossimo prossima precedente ultimo ultima secondo seconda terzo defunto defunta deposto deposta"
        " possibile presunto presunta"
    ),
    other_after=words("eletto eletta uscente deposto deposta assassinato ucciso defunto immaginario fittizio"),
    then=words("allora"),
    past=re.compile(
        r"\b(?:all['’]epoca|a quel tempo|a quei tempi|in quel momento|(?:gli )?anni (?:\d{2}|\d{4}|[a-z]{4,9}anta)"
        r"|(?:\w{1,12}\s){1,3}(?:anni?|decenni|secoli?) (?:fa|prima|dopo|più tardi)|secolo scorso|guerra fredda|guerra mondiale"
        r"|epoca sovietica|dopoguerra|fino al (?=\d{4}))\b",
        re.IGNORECASE,
    ),
    in_year=re.compile(r"\b(?:nel|dal|fino al|del|durante il)(?: [a-z]{4,10} del)?\s$", re.IGNORECASE),
    last_year=re.compile(r"\b(?:l['’]anno scorso|lo scorso anno|un anno fa)\b", re.IGNORECASE),
    nobody=re.compile(
        r"\b(?:essere|era|fu|è stat[oa]|sia|sarà|sarebbe|diventare|diventato|divenne|elett[oa]|nominat[oa]"
        r"|(?:lui|lei|che) è)\s"
        r"(?:(?:non|anche|allora|ancora|il|lo|la)\s){0,3}$|\bcome\s$",
        re.IGNORECASE,
    ),
    indefinite=words("un uno una nessun nessuno nessuna ogni qualsiasi qualunque qualche alcun quale"),
    work=work_pattern(
        nouns="(?:film|pellicola|romanzo|serie|opera|commedia|dramma|thriller|videogioco|episodio)",
        about="su|sul|sulla|in cui|dove|segue|narra|racconta",
        inside="nel|nella|nel suo|nella sua",
        acted="interpret(?:a|ò|ava|ato)|nel ruolo del?|nei panni del?",
        articles="il|lo|la|un",
    ),
    named=named_pattern("che|allora|ancora|poi|è|era|fu|è stato|il|lo|la|all['’]epoca"),
    is_named=re.compile(r"\s(?:è|era|fu)\s(?:allora\s|ancora\s)?"),
)  # fmt: skip
"""Titles and peoples as office_holders.tsv has them."""
