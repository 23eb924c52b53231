"""How French calls those who hold an office: "le président russe", "le premier ministre du Japon"."""

import re

from monitor.text.languages.attribution import words
from monitor.text.languages.roles import RoleRules, forms, named_pattern, work_pattern

ROLES = RoleRules(
    titles={
        "president": "president", "presidente": "president", "premier ministre": "prime minister",
        "premiere ministre": "prime minister", "chef du gouvernement": "prime minister", "chancelier": "chancellor",
        "chanceliere": "chancellor", "ministre des affaires etrangeres": "foreign minister",
        "chef de la diplomatie": "foreign minister", "secretaire d etat": "secretary of state", "roi": "monarch",
        "dirigeant": "leader", "dirigeante": "leader", "guide supreme": "supreme leader", "prince heritier": "crown prince",
        "porte parole": "spokesperson", "secretaire general": "secretary general", "directeur general": "director general",
    },
    feminine=frozenset({"presidente", "premiere ministre", "chanceliere", "dirigeante"}),
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
    other=words(
        "ancien ancienne ex vice futur future prochain prochaine feu premier premiere deuxieme second dernier derniere defunt"
        " precedent precedente eventuel eventuelle possible pretendu pretendue"
    ),
    other_after=words("elu elue interimaire dechu dechue dechus fictif fictive defunt defunte assassine assassinee suivant"),
    then=words("alors"),
    past=re.compile(
        r"\b(?:à (?:l['’]|cette )époque|en ce temps-là|au temps d[eu]|d['’]alors|à ce moment-là"
        r"|(?:les )?années (?:1[5-9]|20)?\d0"
        r"|il y a (?:\w{1,10}\s){0,3}(?:ans?|décennies?|(?:demi-)?siècles?|générations?)|(?:\w{1,10}\s)(?:ans"
        r"|décennies|siècles) (?:plus tôt|plus tard"
        r"|auparavant|après|avant)|siècle (?:dernier|passé)|guerre froide|guerre mondiale|époque soviétique|après-guerre"
        r"|jusqu['’]en (?=\d{4}))\b",
        re.IGNORECASE,
    ),
    in_year=re.compile(r"\b(?:en|entre|de|dès|jusqu['’]en|courant|fin|début)(?: (?:mi-)?[a-zéû]{3,9})?\s$", re.IGNORECASE),
    last_year=re.compile(r"\b(?:l['’]an(?:née)? (?:dernier|dernière|passée?)|il y a un an)\b", re.IGNORECASE),
    nobody=re.compile(
        r"\b(?:(?:deven(?:ir|u|ue|ait|ant)|devien(?:t|dra|drait)|devint|être|(?<!c['’])était|(?<!ce )fut|sera(?:it)?"
        r"|été|élue?|nommée?"
        r"|(?:(?:il|elle|qui) est))\s(?:(?:pas|alors|aussi|encore|toujours|le|la)\s){0,3}|(?:en tant que|comme)\s)$",
        re.IGNORECASE,
    ),
    indefinite=words("un une aucun aucune chaque tout toute quel quelle quelque"),
    work=work_pattern(
        nouns="(?:film|long-métrage|téléfilm|roman|série|pièce de théâtre|comédie|drame|thriller|opéra|jeu vidéo|épisode)s?",
        about=r"sur|dans (?:le|la)quelle?|où|met(?:tant)? en scène|raconte|suit",
        inside="dans (?:le|la|un|une|son|sa|ce|cette)",
        acted="jou(?:e|ait|ant|é)|incarn(?:e|ait|ant|é)|interprét(?:ait|ant|é)|interprète|dans le rôle d[ue]",
        articles="le|la|un|une",
    ),
    named=named_pattern("qui|alors|encore|ensuite|est|était|fut|avait été|a été|devenue?|le|la|à l['’]époque"),
    is_named=re.compile(r"\s(?:est|était|fut|devint)\s(?:alors\s|encore\s)?"),
)  # fmt: skip
"""Titles and peoples as office_holders.tsv has them."""
