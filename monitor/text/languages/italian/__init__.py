"""The language pack of Italian."""

import re

from monitor.text.languages.italian.attribution import ATTRIBUTION
from monitor.text.languages.pack import LanguagePack, NameRules, TopicDescriptions, topic_words, word_list
from monitor.text.languages.patterns import title_pattern
from monitor.text.languages.scripts import FAMILY_NAMES_FIRST, LATIN_ABBREVIATION, LATIN_WORD

PACK = LanguagePack(
    code="it",
    stopwords=word_list(__name__, "stopwords.txt"),
    correction=re.compile(
        r"^\W*(?:correzione|rettifica|errata\scorrige|precisazione)\b|\((?:corrett[oa]|rettificat[oa])\)\W*$", re.IGNORECASE
    ),
    names=NameRules(
        titles=title_pattern(
            r"sig|signor|signora|dott|dottor|dottoressa|prof|onorevole|presidente|premier|primo\sministro|"
            r"ministro|ministra|cancelliere|cancelliera|re|regina|papa|principe|principessa|generale|senatore|"
            r"senatrice|sindaco|governatore",
            articles=r"(?:il|lo|la|i|gli|le|un|una)\s{1,4}",
        ),
        offices=word_list(__name__, "offices.txt"),
        family_names_first=FAMILY_NAMES_FIRST,
        event_noun=re.compile(r"^(?i:forum|vertice|summit|conferenza|giochi|campionat[oi]|coppa|mondiali?|europei|festival)\b"),
        capitalised_word=LATIN_WORD,
        abbreviation=LATIN_ABBREVIATION,
    ),
    attribution=ATTRIBUTION,
    topics=TopicDescriptions(words=topic_words(__name__)),
)
