"""German words for numbers, days and steps."""

from monitor.text.languages.calendar import CalendarWords
from monitor.text.languages.developments import DevelopmentWords, counted, step_words, units, words

_SMALL = "null eins zwei drei vier funf sechs sieben acht neun zehn elf zwolf"
_TENS = "zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig"
_ORDINALS = "funft sechst siebt acht neunt zehnt elft zwolft"
_UNITS = ["ein", *_SMALL.split()[2:10]]
NUMBERS = {
    **counted(_SMALL),
    **counted("dreizehn vierzehn funfzehn sechzehn siebzehn achtzehn neunzehn", first=13),
    **counted(_TENS, first=2, step=10.0),
    **{f"{unit}und{ten}": 10.0 * tens + one for tens, ten in enumerate(_TENS.split(), 2) for one, unit in enumerate(_UNITS, 1)},
    **{f"{unit}hundert": 100.0 * one for one, unit in enumerate(_UNITS, 1)},
    **{f"{unit}tausend": 1000.0 * one for one, unit in enumerate(_UNITS, 1)},
    "hundert": 100.0, "tausend": 1000.0, "dutzend": 12.0, "anderthalb": 1.5, "eineinhalb": 1.5, "zweieinhalb": 2.5,
    "zweier": 2.0, "dreier": 3.0, "vierer": 4.0, "jahrzehnt": 10.0,
}  # fmt: skip
CALENDAR = CalendarWords(
    weekdays={
        "montag": 0, "dienstag": 1, "mittwoch": 2, "donnerstag": 3, "freitag": 4, "samstag": 5, "sonnabend": 5, "sonntag": 6,
    },
    months={
        "januar": 1, "janner": 1, "februar": 2, "marz": 3, "april": 4, "mai": 5, "juni": 6, "juli": 7, "august": 8,
        "september": 9, "oktober": 10, "november": 11, "dezember": 12,
    },
    relative={"heute": 0, "gestern": -1, "vorgestern": -2, "morgen": 1},
)  # fmt: skip
DEVELOPMENTS = DevelopmentWords(
    numbers=NUMBERS,
    multipliers={"hundert": 100.0, "tausend": 1e3, "million": 1e6, "millionen": 1e6, "mio": 1e6, "milliarde": 1e9,
                 "milliarden": 1e9, "mrd": 1e9, "billion": 1e12, "billionen": 1e12, "dutzend": 12.0},
    fractions={"halb": 0.5, "halbe": 0.5, "halben": 0.5, "halfte": 0.5, "drittel": 1 / 3, "viertel": 0.25, "vierte": 0.25,
               "funftel": 0.2, "sechstel": 1 / 6, "achtel": 0.125, "zehntel": 0.1, "zwanzigstel": 0.05},
    ordinals={
        stem + ending: float(value)
        for value, stem in enumerate(_ORDINALS.split(), 5)
        for ending in ("e", "en", "er", "es", "em")
    },
    out_of=words("von"),
    decimal=",",
    units={"grad fahrenheit": ("f", 1.0)}
    | {f"kanadische{ending} dollar": ("$CAD", 1.0) for ending in ("", "r", "n")}
    | {f"australische{ending} dollar": ("$AUD", 1.0) for ending in ("", "r", "n")}
    | {f"schwedische{ending} kronen": ("$SEK", 1.0) for ending in ("", "r", "n")}
    | {f"danische{ending} kronen": ("$DKK", 1.0) for ending in ("", "r", "n")}
    | {f"norwegische{ending} kronen": ("$NOK", 1.0) for ending in ("", "r", "n")}
    | units(
        {
            "%": {1.0: "% prozent prozentpunkte"},
            "$": {1.0: "kronen", 0.01: "cent"},
            "$EUR": {1.0: "€ euro euros"},
            "$USD": {1.0: "$ dollar"},
            "$GBP": {1.0: "£ pfund"},
            "$CHF": {1.0: "franken"},
            "$JPY": {1.0: "yen"},
            "$RUB": {1.0: "rubel"},
            "m": {0.001: "millimeter mm", 0.01: "zentimeter cm", 1.0: "meter metern",
                  1000.0: "kilometer kilometern km stundenkilometer stundenkilometern kmh", 1609.34: "meile meilen",
                  0.3048: "fuss", 0.0254: "zoll", 1852.0: "seemeile seemeilen knoten", 0.9144: "yard yards"},
            "m2": {1.0: "quadratmeter quadratmetern", 10_000.0: "hektar", 4046.86: "acre acres",
                   1e6: "quadratkilometer quadratkilometern"},
            "kg": {0.001: "gramm", 1.0: "kilo kilogramm kg", 1000.0: "tonne tonnen",
                   0.02835: "unze unzen"},
            "w": {1e3: "kilowatt kw", 1e6: "megawatt mw", 1e9: "gigawatt gw"},
            "l": {1.0: "liter litern", 100.0: "hektoliter hektolitern", 3.785: "gallone gallonen", 159.0: "barrel"},
            "c": {1.0: "celsius grad"},
            "f": {1.0: "fahrenheit"},
            "d": {1 / 1440: "minute minuten", 1 / 86400: "sekunde sekunden", 1 / 24: "stunde stunden", 1.0: "tag tage tagen",
                  7.0: "woche wochen", 30.4: "monat monate monaten",
                  365.0: "jahr jahre jahren", 3652.0: "jahrzehnte jahrzehnten"},
        }
    ),
    other_units={"pfund": ("kg", 0.5)},
    articles=words("ein eine einen einem einer"),
    negative=words("minus"),
    between=words("quadrat"),
    about=words("etwa rund ungefahr circa ca zirka gut knapp fast nahezu beinahe um gegen"),
    above=words("uber mehr mindestens gut"),
    below=words("unter knapp fast nahezu beinahe hochstens bis") | {"nicht ganz"},
    distance=words(
        "vor seit nach binnen innerhalb letzten vergangenen nachsten kommenden spater zuvor her in"
    ),
    ages=words("jahrige jahriger jahrigen alt"),
    hour_cues=words("um"),
    ranges=words("oder bis und"),
    before_hours=words("vor nach"),
    before_minutes=words("uhr"),
    levels=words(
        "liegt lag stieg stiegen steigt fiel fielen fallt sank sanken sinkt erhoht erhohte erhohten wuchs wuchsen wachst zahl "
        "kletterte klettert schrumpfte gestiegen gesunken"
    ),
    clock=words("uhr"),
    calendar=CALENDAR,
    steps=step_words(__package__),
    planned=words(
        "will wollen wollte wollten soll sollen sollte sollten wird werden wurde kann konnte konnten konnen muss mussen "
        "mochte mochten plant planen geplant erwartet droht drohen falls wenn ob zu um darf"
    )
    - words("wurde"),
    earlier=words("hatte hatten war waren"),
    not_done=words("nicht kein keine keinen keiner keinem nie niemals niemand niemanden ohne weder"),
    done_endings=("gen", "ssen", "hnt"),
    done=words(
        "festgenommen verhaftet gefasst befreit gerettet verurteilt freigesprochen abgelehnt genehmigt verboten gestorben "
        "ernannt gewahlt eroffnet zuruckgetreten gefunden abgesagt getotet gestoppt gebilligt angeklagt gekundigt verkauft "
        "gekauft"
    ),
    preterites=words(
        "starb starben erlag erlagen kam kamen nahm nahmen trat traten brach brachen stahl stahlen fand fanden gab "
        "gaben schlug schlugen stieg stiegen fiel fielen sank sanken begann begannen gewann gewannen verlor verloren "
        "verliess verliessen entschied entschieden beschloss beschlossen unterschrieb unterschrieben zog zogen hob "
        "hoben schoss schossen ging gingen floh flohen bestritt bestritten wies wiesen widersprach rief riefen verbot "
        "verboten erschoss gestand schloss schlossen entkam entkamen ertrank ertranken ubernahm sprach sprachen lief "
        "liefen stand standen"
    ),
    done_after=words("hat haben ist sind wurde wurden worden"),
    analysts=words(
        "analyst analystin analysten okonom okonomin okonomen experte expertin experten "
        "kommentator beobachter politologe politologin volkswirt "
    ),
    self=words("ich mein meine meiner"),
    address=words("wir uns unser unsere unseren euch euer"),
    background=words("gegrundet normalerweise gewohnlich ublicherweise weltweit jahrhundert traditionell jahrlich"),
    explainers=words("wie warum wieso was wer wo wann welche erklart faktencheck hintergrund uberblick portrat"),
    columns=words("kommentar leitartikel meinung analyse kolumne gastbeitrag glosse"),
    moods=words("wut zorn trauer emporung entsetzen jubel freude reaktion reaktionen kritik"),
    opinions=words(
        "furchtet furchten hofft hoffen erinnert erinnern lobt loben begrusst begrussen kritisiert kritisieren bedauert "
        "bedauern glaubt glauben denkt denken meint meinen sagt sagen sagte klagt klagen lacht seufzt seufzen nennt nennen "
        "nannte findet finden halt halten warnt schwarmt freut argert antwortet froh traurig wutend stolz enttauscht entsetzt"
    ),
    labels=words("phase stufe kapitel artikel paragraf kategorie typ klasse tor route version band"),
    others=words("andere anderen weitere"),
    rank_endings=words("er"),
    each=words("jede jeder jedes jeden jedem"),
    now=words("jetzt nun inzwischen mittlerweile"),
    rejections=words(
        "unwahr falsch erfunden erfindung erfindungen unwahrheit haltlos unbegrundet unsinn quatsch luge verleumdung gerede"
    )
    | {"frei erfunden", "nicht wahr"},
    corrections=words("irrtumlich irrtumlicherweise falschlich falschlicherweise verwechselt verwechslung korrigiert")
    | {"zunachst gemeldet", "zunachst berichtet", "zuerst gemeldet", "wie gemeldet"},
    in_dates=words("des"),
    years={"nachsten jahres": 1, "kommenden jahres": 1, "dieses jahres": 0},
    past=frozenset({"vergangenen jahr", "letzten jahr", "letztes jahr", "vorigen jahr", "vorjahr"}),
    ago=words("vor"),
    bylines=words("von foto fotos"),
    edits=words("veroffentlicht aktualisiert geandert erganzt korrigiert zuletzt stand"),
    itself=frozenset({"dieser artikel", "diesem artikel", "dieser bericht", "diesem bericht", "dieser text", "diesem text"}),
    capitalises_nouns=True,
)  # fmt: skip
