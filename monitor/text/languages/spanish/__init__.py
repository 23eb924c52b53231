"""The language pack of Spanish."""

import re

from monitor.text.languages.models import NER_MODELS
from monitor.text.languages.pack import LanguagePack, NameRules, TopicDescriptions, topic_words, word_list
from monitor.text.languages.patterns import correction_pattern, title_pattern
from monitor.text.languages.scripts import FAMILY_NAMES_FIRST, LATIN_ABBREVIATION, LATIN_CAPITALS, LATIN_WORD
from monitor.text.languages.spanish.attribution import ATTRIBUTION
from monitor.text.languages.spanish.developments import DEVELOPMENTS
from monitor.text.languages.spanish.origins import ORIGINS
from monitor.text.languages.spanish.roles import ROLES

PACK = LanguagePack(
    code="es",
    stopwords=word_list(__name__, "stopwords.txt"),
    correction=correction_pattern(
        r"correcci[oó]n|corrige|corregid[oa]|rectificaci[oó]n|rectifica|fe\sde\serrat(?:a|as)|fe\sde\serrores|erratas?|"
        r"aclaraci[oó]n|(?-i:ANULACI[OÓ]N|ANULAD[OA])|noticia\s(?:anulada|retirada)",
        r"corregid[oa]|rectificad[oa]|correcci[oó]n|rectificaci[oó]n|fe\sde\serratas",
        r"(?:correcci[oó]n|rectificaci[oó]n)\s(?:a|de)\s(?:la|una|nuestra)\s(?:noticia|nota|informaci[oó]n)\b",
    ),
    correction_note=re.compile(
        "una versión (?:anterior|previa) de (?:este|esta) (?:artículo|noticia|información)|"
        "(?:este|esta) (?:artículo|noticia|información) ha sido (?:corregid[oa]|rectificad[oa]|retirad[oa])|"
        r"^(?:corrección|rectificación|fe de erratas|fe de errores)\s?:",
        re.IGNORECASE | re.MULTILINE,
    ),
    names=NameRules(
        titles=title_pattern(
            r"sr|sra|srta|don|doña|dr|dra|señor|señora|presidente|presidenta|primer\sministro|primera\sministra|"
            r"ministro|ministra|canciller|rey|reina|papa|príncipe|princesa|general|senador|senadora|diputado|"
            r"diputada|alcalde|alcaldesa|gobernador|gobernadora|expresidente|mandatario",
            articles=r"(?:el|la|los|las|un|una)\s{1,4}",
        ),
        offices=word_list(__name__, "offices.txt"),
        family_names_first=FAMILY_NAMES_FIRST,
        event_noun=re.compile(r"^(?i:foro|cumbre|conferencia|juegos|campeonatos?|copa|mundial|festival)\b"),
        event_name=re.compile(
            rf"\b(?:Foro|Cumbre|Conferencia)\s{{1,4}}(?:(?:de|del|sobre|para)\s{{1,4}}(?:las?\s{{1,4}}|los\s{{1,4}}|el\s{{1,4}})?)?"
            rf"[{LATIN_CAPITALS}][\w-]{{1,40}}(?:\s{{1,4}}[{LATIN_CAPITALS}][\w-]{{1,40}})?"
        ),
        capitalised_word=LATIN_WORD,
        abbreviation=LATIN_ABBREVIATION,
    ),
    ner_model=NER_MODELS["es"],
    attribution=ATTRIBUTION,
    topics=TopicDescriptions(words=topic_words(__name__)),
    roles=ROLES,
    developments=DEVELOPMENTS,
    origins=ORIGINS,
)
