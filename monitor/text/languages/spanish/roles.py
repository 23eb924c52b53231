"""How Spanish calls those who hold an office: "el presidente ruso", "la primera ministra de Italia"."""

import re

from monitor.text.languages.attribution import words
from monitor.text.languages.roles import RoleRules, forms, named_pattern, work_pattern

ROLES = RoleRules(
    titles={
        "presidente": "president", "presidenta": "president", "primer ministro": "prime minister",
        "primera ministra": "prime minister", "canciller federal": "chancellor", "rey": "monarch",
        "lider": "leader", "lider supremo": "supreme leader", "principe heredero": "crown prince", "portavoz": "spokesperson",
        "ministro de exteriores": "foreign minister", "ministro de asuntos exteriores": "foreign minister",
        "secretario de estado": "secretary of state", "secretario general": "secretary general",
        "director general": "director general",
    },
    feminine=frozenset({"presidenta", "primera ministra"}),
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
    other=words(
        "ex asesinado asesinada derrocado derrocada fallecido fallecida antiguo antigua futuro futura proximo proxima"
        " vice primer primera segundo segunda tercer ultimo ultima difunto"
        " difunta anterior posible eventual supuesto supuesta"
    ),
    other_after=words(
        "electo electa interino interina depuesto depuesta derrocado derrocada ficticio ficticia asesinado fallecido"
    ),
    then=words("entonces"),
    past=re.compile(
        r"\b(?:en (?:aquel|ese) (?:entonces|momento|tiempo)|por (?:aquel )?entonces|(?:de la|en (?:aquella|esa"
        r"|la)) época|(?:los )?años (?:\d{2}|\d{4}"
        r"|[a-zé]{4,9}ta)|hace (?:\w{1,12}\s){0,3}(?:años|décadas?|(?:medio )?siglos?|generación|generaciones)|(?:años"
        r"|décadas|siglos) (?:antes|después|atrás)"
        r"|siglo pasado|guerra fría|guerra mundial|época soviética|posguerra|hasta (?=\d{4}))\b",
        re.IGNORECASE,
    ),
    in_year=re.compile(r"\b(?:en|entre|desde|hasta|durante|de)(?: (?:[a-z]{4,10} de|el año))?\s$", re.IGNORECASE),
    last_year=re.compile(r"\b(?:el año pasado|hace un año)\b", re.IGNORECASE),
    nobody=re.compile(
        r"\b(?:ser|era|fue|sido|sea|sería|será|convertirse en|convirtió en|elegid[oa]|nombrad[oa]|(?:él|ella|quien|que) es)\s"
        r"(?:(?:no|también|entonces|todavía|el|la)\s){0,3}$|\bcomo\s$",
        re.IGNORECASE,
    ),
    indefinite=words("un una ningun ninguna cada cualquier algun alguna que"),
    work=work_pattern(
        nouns="(?:película|filme?|novela|serie|obra de teatro|comedia|drama|thriller|ópera|videojuego|episodio)s?",
        about="sobre|en (?:la|el) que|donde|sigue|narra|retrata|protagoniza",
        inside="en (?:la|el|una?|su|esta|este)",
        acted="interpret(?:a|ó|aba|ado)|encarn(?:a|ó|aba)|en el papel del?",
        articles="al?|a la|a un|la|el|un",
    ),
    named=named_pattern("quien|que|entonces|aún|luego|es|era|fue|había sido|el|la|en aquel entonces"),
    is_named=re.compile(r"\s(?:es|era|fue)\s(?:entonces\s|todavía\s)?"),
)  # fmt: skip
"""Titles and peoples as office_holders.tsv has them."""
