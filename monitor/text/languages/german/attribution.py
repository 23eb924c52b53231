"""How German shows who says something. Every repetition in a pattern has a bound."""

import re
from collections.abc import Mapping

from monitor.text.languages.attribution import AttributionRules, Grammar, PhraseCue, WordClass, words
from monitor.text.languages.german.cases import judge_case
from monitor.text.languages.german.verbs import VERBS

_I = re.IGNORECASE
DECLINED = re.compile(
    r"(?:(?:wollte|wollten|will|wollen|möchte|mochte|konnte|konnten|äußerte"
    r"|äußerten) sich (?:[\w-]{1,30} ){0,6}?(?:nicht|zunächst"
    r" nicht)(?: (?:äußern|dazu|zu (?:dem|den|der)))?"
    r"|(?:wollte|wollten|will) (?:[\w-]{1,30} ){0,5}?(?:nicht (?:kommentieren|bestätigen|Stellung nehmen)"
    r"|keine (?:Stellungnahme|Angaben)"
    r"|keinen Kommentar)"
    r"|(?:lehnte|lehnten|lehnt) (?:[\w-]{1,30} ){0,5}?(?:Stellungnahme|Kommentar|Auskunft) (?:dazu )?ab"
    r"|(?:antwortete|antworteten|reagierte|reagierten) (?:[\w-]{1,30} ){0,4}?nicht"
    r"|(?:machte|machten|gab|gaben) (?:[\w-]{1,30} ){0,3}?(?:keine (?:Angaben|Stellungnahme|Auskunft)|keinen Kommentar)"
    r"|war(?:en)? (?:[\w-]{1,30} ){0,3}?nicht (?:zu erreichen|erreichbar))\b",
    _I,
)
ANONYMITY = re.compile(
    r"\b(?:anonym|Anonymität|nicht (?:namentlich )?genannt|ungenannt|nicht (?:namentlich )?zitiert|seinen Namen nicht)\b", _I
)
CONDITION = re.compile(r"\b(?:wenn|falls|sofern|bevor|ob|ohne dass|sobald|solange)\s(?:[\w-]{1,30}\s){0,5}$", _I)
_PERSONS = """
    minister ministerin präsident präsidentin kanzler kanzlerin premier gouverneur gouverneurin bürgermeister bürgermeisterin
    sekretär sekretärin botschafter botschafterin senator senatorin abgeordneter abgeordnete chef chefin leiter leiterin
    direktor direktorin sprecher sprecherin vorsitzender vorsitzende geschäftsführer geschäftsführerin general admiral oberst
    kommandeur kommissar kommissarin staatsanwalt staatsanwältin richter richterin anwalt anwältin rechtsanwalt rat rätin
    forscher forscherin wissenschaftler wissenschaftlerin arzt ärztin professor professorin ökonom ökonomin analyst analystin
    experte expertin aktivist aktivistin kandidat kandidatin könig königin prinz prinzessin papst bischof bischöfin pfarrer
    imam rabbiner zeuge zeugin augenzeuge anwohner anwohnerin bewohner nachbar nachbarin landwirt fahrer mitarbeiter
    mitarbeiterin lehrer lehrerin student studentin schüler vater mutter bruder schwester sohn tochter frau mann witwe freund
    freundin trainer trainerin manager managerin spieler spielerin kapitän stürmer torwart schauspieler schauspielerin sänger
    sängerin autor autorin schriftsteller historiker historikerin journalist journalistin reporter korrespondent redakteur
    gesandter unterhändler vermittler opfer patient wähler politiker politikerin vize beamter beamte beamtin soldat soldatin
    polizist polizistin beauftragter beauftragte landrat landrätin vorstand meteorologe geologe seismologe virologe beraterin
    berater gründer gründerin unternehmer händler patriarch staatschef regierungschef
"""
_PEOPLE = """
    experten diplomat diplomaten behörden analysten forscher wissenschaftler augenzeugen zeugen anwohner beobachter beamten
    politiker ökonomen ärzte fachleute offizielle mediziner
"""
_BODIES = """
    ministerium regierung verwaltung präsidium präsidentschaft kanzleramt parlament bundestag bundesrat landtag senat kongress
    gericht gerichtshof rat kommission ausschuss behörde amt büro dienst polizei armee bundeswehr militär streitkräfte marine
    stadt gemeinde kreis landkreis land staat unternehmen firma konzern gesellschaft hersteller bank gewerkschaft union verband
    vereinigung stiftung institut universität schule klinik klinikum krankenhaus partei opposition verein klub liga kirche
    botschaft konsulat mission betreiber flughafen bahn sternwarte zentrum labor organisation hilfsorganisation allianz
    koalition front bewegung miliz rebellen börse kammer akademie staatsanwaltschaft bundesanwaltschaft justiz feuerwehr
    fraktion vatikan kreml pentagon weiße gewerkschaften unternehmen behörden parteien verbände veranstalter ermittler kritiker
    gegner anhänger eltern angehörige lehrer landwirte bauern retter kreisen regierungskreisen zentrale leitung direktion
    aufsicht wetterdienst katastrophenschutz netzagentur kartellamt krankenkasse aktivisten studenten demonstranten anwälte
    richter minister staaten länder kommunen rathaus helfer team mannschaft bundesbank notenbank zentralbank
"""
_OUTLETS = """
    zeitung blatt magazin sender rundfunk fernsehen radio presse medien agentur nachrichtenagentur portal zeitungen
    wochenzeitung
    nachrichtenportal boulevardblatt tageszeitung medienbericht fernsehsender
"""
_DOCUMENTS = """
    bericht berichte studie studien umfrage umfragen mitteilung pressemitteilung erklärung stellungnahme brief schreiben notiz
    dokument dokumente unterlagen analyse untersuchung klage beitrag artikel buch aussage daten zahlen bilanz gutachten urteil
    statistik medienberichte medienberichten
"""
_TIMES = """
    montag dienstag mittwoch donnerstag freitag samstag sonntag sonnabend januar februar märz april mai juni juli
    august september
    oktober november dezember morgen mittag nachmittag abend nacht woche wochenende monat jahr tag tage gestern heute
    vormittag montagmorgen montagabend mittwochabend freitagabend sonntagabend kürzlich zuletzt
"""
WORDS: Mapping[WordClass, str] = {
    "be": "ist sind war waren sei seien wäre wird werden wurde wurden worden gewesen",
    "auxiliary": "hat haben hatte hatten habe",
    "modal": """
        kann können konnte konnten könnte könnten muss müssen musste sollte sollten soll sollen will wollen wollte wollten
        würde würden darf dürfen dürfte möchte möchten
    """,
    "negation": "nicht kein keine keiner keinen keinem nie niemand niemals weder noch nichts",
    "adverb": """
        man auch zudem außerdem danach dann erneut wieder noch bereits schon jetzt nun nur bald erst später früher hier dort
        allerdings jedoch dagegen hingegen inzwischen unterdessen zunächst weiter selbst sich dazu daraufhin demnach deshalb
        schließlich ebenfalls indes offiziell ausdrücklich umgehend es ihm ihr ihnen uns mir ferner darüber dabei
    """,
    "determiner": """
        der die das des dem den ein eine einer eines einem einen dieser diese dieses jeder jede jedes mehrere einige viele
        zahlreiche manche alle beide sein seine seiner ihr ihre ihrer unser unsere andere
    """,
    "genitive": "des der eines einer seines ihres dieses",
    "oblique": "den dem einem einen diesem diesen seinem seinen ihrem ihren",
    "number": "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf zwanzig hundert mehrere einige viele zahlreiche beide",
    "person_pronoun": "er sie",
    "relative": "welche welcher welches dessen deren",
    "conjunction": "und oder sowie",
    "break": """
        dass ob weil da während als wie wenn falls obwohl damit denn aber sondern nachdem bevor seit wo warum so demnach was
    """,
    "complement": "dass ob",
    "preposition": """
        von vom zu zum zur in im an am auf aus bei beim mit nach vor für über unter durch gegen ohne um bis seit zwischen neben
        hinter wegen trotz während laut gegenüber
    """,
    "agent": "von vom durch",
    "addressee": "gegenüber zu",
    "within": "in im gegenüber",
    "reflexive": "sich",
    "what": "was",
    "about": "über wegen gegen nach",
    "plural": "haben hatten",
    "time": _TIMES,
    "person": _PERSONS,
    "people": _PEOPLE,
    "body": _BODIES,
    "outlet": _OUTLETS,
    "document": _DOCUMENTS,
    "unnamed": """
        insider insidern kreise kreisen regierungskreise regierungskreisen personen sicherheitskreise
        sicherheitskreisen
    """,
    "apposition": """
        konzern konzerns gruppe unternehmen unternehmens firma bank notenbank verlag verlags sender senders agentur
        nachrichtenagentur zeitung magazin organisation bewegung miliz partei bündnis allianz gewerkschaft
    """,
    "unnamed_mark": "anonyme anonymer anonymen ungenannte ungenannter",
    "claims": """
        vorwurf vorwürfe vorwürfen anschuldigung anschuldigungen gerücht gerüchte bericht berichte berichten behauptung
        behauptungen kritik darstellung darstellungen angaben zahlen verdacht spekulationen aussage aussagen
    """,
    "definite": "der die das den dem diese diesen dieser",
    "whole": "alles ganze sache das dies",
    "no_label": "der die das ein eine wie warum was wer wann wo welche so diese dieser darum deshalb im in",
}
_ENDINGS: Mapping[str, WordClass] = {
    "sprecher": "person", "sprecherin": "person", "minister": "person", "ministerin": "person", "präsident": "person",
    "präsidentin": "person", "kanzler": "person", "chef": "person", "chefin": "person", "leiter": "person",
    "leiterin": "person", "meister": "person", "meisterin": "person", "anwalt": "person", "anwältin": "person",
    "sekretär": "person", "sekretärin": "person", "forscher": "person", "experte": "person", "expertin": "person",
    "beauftragte": "person", "beauftragter": "person", "vorsitzende": "person", "vorsitzender": "person",
    "experten": "people", "politiker": "person", "trainer": "person", "direktor": "person", "direktorin": "person",
    "ministerium": "body", "ministeriums": "body", "behörde": "body", "behörden": "body", "amt": "body", "verband": "body",
    "gericht": "body", "gerichtshof": "body", "regierung": "body", "polizei": "body", "partei": "body", "konzern": "body",
    "unternehmen": "body", "hersteller": "body", "betreiber": "body", "gewerkschaft": "body", "verwaltung": "body",
    "anwaltschaft": "body", "institut": "body", "organisation": "body", "gesellschaft": "body", "kommission": "body",
    "ausschuss": "body", "fraktion": "body", "universität": "body", "klinik": "body", "bank": "body", "wehr": "body",
    "verein": "body", "stiftung": "body", "bund": "body",
    "zeitung": "outlet", "sender": "outlet", "agentur": "outlet", "magazin": "outlet", "blatt": "outlet",
    "vertreter": "person", "vertreterin": "person", "führung": "body", "leitung": "body", "kräfte": "people",
    "kreise": "unnamed", "kreisen": "unnamed", "studie": "document", "umfrage": "document",
}  # fmt: skip
"""The last parts of compounds."""
_ACCORDING = re.compile(
    r"(?:nach (?:(?:eigenen|ersten|offiziellen|übereinstimmenden|neuen|jüngsten) )?(?:Angaben|Informationen"
    r"|Einschätzung|Ansicht"
    r"|Darstellung|Auffassung|Überzeugung|Meinung|Aussage|Aussagen|Worten)(?: von| aus)?|laut)\b(?! (?:eigenen|Gesetz|und))",
    _I,
)
_SO = re.compile(r"(?i:so)(?= (?:der|die|das|ein|eine) [\w-]{0,40}| [A-ZÄÖÜ])")
_ZUFOLGE = re.compile(r"(?:(?:Angaben )?zufolge)\b", _I)
_CITING = re.compile(r"(?:unter Berufung auf|berief(?:en)? sich auf|beruft sich auf|berufen sich auf|zitiert(?:e|en)?)\b", _I)
_CIRCLES = re.compile(
    r"(?i:aus|in)(?= (?:dem |der |den )?[\w-]{0,30}(?:[Kk]reisen|ministerium|Kreml|umfeld)\b.{0,40}?\bhieß es)"
)
_SAYS = re.compile(
    r"(?:hieß|heißt) es (?:am [\w]{5,12} )?(?:aus|von|bei|beim|in|seitens)(?= (?:der |dem |den |einer? )?(?-i:[A-ZÄÖÜ]))", _I
)
_IS_SAID = re.compile(
    r"(?:man (?:sagt|munkelt|erzählt)(?=,)|wie (?:berichtet|mitgeteilt|gemeldet|bekannt) (?:wird|wurde)"
    r"|es (?:heißt|hieß)(?=,)|(?:heißt|hieß) es|angeblich|dem Vernehmen nach"
    r"|(?:den|offiziellen|ersten|bisherigen|übereinstimmenden) Angaben zufolge)\b",
    _I,
)
ATTRIBUTION = AttributionRules(
    verbs=VERBS,
    phrases=(
        PhraseCue(
            "declined",
            words(
                "wollte wollten will wollen möchte mochte konnte konnten äußerte äußerten"
                " lehnte lehnten lehnt antwortete antworteten"
                " reagierte reagierten machte machten gab gaben war waren"
            ),
            DECLINED,
        ),
        PhraseCue(
            "reported", words("unter berief beriefen beruft berufen zitiert zitierte zitierten"), _CITING, "after", relays=True
        ),
        PhraseCue("reported", frozenset({"aus", "in"}), _CIRCLES, "after"),
        PhraseCue("reported", frozenset({"hieß", "heißt"}), _SAYS, "after"),
        PhraseCue(
            "reported",
            words("man wie es heißt hieß angeblich dem den offiziellen ersten bisherigen übereinstimmenden"),
            _IS_SAID,
            "nobody",
        ),
        PhraseCue("reported", frozenset({"nach", "laut"}), _ACCORDING, "after"),
        PhraseCue("said", frozenset({"so"}), _SO, "after"),
        PhraseCue("reported", frozenset({"zufolge", "angaben"}), _ZUFOLGE),
    ),
    words={name: words(text) for name, text in WORDS.items()},
    endings=_ENDINGS,
    abbreviations=words(
        "dr prof nr bzw ca usw z.b d.h u.a st str abs art jan feb mrz apr aug sept okt nov dez mio mrd inkl vgl"
    )
    | frozenset(map(str, range(1, 32))),
    anonymity=ANONYMITY,
    joint=re.compile(r"\bgemeinsame[nr]? (?:Erklärung|Mitteilung|Stellungnahme)\b", _I),
    condition=CONDITION,
    owner=re.compile("(?<=[sxzß])['’]$"),
    plural=("en",),
    unnamed=words("anonyme anonymer anonymen ungenannte ungenannter ungenannten insider insidern kreise kreisen"),
    grammar=Grammar(inverts=True, has_brackets=True, capitalises_nouns=True),
    case=judge_case,
)
