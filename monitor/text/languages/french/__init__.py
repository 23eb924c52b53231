"""The language pack of French."""

import re

from monitor.text.languages.french.attribution import ATTRIBUTION
from monitor.text.languages.french.developments import DEVELOPMENTS
from monitor.text.languages.french.origins import ORIGINS
from monitor.text.languages.french.roles import ROLES
from monitor.text.languages.models import NER_MODELS
from monitor.text.languages.pack import LanguagePack, NameRules, TopicDescriptions, topic_words, word_list
from monitor.text.languages.patterns import correction_pattern, title_pattern
from monitor.text.languages.scripts import FAMILY_NAMES_FIRST, LATIN_ABBREVIATION, LATIN_CAPITALS, LATIN_WORD

PACK = LanguagePack(
    code="fr",
    stopwords=word_list(__name__, "stopwords.txt"),
    correction=correction_pattern(
        r"rectificatif|rectifié|rectification|correction|corrigé|erratum|errata|précision|(?-i:ANNULÉE?|ANNULATION)|"
        r"annule\set\sremplace|dépêche\s(?:annulée|retirée)",
        "corrigé|rectifié|correction|rectificatif|rectification|erratum|version corrigée",
        r"(?:correction|rectificatif)\s(?:à|de|au|du)\s(?:notre\s|la\s|l[\'’])?(?:article|dépêche|papier|sujet)\b",
    ),
    correction_note=re.compile(
        "une (?:première )?version (?:précédente|antérieure|initiale) de cet article|"
        r"cet article a été (?:corrigé|rectifié|retiré)|^(?:rectificatif|correction|erratum)\s?:",
        re.IGNORECASE | re.MULTILINE,
    ),
    names=NameRules(
        titles=title_pattern(
            r"m|mm|mme|mlle|me|dr|monsieur|madame|maître|docteur|professeur|président|présidente|"
            r"premier\sministre|première\sministre|ministre|chancelier|chancelière|roi|reine|pape|prince|"
            r"princesse|général|sénateur|sénatrice|député|députée|maire|gouverneur|secrétaire\sgénéral",
            articles=r"(?:le|la|les|un|une)\s{1,4}|l['\u2019]",
        ),
        offices=word_list(__name__, "offices.txt"),
        family_names_first=FAMILY_NAMES_FIRST,
        event_noun=re.compile(
            r"^(?i:forum|sommet|conférence|jeux|championnats?|coupe|mondial|festival|salon|exposition\suniverselle)\b"
        ),
        event_name=re.compile(
            rf"\b(?:Forum|Sommet|Conférence)\s{{1,4}}(?:(?:de|du|des|sur|pour)\s{{1,4}}(?:la\s{{1,4}}|les?\s{{1,4}}|l['’])?)?"
            rf"(?:[{LATIN_CAPITALS}][\w’'-]{{1,40}}|économique|mondiale?|internationale?)"
            r"(?:\s{1,4}(?:mondiale?|internationale?|oriental))?"
        ),
        capitalised_word=LATIN_WORD,
        abbreviation=LATIN_ABBREVIATION,
    ),
    ner_model=NER_MODELS["fr"],
    attribution=ATTRIBUTION,
    topics=TopicDescriptions(words=topic_words(__name__)),
    roles=ROLES,
    developments=DEVELOPMENTS,
    origins=ORIGINS,
)
