"""How Dutch shows who says something. Every repetition in a pattern has a bound."""

import re
from collections.abc import Mapping

from monitor.text.languages.attribution import AttributionRules, Grammar, PhraseCue, WordClass, words
from monitor.text.languages.dutch.verbs import VERBS
from monitor.text.languages.patterns import NOTHING
from monitor.text.languages.plurals import DUTCH, with_plurals

_I = re.IGNORECASE
DECLINED = re.compile(
    r"(?:(?:wil|wilde|wilden|willen|kon|konden) (?:[\w-]{1,30} ){0,5}?(?:niet (?:reageren|ingaan|bevestigen|zeggen)"
    r"|geen (?:commentaar|reactie|toelichting))"
    r"|weiger(?:t|de|den|en) (?:elk |ieder )?(?:commentaar|te reageren)"
    r"|reageer(?:t|de|den) (?:[\w-]{1,30} ){0,3}?niet\b(?: op)?"
    r"|(?:gaf|gaven|geeft|geven) (?:[\w-]{1,30} ){0,2}?geen (?:commentaar|reactie)"
    r"|(?:was|waren) (?:[\w-]{1,30} ){0,3}?(?:niet bereikbaar|onbereikbaar))\b",
    _I,
)
ANONYMITY = re.compile(r"\b(?:anoniem|anonimiteit|niet (?:met naam )?genoemd|niet bij naam)\b", _I)
CONDITION = re.compile(r"\b(?:als|indien|mits|voordat|of|zolang|zodra|zonder dat)\s(?:[\w-]{1,30}\s){0,4}$", _I)
_PERSONS = """
    minister ministers premier president kanselier bondskanselier gouverneur burgemeester wethouder staatssecretaris secretaris
    ambassadeur senator kamerlid kamervoorzitter leider leidster chef directeur directrice bestuurder voorzitter woordvoerder
    woordvoerster generaal admiraal kolonel kapitein commandant commissaris officier aanklager rechter advocaat raadsman
    adviseur raadgever onderzoeker onderzoekster wetenschapper arts dokter hoogleraar professor econoom analist deskundige
    expert specialist activist activiste kandidaat koning koningin prins prinses paus bisschop aartsbisschop priester imam
    rabbijn getuige ooggetuige buurman buurvrouw bewoner bewoonster omwonende boer chauffeur arbeider medewerker medewerkster
    leraar lerares student vader moeder broer zus zoon dochter vrouw man weduwe vriend vriendin trainer coach speler aanvoerder
    doelman acteur actrice zanger zangeres schrijver schrijfster historicus auteur journalist journaliste verslaggever
    correspondent gezant onderhandelaar bemiddelaar vrijwilliger slachtoffer patiënt klant kiezer soldaat militair agent
    brandweerman politicus ambtenaar topman topvrouw oprichter eigenaar ondernemer vicepremier vicepresident fractievoorzitter
    lijsttrekker partijleider meteoroloog geoloog viroloog hulpverlener
"""
_PEOPLE = """
    experts deskundigen diplomaten ambtenaren functionarissen analisten onderzoekers wetenschappers getuigen ooggetuigen
    bewoners omwonenden waarnemers economen artsen politici autoriteiten kamerleden betrokkenen ingewijden
"""
_BODIES = """
    ministerie regering kabinet bestuur presidentschap parlement kamer senaat congres rechtbank hof raad commissie comité
    autoriteit bureau dienst politie marechaussee leger marine krijgsmacht gemeente provincie land staat bedrijf onderneming
    concern maatschappij fabrikant bank vakbond bond unie vereniging federatie stichting instituut universiteit school
    ziekenhuis partij oppositie fractie club liga kerk ambassade consulaat missie toezichthouder exploitant luchthaven
    vliegveld spoorwegen sterrenwacht centrum laboratorium organisatie hulporganisatie alliantie coalitie front beweging
    militie rebellen beurs academie justitie ministerie brandweer rekenkamer waterschap veiligheidsregio stad ombudsman
    vakbonden bedrijven partijen bonden landen gemeenten organisatoren critici tegenstanders ouders leraren boeren nabestaanden
"""
_OUTLETS = """
    krant dagblad blad tijdschrift omroep zender televisie radio pers media persbureau nieuwsdienst nieuwssite kranten
    weekblad nieuwszender
"""
_DOCUMENTS = """
    rapport rapporten onderzoek onderzoeken studie peiling verklaring persbericht brief notitie document documenten analyse
    klacht bericht berichten artikel boek cijfers gegevens vonnis statistieken mediaberichten
"""
WORDS: Mapping[WordClass, str] = {
    "be": "is zijn was waren wordt worden werd werden geweest",
    "auxiliary": "heeft hebben had hadden",
    "plural": "hebben hadden",
    "modal": "kan kunnen kon konden moet moeten moest mag mogen wil willen wilde wilden zou zouden zal zullen",
    "negation": "niet geen nooit niemand noch niets nergens",
    "adverb": """
        ook daarnaast bovendien daarna dan toen opnieuw weer nog al reeds nu pas slechts eerst later eerder hier daar echter
        inmiddels intussen verder zelf zich er hem haar hen hun ons mij me officieel uitdrukkelijk tevens onlangs alleen daarbij
        erbij
    """,
    "determiner": """
        de het een dit deze elk elke ieder iedere enkele veel vele sommige alle beide zijn ons onze andere ander meerdere
    """,
    "number": """
        twee drie vier vijf zes zeven acht negen tien elf twaalf twintig honderd meerdere enkele veel sommige tientallen beide
    """,
    "person_pronoun": "hij zij ze",
    "relative": "die wie wiens",
    "conjunction": "en of",
    "break": "dat of omdat terwijl zoals als toen hoewel zodat want maar nadat voordat sinds waar waarom wat hoe wanneer dus",
    "complement": "dat of",
    "what": "wat",
    "reflexive": "zich",
    "preposition": """
        van in op aan uit bij met naar voor na over onder door tegen zonder om tot sinds tussen naast achter wegens tijdens
        volgens rond namens binnen te
    """,
    "about": "over tegen wegens",
    "agent": "door",
    "addressee": "tegen aan",
    "time": """
        maandag dinsdag woensdag donderdag vrijdag zaterdag zondag januari februari maart april mei juni juli augustus september
        oktober november december ochtend middag avond nacht week weekend maand jaar dag dagen gisteren vandaag morgen
        maandagavond vrijdagavond maandagochtend donderdagavond
    """,
    "person": _PERSONS,
    "people": _PEOPLE,
    "body": _BODIES,
    "outlet": _OUTLETS,
    "document": _DOCUMENTS,
    "unnamed": "bron bronnen insider insiders",
    "unnamed_mark": "anonieme anoniem onbekende",
    "claims": """
        beschuldiging beschuldigingen verwijt verwijten gerucht geruchten bericht berichten bewering beweringen kritiek
        verdenking cijfers speculaties aantijging aantijgingen
    """,
    "no_label": "de het een hoe waarom wat wie wanneer waar welke zo deze dit daarom in dit",
    "seat": "kremlin pentagon vaticaan",
}
_ENDINGS: Mapping[str, WordClass] = {
    "minister": "person", "woordvoerder": "person", "woordvoerster": "person", "voorzitter": "person",
    "leider": "person", "directeur": "person", "advocaat": "person", "deskundige": "person", "deskundigen": "people",
    "onderzoeker": "person", "ministerie": "body", "dienst": "body", "bedrijf": "body", "bond": "body",
    "partij": "body", "raad": "body", "commissie": "body", "bureau": "body", "bank": "body", "organisatie": "body",
    "krant": "outlet", "zender": "outlet", "omroep": "outlet", "onderzoek": "document", "rapport": "document",
    "bronnen": "unnamed",
}  # fmt: skip
"""The last parts of compounds."""
_ACCORDING = re.compile(r"volgens(?! mij| ons| plan)\b", _I)
_CITING = re.compile(r"(?:op gezag van|onder verwijzing naar|citeert|citeren)\b", _I)
_IS_SAID = re.compile(r"(?:naar verluidt|naar eigen zeggen(?!\w)|er gaan geruchten dat)\b", _I)
ATTRIBUTION = AttributionRules(
    verbs=VERBS,
    phrases=(
        PhraseCue(
            "declined",
            words(
                "wil wilde wilden willen kon konden weigert weigerde weigerden weigeren reageert reageerde reageerden gaf gaven"
                " geeft geven was waren"
            ),
            DECLINED,
        ),
        PhraseCue("reported", words("op onder citeert citeren"), _CITING, "after", relays=True),
        PhraseCue("reported", frozenset({"volgens"}), _ACCORDING, "after"),
        PhraseCue("said", frozenset({"aldus"}), re.compile(r"aldus\b", _I), "after"),
        PhraseCue("reported", words("naar er"), _IS_SAID, "nobody"),
    ),
    words={**{name: words(text) for name, text in WORDS.items()}, "person": with_plurals(_PERSONS, DUTCH)},
    endings=_ENDINGS,
    abbreviations=words("dhr mevr mr dr prof ir drs enz bijv nr art jan feb mrt apr aug sept okt nov dec mln mld ca"),
    anonymity=ANONYMITY,
    joint=re.compile(r"\bgezamenlijke verklaring\b", _I),
    condition=CONDITION,
    plural=("en", "s"),
    unnamed=words("anoniem anonieme bronnen insiders"),
    grammar=Grammar(inverts=True, has_brackets=True),
    dependents=NOTHING,
)
