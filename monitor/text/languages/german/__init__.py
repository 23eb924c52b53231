"""The language pack of German."""

import re

from monitor.text.languages.german.attribution import ATTRIBUTION
from monitor.text.languages.german.developments import DEVELOPMENTS
from monitor.text.languages.german.origins import ORIGINS
from monitor.text.languages.german.roles import ROLES
from monitor.text.languages.models import NER_MODELS
from monitor.text.languages.name_cues import read_name_cues
from monitor.text.languages.pack import LanguagePack, NameRules, TopicDescriptions, topic_words, word_list
from monitor.text.languages.patterns import correction_pattern, title_pattern
from monitor.text.languages.scripts import FAMILY_NAMES_FIRST, LATIN_ABBREVIATION, LATIN_CAPITALS, LATIN_WORD

PACK = LanguagePack(
    code="de",
    stopwords=word_list(__name__, "stopwords.txt"),
    correction=correction_pattern(
        "korrektur|korrigiert|berichtigung|berichtigt|richtigstellung|klarstellung|erratum|errata|zurückgezogen|"
        r"meldung\szurückgezogen|(?-i:ANNULLIERUNG)",
        "korrigiert|berichtigt|korrektur|berichtigung|korrigierte fassung|zurückgezogen|erratum",
        r"(?:korrektur|berichtigung)\s(?:zum|zur|zu|der|des)\s(?:[^\n]{1,60}\s)?(?:artikel|meldung|bericht|beitrag|text)s?\b",
    ),
    correction_note=re.compile(
        "in einer (?:früheren|ersten|vorherigen) (?:version|fassung) (?:dieses|des) (?:artikels|textes|beitrags)|"
        "(?:dieser|der) (?:artikel|text|beitrag) wurde (?:korrigiert|berichtigt|zurückgezogen)|"
        "wir haben (?:den|diesen) fehler (?:korrigiert|berichtigt)|"
        r"^(?:korrektur|berichtigung)(?:shinweis)?\s?:",
        re.IGNORECASE | re.MULTILINE,
    ),
    names=NameRules(
        titles=title_pattern(
            r"herr|frau|dr|prof|präsident|präsidentin|staatschef|ministerpräsident|ministerpräsidentin|"
            r"premierminister|premierministerin|premier|kanzler|kanzlerin|bundeskanzler|bundeskanzlerin|"
            r"bundespräsident|außenminister|außenministerin|minister|ministerin|könig|königin|papst|prinz|"
            r"prinzessin|general|senator|senatorin|(?:ober)?bürgermeister(?:in)?|(?:land|stadt|gemeinde|kreis)rat|"
            # The parts before the last one of a compound are many: Polizeisprecherin, Vizepräsident.
            r"(?:land|stadt|gemeinde|kreis)rätin|[a-zäöüß]{0,24}(?:sprecher|minister|präsident|kanzler|direktor|leiter)(?:in)?|"
            r"[a-zäöüß]{2,24}(?:chefin|chef|vorsitzende|vorsitzender|sekretär|sekretärin|anwalt|anwältin)",
            articles=r"(?:der|die|das|den|dem|des)\s{1,4}",
        ),
        offices=word_list(__name__, "offices.txt"),
        family_names_first=FAMILY_NAMES_FIRST,
        event_noun=re.compile(r"(?i:(?:gipfel|konferenz|forum|spiele|meisterschaft(?:en)?|festspiele|olympiade))$"),
        event_name=re.compile(
            rf"\b[{LATIN_CAPITALS}\d][\w-]{{1,40}}-(?:Gipfel|Konferenz|Forum|Spiele)\b"
            rf"|\b(?:Olympische[nr]?|Paralympische[nr]?)\s{{1,4}}(?:Sommer|Winter)?[sS]pielen?\b"
        ),
        capitalised_word=LATIN_WORD,
        abbreviation=LATIN_ABBREVIATION,
    ),
    attribution=ATTRIBUTION,
    ner_model=NER_MODELS["de"],
    name_cues=read_name_cues(__name__, given_names=("given_names_latin.txt",), places="places_latin.txt", beside_model=True),
    topics=TopicDescriptions(words=topic_words(__name__)),
    roles=ROLES,
    developments=DEVELOPMENTS,
    origins=ORIGINS,
)
