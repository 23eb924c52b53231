"""How Polish shows who says something. Every repetition in a pattern has a bound."""

import re
from collections.abc import Mapping

from monitor.text.languages.attribution import AttributionRules, Grammar, PhraseCue, WordClass, words
from monitor.text.languages.polish.declension import CASES, cases
from monitor.text.languages.polish.verbs import VERBS
from monitor.text.languages.slavic import word_classes

_I = re.IGNORECASE
DECLINED = re.compile(
    r"(?:odm(?:ówił|ówiła|ówiło|ówili|ówiły|awia|awiają) (?:komentarz|odpowiedzi|udzielenia|podania|skomentowania)\w{0,2}"
    r"|nie (?:skomentował|komentuj|odpowiedzia?ł?e?l?|chcia?ł?e?l?)\w{0,3}"
    r"(?: (?:na (?:pytani|prośb)\w{1,3}|komentować|odpowiadać|odpowiedzieć|udzielić|potwierdzić))?)(?!\w)",
    _I,
)
ANONYMITY = re.compile(
    r"\b(?:anonimow\w{1,4}|anonimowości|nie(?:ujawnion|wymienion)\w{1,3}|zastrzegł\w{0,2} anonimowość)\b", _I
)
CONDITION = re.compile(r"\b(?:jeśli|jeżeli|gdyby|zanim|żeby|aby|czy|dopóki)\s(?:[\w-]{1,30}\s){0,3}$", _I)
_PERSONS = """
    minister ministra prezydent premier kanclerz gubernator burmistrz sekretarz ambasador senator poseł posłanka szef szefowa
    przewodniczący przewodnicząca dyrektor dyrektorka prezes prezeska rzecznik rzeczniczka przedstawiciel przedstawicielka
    wicepremier wiceminister generał admirał pułkownik kapitan dowódca komisarz komendant prokurator sędzia adwokat prawnik
    doradca asystent pełnomocnik badacz badaczka naukowiec lekarz lekarka profesor ekonomista ekonomistka analityk ekspert
    ekspertka specjalista aktywista aktywistka kandydat kandydatka król królowa książę patriarcha papież biskup arcybiskup
    ksiądz świadek mieszkaniec sąsiad rolnik kierowca robotnik pracownik nauczyciel nauczycielka student ojciec matka brat
    siostra syn córka żona mąż wdowa przyjaciel trener zawodnik piłkarz bramkarz aktor aktorka piosenkarz pisarz historyk
    autor autorka dziennikarz dziennikarka korespondent negocjator mediator wolontariusz pacjent wyborca żołnierz policjant
    strażak ratownik urzędnik założyciel właściciel przedsiębiorca dyplomata marszałek wojewoda starosta wójt lider liderka
    polityk radny rabin imam człowiek mężczyzna kobieta
"""
_PEOPLE = """
    urzędnicy dyplomaci oficerowie analitycy eksperci posłowie senatorowie świadkowie mieszkańcy obserwatorzy śledczy lekarze
    naukowcy ekonomiści specjaliści politycy rozmówcy ekspertów świadków mieszkańców analityków urzędników dyplomatów
"""
_BODIES = """
    ministerstwo rząd administracja parlament sejm senat kongres sąd trybunał rada komisja komitet urząd agencja służba policja
    armia flota wojsko prokuratura miasto gmina powiat województwo region państwo kraj firma spółka koncern grupa korporacja
    bank związek stowarzyszenie federacja fundacja instytut uniwersytet szkoła szpital partia opozycja sztab klub liga kościół
    ambasada konsulat misja regulator operator lotnisko centrum laboratorium organizacja koalicja front ruch giełda izba
    akademia kancelaria resort ratusz pałac episkopat straż koleje kuratorium inspektorat inspekcja msz mswia mon nbp nik cba
    abw gus pis sanepid pogotowie dyrekcja delegacja władze
"""
_OUTLETS = """
    gazeta dziennik tygodnik magazyn stacja telewizja radio portal tabloid agencja media prasa serwis
"""
_DOCUMENTS = """
    raport badanie sondaż oświadczenie komunikat list dokument analiza śledztwo skarga pozew wpis artykuł książka dane
    statystyki publikacja materiał sprawozdanie
"""
_UNNAMED = "źródło informator rozmówca"
_INDECLINABLE = words("media radio dane statystyki władze msz mswia mon nbp nik cba abw gus pis")
WORDS: Mapping[WordClass, str] = {
    "be": "jest są był była było byli były będzie będą został została zostało zostali zostały zostanie",
    "modal": "może mogą mógł mogła mogli powinien powinna powinni ma mają musi muszą by chce chcą chciał chciała",
    "negation": "nie nikt nic nigdy ani żaden żadna żadne",
    "adverb": """
        także też również potem jeszcze już znowu ponownie tylko tu tam teraz jednak oficjalnie dziennikarzom mu jej im nam mi
        razem osobno wprost publicznie krótko szczegółowo ponadto następnie
    """,
    "determiner": """
        ten ta to ci te tego tej każdy każda cały cała swój swoja nasz nasza inny inna inni inne pewien pewna niektóre jeden
        jedna jedno
    """,
    "number": """
        dwa dwie dwaj dwóch trzy trzej trzech cztery pięć sześć siedem osiem dziewięć dziesięć kilka kilku niektórzy wielu wiele
        obaj obie szereg większość
    """,
    "person_pronoun": "on ona",
    "group_pronoun": "oni one",
    "relative": "który która które którzy",
    "conjunction": "i oraz lub albo",
    "break": "że ale a jak gdy kiedy gdzie jeśli jeżeli choć żeby aby ponieważ bo więc zatem natomiast czy niż",
    "complement": "że iż",
    "preposition": """
        w we na z ze od do dla po przy o u ku za nad pod przez bez między przed przeciw wśród wobec według obok zamiast podczas
    """,
    "agent": "przez",
    "setting": "w na",
    "about": "o za",
    "reflexive": "się siebie",
    "what": "to",
    "time": """
        poniedziałek wtorek środę środa czwartek piątek sobotę sobota niedzielę niedziela stycznia lutego marca kwietnia maja
        czerwca lipca sierpnia września października listopada grudnia rano wieczorem nocy tygodniu tydzień miesiącu miesiąc
        roku rok dnia dzień wczoraj dziś dzisiaj jutro niedawno wcześniej później
    """,
    "people": _PEOPLE,
    "unnamed_mark": "anonimowy anonimowa anonimowe anonimowi nieujawniony",
    "claims": """
        oskarżenie oskarżenia oskarżeń zarzut zarzuty zarzutów doniesienia plotki informacje twierdzenia dane krytykę
        podejrzenia przypuszczenia
    """,
    "no_label": "jak dlaczego co kto gdzie kiedy jaki jaka jakie ile po czym czy",
    "seat": "kreml pentagon watykan",
}
_NOUNS: Mapping[WordClass, str] = {
    "person": _PERSONS,
    "body": _BODIES,
    "outlet": _OUTLETS,
    "document": _DOCUMENTS,
    "unnamed": f"{_UNNAMED} źródła",
    "related": """
        doradca przedstawiciel przedstawicielka rzecznik rzeczniczka adwokat żona mąż syn córka brat siostra przyjaciel asystent
        pełnomocnik
    """,
}
_ACCORDING = re.compile(
    r"(?:(?:zdaniem|według)(?: (?:danych|informacji|ustaleń|relacji))?|w (?:ocenie|opinii)|z (?:danych|informacji|relacji)"
    r"|jak wynika z (?:danych|informacji|raportu))\b",
    _I,
)
_CITING = re.compile(
    r"(?:powołując się na|powołuje się na|powołują się na|powołał się na|powołała się na|cytując|cytuje)\b", _I
)
_PASSIVE = """
    powiedziano podano poinformowano przekazano ogłoszono zapowiedziano doniesiono napisano stwierdzono oświadczono dodano
"""
_IS_STATED = re.compile(
    r"(?:(?:powiedzian|podan|poinformowan|przekazan|ogłoszon|zapowiedzian|doniesion|napisan|stwierdzon|oświadczon|dodan)o(?=,)"
    r"|mówi się(?=, że)|jak (?:podano|poinformowano|się mówi)|podobno\b|rzekomo\b|ponoć\b)",
    _I,
)


