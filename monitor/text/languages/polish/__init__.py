"""The language pack of Polish."""

import re

from monitor.text.languages.models import NER_MODELS
from monitor.text.languages.pack import LanguagePack, NameRules, word_list
from monitor.text.languages.patterns import correction_pattern, title_pattern
from monitor.text.languages.polish.attribution import ATTRIBUTION
from monitor.text.languages.scripts import FAMILY_NAMES_FIRST, LATIN_ABBREVIATION, LATIN_WORD

PACK = LanguagePack(
    code="pl",
    stopwords=word_list(__name__, "stopwords.txt"),
    correction=correction_pattern(
        r"sprostowanie|korekta|poprawka|poprawion[aey]|wyjaśnienie|errata|(?-i:ANULOWANIE)|depesza\sanulowana",
        "sprostowanie|poprawion[aey]|korekta|errata",
    ),
    correction_note=re.compile(
        "w (?:poprzedniej|pierwszej|wcześniejszej) wersji (?:tego )?(?:artykułu|tekstu)|"
        r"^(?:sprostowanie|korekta)\s?:",
        re.IGNORECASE | re.MULTILINE,
    ),
    names=NameRules(
        titles=title_pattern(
            r"pan|pani|prezydent|prezydenta|premier|premiera|minister|ministra|kanclerz|król|królowa|papież|"
            r"książę|generał|senator|poseł|posłanka|marszałek|burmistrz|wojewoda|dr|prof",
        ),
        offices=word_list(__name__, "offices.txt"),
        family_names_first=FAMILY_NAMES_FIRST,
        event_noun=re.compile(r"^(?i:forum|szczyt|konferencja|igrzyska|mistrzostwa|olimpiada|puchar|festiwal)\b"),
        capitalised_word=LATIN_WORD,
        abbreviation=LATIN_ABBREVIATION,
    ),
    attribution=ATTRIBUTION,
    ner_model=NER_MODELS["pl"],
)
