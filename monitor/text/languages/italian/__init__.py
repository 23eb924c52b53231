"""The language pack of Italian."""

import re

from monitor.text.languages.italian.attribution import ATTRIBUTION
from monitor.text.languages.italian.roles import ROLES
from monitor.text.languages.models import NER_MODELS
from monitor.text.languages.name_cues import read_name_cues
from monitor.text.languages.pack import LanguagePack, NameRules, TopicDescriptions, topic_words, word_list
from monitor.text.languages.patterns import correction_pattern, title_pattern
from monitor.text.languages.scripts import FAMILY_NAMES_FIRST, LATIN_ABBREVIATION, LATIN_WORD

PACK = LanguagePack(
    code="it",
    stopwords=word_list(__name__, "stopwords.txt"),
    correction=correction_pattern(
        r"correzione|corrett[oa]|rettifica|rettificat[oa]|errata(?:\scorrige)?|precisazione|(?-i:ANNULLAMENTO|ANNULLAT[OA])|"
        r"notizia\s(?:annullata|ritirata)",
        "corrett[oa]|rettificat[oa]|correzione|rettifica|errata corrige",
        r"(?:correzione|rettifica)\s(?:a|alla|della|al|del|dell[\'’]|all[\'’])\s?(?:notizia|articolo|servizio)\b",
    ),
    correction_note=re.compile(
        "una (?:precedente|prima) versione di questo articolo|"
        r"questo articolo è stato (?:corretto|rettificato)|^(?:correzione|rettifica|errata corrige)\s?:",
        re.IGNORECASE | re.MULTILINE,
    ),
    names=NameRules(
        titles=title_pattern(
            r"sig|signor|signora|dott|dottor|dottoressa|prof|onorevole|presidente|premier|primo\sministro|"
            r"ministro|ministra|cancelliere|cancelliera|re|regina|papa|principe|principessa|generale|senatore|"
            r"senatrice|sindaco|sindaca|governatore|governatrice|prefetto|prefetta|assessore|assessora",
            articles=r"(?:il|lo|la|i|gli|le|un|una)\s{1,4}",
        ),
        offices=word_list(__name__, "offices.txt"),
        family_names_first=FAMILY_NAMES_FIRST,
        event_noun=re.compile(r"^(?i:forum|vertice|summit|conferenza|giochi|campionat[oi]|coppa|mondiali?|europei|festival)\b"),
        capitalised_word=LATIN_WORD,
        abbreviation=LATIN_ABBREVIATION,
    ),
    attribution=ATTRIBUTION,
    ner_model=NER_MODELS["it"],
    name_cues=read_name_cues(__name__, given_names=("given_names_latin.txt",), places="places_latin.txt", beside_model=True),
    topics=TopicDescriptions(words=topic_words(__name__)),
    roles=ROLES,
)