ATTRIBUTION = AttributionRules(
    verbs=VERBS,
    phrases=(
        PhraseCue("declined", words("odmówił odmówiła odmówiło odmówili odmówiły odmawia odmawiają nie"), DECLINED),
        PhraseCue("reported", words(f"{_PASSIVE} mówi jak podobno rzekomo ponoć"), _IS_STATED, "nobody"),
        PhraseCue("reported", words("według zdaniem w z jak"), _ACCORDING, "after"),
        PhraseCue(
            "reported", words("powołując powołuje powołują powołał powołała cytując cytuje"), _CITING, "after", relays=True
        ),
    ),
    words=word_classes(WORDS, _NOUNS, _INDECLINABLE, cases),
    endings={"olog": "person", "olodzy": "people", "ący": "participle", "ąca": "participle", "ące": "participle"},
    abbreviations=words("r rr tys mln mld zł ul im np itd itp prof dr hab ks gen płk kpt św pkt art proc min"),
    anonymity=ANONYMITY,
    joint=re.compile(r"\bwspóln(?:e|ym) (?:oświadczeni|komunika)\w{1,3}", _I),
    condition=CONDITION,
    plural=("y", "i", "owie"),
    unnamed=words("anonimowy anonimowa anonimowe anonimowi zrodla"),
    grammar=Grammar(inverts=True, head_first=True, has_articles=False),
    case=CASES,
    dependents=re.compile(r"(?:[yiuaąę]|ów|ego|ej|[yi]ch|[yi]mi|[ae]mi|ami|em|owi)$"),
)
