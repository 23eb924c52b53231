"""The language pack of Portuguese."""

import re

from monitor.text.languages.models import NER_MODELS
from monitor.text.languages.pack import LanguagePack, NameRules, TopicDescriptions, topic_words, word_list
from monitor.text.languages.patterns import correction_pattern, title_pattern
from monitor.text.languages.portuguese.attribution import ATTRIBUTION
from monitor.text.languages.portuguese.roles import ROLES
from monitor.text.languages.scripts import FAMILY_NAMES_FIRST, LATIN_ABBREVIATION, LATIN_WORD

PACK = LanguagePack(
    code="pt",
    stopwords=word_list(__name__, "stopwords.txt"),
    correction=correction_pattern(
        "corre[cç][aã]o|corrigid[oa]|retifica[cç][aã]o|retificad[oa]|errat(?:a|um)|erramos|esclarecimento|(?-i:ANULA[CÇ][AÃ]O)|"
        r"notícia\s(?:anulada|retirada)",
        "corrigid[oa]|retificad[oa]|correção|retificação|errata",
        r"(?:corre[cç][aã]o|retifica[cç][aã]o)\s(?:à|da|de)\s(?:not[ií]cia|reportagem|mat[eé]ria)\b",
    ),
    correction_note=re.compile(
        "uma versão anterior d(?:este|esta) (?:artigo|texto|notícia|reportagem)|"
        "(?:este|esta) (?:artigo|texto|notícia|reportagem) foi (?:corrigid[oa]|retificad[oa])|"
        r"^(?:correção|errata)\s?:",
        re.IGNORECASE | re.MULTILINE,
    ),
    names=NameRules(
        titles=title_pattern(
            r"sr|sra|dr|dra|dom|dona|senhor|senhora|presidente|primeiro-ministro|primeira-ministra|ministro|"
            r"ministra|chanceler|rei|rainha|papa|príncipe|princesa|general|senador|senadora|deputado|deputada|"
            r"prefeito|prefeita|governador|governadora|ex-presidente",
            articles=r"(?:o|a|os|as|um|uma)\s{1,4}",
        ),
        offices=word_list(__name__, "offices.txt"),
        family_names_first=FAMILY_NAMES_FIRST,
        event_noun=re.compile(r"^(?i:fórum|foro|cúpula|cimeira|conferência|jogos|campeonatos?|copa|mundial|festival)\b"),
        capitalised_word=LATIN_WORD,
        abbreviation=LATIN_ABBREVIATION,
    ),
    topics=TopicDescriptions(words=topic_words(__name__)),
    attribution=ATTRIBUTION,
    ner_model=NER_MODELS["pt"],
    roles=ROLES,
)
