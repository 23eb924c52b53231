"""The language pack of Dutch."""

import re

from monitor.text.languages.dutch.attribution import ATTRIBUTION
from monitor.text.languages.models import NER_MODELS
from monitor.text.languages.name_cues import read_name_cues
from monitor.text.languages.pack import LanguagePack, NameRules, TopicDescriptions, topic_words, word_list
from monitor.text.languages.patterns import correction_pattern, title_pattern
from monitor.text.languages.scripts import FAMILY_NAMES_FIRST, LATIN_ABBREVIATION, LATIN_WORD

PACK = LanguagePack(
    code="nl",
    stopwords=word_list(__name__, "stopwords.txt"),
    correction=correction_pattern(
        r"correctie|gecorrigeerd|rectificatie|gerectificeerd|verbetering|(?-i:HERSTEL)|aanvulling|erratum|errata|bericht\singetrokken",
        "gecorrigeerd|gerectificeerd|correctie|rectificatie|erratum",
    ),
    correction_note=re.compile(
        "in een (?:eerdere|vorige) versie van dit (?:artikel|bericht)|"
        r"dit (?:artikel|bericht) is (?:gecorrigeerd|aangepast)|^(?:correctie|rectificatie)\s?:",
        re.IGNORECASE | re.MULTILINE,
    ),
    names=NameRules(
        titles=title_pattern(
            r"dhr|heer|meneer|mevrouw|mevr|dr|prof|president|premier|minister-president|minister|kanselier|"
            r"bondskanselier|koning|koningin|paus|prins|prinses|staatssecretaris|burgemeester|gouverneur|generaal|"
            r"senator",
            articles=r"(?:de|het|een)\s{1,4}",
        ),
        offices=word_list(__name__, "offices.txt"),
        family_names_first=FAMILY_NAMES_FIRST,
        event_noun=re.compile(r"(?i:(?:top|conferentie|forum|spelen|kampioenschap(?:pen)?))$"),
        capitalised_word=LATIN_WORD,
        abbreviation=LATIN_ABBREVIATION,
    ),
    attribution=ATTRIBUTION,
    ner_model=NER_MODELS["nl"],
    name_cues=read_name_cues(
        __name__, given_names=("given_names_latin.txt",), places="places_latin.txt", guesses=True, beside_model=True
    ),
    topics=TopicDescriptions(words=topic_words(__name__)),
)
