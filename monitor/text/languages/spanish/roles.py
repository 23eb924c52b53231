"""How Spanish calls those who hold an office: "el presidente ruso", "la primera ministra de Italia"."""

import re

from monitor.text.languages.roles import RoleRules, forms

ROLES = RoleRules(
    titles={
        "presidente": "president", "presidenta": "president", "primer ministro": "prime minister",
        "primera ministra": "prime minister", "canciller federal": "chancellor", "rey": "monarch", "reina": "monarch",
        "lider": "leader", "lider supremo": "supreme leader", "principe heredero": "crown prince", "portavoz": "spokesperson",
        "ministro de exteriores": "foreign minister", "ministro de asuntos exteriores": "foreign minister",
        "secretario de estado": "secretary of state", "secretario general": "secretary general",
        "director general": "director general",
    },
    peoples=forms({
        "ruso": "RU", "rusa": "RU", "estadounidense": "US", "chino": "CN", "china": "CN", "norcoreano": "KP",
        "surcoreano": "KR",
        "ucraniano": "UA", "ucraniana": "UA", "frances(a)": "FR", "aleman(a)": "DE", "britanico": "GB", "britanica": "GB",
        "indio": "IN", "india": "IN", "turco": "TR", "turca": "TR", "israeli": "IL", "brasileno": "BR", "brasilena": "BR",
        "japones(a)": "JP", "italiano": "IT", "italiana": "IT", "hungaro": "HU", "hungara": "HU", "polaco": "PL",
        "polaca": "PL",
        "canadiense": "CA", "australiano": "AU", "egipcio": "EG", "irani": "IR", "sirio": "SY", "bielorruso": "BY",
        "argentino": "AR", "argentina": "AR", "mexicano": "MX", "mexicana": "MX", "colombiano": "CO", "colombiana": "CO",
        "chileno": "CL", "chilena": "CL", "sudafricano": "ZA", "finlandes(a)": "FI", "griego": "GR", "griega": "GR",
    }),
    of=re.compile(r"\s{1,3}del?\s{1,3}(?:l[ao]s?\s{1,3})?"),
    adjective_after=True,
    continued=re.compile(r"-\w"),
    other=frozenset({"ex", "antiguo", "antigua", "entonces", "futuro", "futura", "proximo", "proxima", "vice"}),
    other_after=frozenset({"electo", "electa", "interino", "interina", "saliente"}),
)  # fmt: skip
"""Titles and peoples as office_holders.tsv has them."""
