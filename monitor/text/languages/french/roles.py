"""How French calls those who hold an office: "le président russe", "le premier ministre du Japon"."""

import re

from monitor.text.languages.roles import RoleRules, forms

ROLES = RoleRules(
    titles={
        "president": "president", "presidente": "president", "premier ministre": "prime minister",
        "premiere ministre": "prime minister", "chef du gouvernement": "prime minister", "chancelier": "chancellor",
        "chanceliere": "chancellor", "ministre des affaires etrangeres": "foreign minister",
        "chef de la diplomatie": "foreign minister", "secretaire d etat": "secretary of state", "roi": "monarch",
        "reine": "monarch",
        "dirigeant": "leader", "dirigeante": "leader", "guide supreme": "supreme leader", "prince heritier": "crown prince",
        "porte parole": "spokesperson", "secretaire general": "secretary general", "directeur general": "director general",
    },
    peoples=forms({
        "russe": "RU", "americain(e)": "US", "chinois(e)": "CN", "nord coreen(ne)": "KP", "sud coreen(ne)": "KR",
        "ukrainien(ne)": "UA",
        "francais(e)": "FR", "allemand(e)": "DE", "britannique": "GB", "indien(ne)": "IN", "turc": "TR", "turque": "TR",
        "israelien(ne)": "IL", "bresilien(ne)": "BR", "japonais(e)": "JP", "italien(ne)": "IT", "espagnol(e)": "ES",
        "hongrois(e)": "HU", "polonais(e)": "PL", "canadien(ne)": "CA", "australien(ne)": "AU", "egyptien(ne)": "EG",
        "iranien(ne)": "IR", "syrien(ne)": "SY", "bielorusse": "BY", "argentin(e)": "AR", "mexicain(e)": "MX",
        "colombien(ne)": "CO", "sud africain(e)": "ZA", "rwandais(e)": "RW", "finlandais(e)": "FI", "grec": "GR",
        "grecque": "GR",
    }),
    of=re.compile(r"\s{1,3}(?:de\s{1,3}la\s{1,3}|de\s{1,3}l['’]|du\s{1,3}|des\s{1,3}|de\s{1,3}|d['’])"),
    adjective_after=True,
    continued=re.compile(r"-\w"),
    other=frozenset({"ancien", "ancienne", "ex", "vice", "futur", "future", "prochain", "prochaine", "feu"}),
    other_after=frozenset({"elu", "elue", "sortant", "sortante", "interimaire", "dechu", "dechue"}),
)  # fmt: skip
"""Titles and peoples as office_holders.tsv has them."""
