"""How Portuguese calls those who hold an office: "o presidente russo", "o presidente do Brasil"."""

import re

from monitor.text.languages.attribution import words
from monitor.text.languages.roles import RoleRules, forms, named_pattern, work_pattern

ROLES = RoleRules(
    titles={
        "presidente": "president", "presidenta": "president", "primeiro ministro": "prime minister",
        "primeira ministra": "prime minister", "chanceler federal": "chancellor",
        "rei": "monarch", "lider": "leader", "lider supremo": "supreme leader", "principe herdeiro": "crown prince",
        "porta voz": "spokesperson", "ministro das relacoes exteriores": "foreign minister",
        "ministra das relacoes exteriores": "foreign minister", "ministro dos negocios estrangeiros": "foreign minister",
        "secretario de estado": "secretary of state", "secretario geral": "secretary general",
        "diretor geral": "director general", "diretora geral": "director general",
    },
    feminine=frozenset({"presidenta", "primeira ministra", "ministra das relacoes exteriores", "diretora geral"}),
    peoples=forms({
        "russo": "RU", "russa": "RU", "americano": "US", "americana": "US", "norte americano": "US", "chines": "CN",
        "chinesa": "CN", "norte coreano": "KP", "sul coreano": "KR", "ucraniano": "UA", "ucraniana": "UA", "frances": "FR",
        "francesa": "FR", "alemao": "DE", "alema": "DE", "britanico": "GB", "britanica": "GB", "indiano": "IN",
        "indiana": "IN", "turco": "TR", "turca": "TR", "israelense": "IL", "israelita": "IL", "brasileiro": "BR",
        "brasileira": "BR", "japones": "JP", "japonesa": "JP", "italiano": "IT", "italiana": "IT", "espanhol": "ES",
        "espanhola": "ES", "hungaro": "HU", "hungara": "HU", "polones": "PL", "polonesa": "PL", "canadense": "CA",
        "australiano": "AU", "egipcio": "EG", "iraniano": "IR", "sirio": "SY", "bielorrusso": "BY", "argentino": "AR",
        "argentina": "AR", "mexicano": "MX", "mexicana": "MX", "colombiano": "CO", "chileno": "CL", "sul africano": "ZA",
        "finlandes": "FI", "grego": "GR",
    }),
    of=re.compile(r"\s{1,3}(?:d[aeo]s?)\s{1,3}"),
    adjective_after=True,
    continued=re.compile(r"-\w"),
    other=words(
        "ex vice futuro futura proximo proxima anterior ultimo ultima segundo segunda terceiro falecido falecida deposto"
        " deposta possivel suposto suposta antigo antiga"
    ),
    other_after=words("eleito eleita interino interina deposto deposta assassinado falecido ficticio ficticia"),
    then=words("entao"),
    past=re.compile(
        r"\b(?:na época|à época|naquela época|naquele (?:tempo|momento)|(?:os )?anos (?:\d{2}|\d{4}|[a-z]{4,9}enta)"
        r"|há (?:\w{1,12}\s){0,3}(?:anos|décadas?|séculos?)|(?:anos|décadas|séculos) (?:antes|depois|atrás)"
        r"|século passado|guerra fria|guerra mundial|época soviética|pós-guerra|até (?=\d{4}))\b",
        re.IGNORECASE,
    ),
    in_year=re.compile(r"\b(?:em|entre|desde|até|durante|de)(?: (?:[a-zç]{4,10} de|o ano de))?\s$", re.IGNORECASE),
    last_year=re.compile(r"\b(?:no ano passado|o ano passado|há um ano)\b", re.IGNORECASE),
    nobody=re.compile(
        r"\b(?:ser|era|foi|sido|seja|será|seria|tornar-se|tornou-se|virou|eleit[oa]|nomead[oa]|(?:ele|ela|quem|que) é)\s"
        r"(?:(?:não|também|então|ainda|o|a)\s){0,3}$|\bcomo\s$",
        re.IGNORECASE,
    ),
    indefinite=words("um uma nenhum nenhuma cada qualquer algum alguma que"),
    work=work_pattern(
        nouns="(?:filme|longa|romance|novela|série|peça|comédia|drama|thriller|ópera|videogame|episódio)s?",
        about="sobre|em que|onde|segue|narra|retrata",
        inside="no|na|em seu|em sua|neste|nesta",
        acted="interpret(?:a|ou|ava|ado)|no papel d[eo]",
        articles="o|a|um|uma",
    ),
    named=named_pattern("quem|que|então|ainda|depois|é|era|foi|tinha sido|o|a|na época"),
    is_named=re.compile(r"\s(?:é|era|foi)\s(?:então\s|ainda\s)?"),
)  # fmt: skip
"""Titles and peoples as office_holders.tsv has them."""
