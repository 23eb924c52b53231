"""How Italian shows who says something. Every repetition in a pattern has a bound."""

import re
from collections.abc import Mapping

from monitor.text.languages.attribution import AttributionRules, Grammar, PhraseCue, WordClass, token_pattern, words
from monitor.text.languages.italian.verbs import VERBS
from monitor.text.languages.plurals import ITALIAN, with_plurals

_I = re.IGNORECASE
DECLINED = re.compile(
    r"(?:non (?:ha|hanno|aveva|avevano) (?:voluto|inteso) (?:commentare|rispondere|confermare"
    r"|rilasciare (?:dichiarazioni|commenti))"
    r"|non (?:ha|hanno|aveva|avevano) (?:ancora )?(?:risposto|commentato|rilasciato (?:dichiarazioni|commenti))"
    r"|non (?:commenta|commentano|risponde|rispondono) (?!che)"
    r"|(?:ha|hanno) rifiutato (?:di (?:commentare|rispondere)|ogni commento)|si (?:è rifiutat[ao]"
    r"|sono rifiutat[ie]) di (?:commentare"
    r"|rispondere)|non era raggiungibile)",
    _I,
)
ANONYMITY = re.compile(
    r"\b(?:anonimato|anonim[aoie]|non (?:essere|vuole essere|ha voluto essere) (?:identificat|nominat|citat)[aoie])\b", _I
)
CONDITION = re.compile(r"\b(?:se|qualora|prima che|senza che|affinché|purché|a meno che)\s(?:[\w-]{1,30}\s){0,3}$", _I)
_PERSONS = """
    consigliere consigliera
    ministro ministra presidente presidentessa premier cancelliere cancelliera governatore governatrice sindaco sindaca
    segretario segretaria ambasciatore ambasciatrice senatore senatrice deputato deputata leader capo direttore direttrice
    dirigente portavoce generale ammiraglio colonnello capitano comandante commissario commissaria procuratore procuratrice
    pm giudice avvocato avvocata magistrato consigliere consigliera assessore assessora ricercatore ricercatrice scienziato
    scienziata medico professore professoressa infermiere infermiera economista analista esperto esperta specialista attivista
    candidato candidata re regina principe principessa papa vescovo arcivescovo cardinale parroco prete imam rabbino testimone
    vicino abitante residente agricoltore autista operaio lavoratore dipendente insegnante studente studentessa padre madre
    fratello sorella figlio figlia marito moglie vedova amico amica allenatore allenatrice tecnico ct giocatore giocatrice
    attaccante attore attrice cantante scrittore scrittrice storico autore autrice giornalista corrispondente inviato
    negoziatore mediatore volontario superstite vittima paziente cliente elettore delegato sindacalista vicepresidente uomo
    donna ragazzo pescatore soldato pompiere poliziotto geologo meteorologo sismologo responsabile titolare imprenditore
    funzionario funzionaria numero
"""
_PEOPLE = """
    funzionari responsabili ufficiali diplomatico diplomatici autorità analisti esperti deputati senatori testimoni osservatori
    residenti abitanti
"""
_BODIES = """
    ministero governo amministrazione presidenza quirinale farnesina viminale parlamento senato camera congresso assemblea corte
    tribunale cassazione consiglio commissione comitato authority agenzia ufficio servizio polizia carabinieri esercito marina
    prefettura questura comune regione provincia dipartimento stato paese azienda società gruppo compagnia casa
    costruttore banca
    sindacato unione associazione federazione fondazione istituto università scuola ospedale partito opposizione
    campagna squadra
    club lega chiesa ambasciata consolato missione regolatore gestore operatore aeroporto osservatorio centro laboratorio
    organizzazione ong alleanza coalizione fronte movimento milizia ribelli borsa accademia procura giustizia direzione difesa
    vigili pompieri protezione sindacati aziende banche ministeri associazioni organizzatori inquirenti investigatori
    ricercatori
    scienziati medici economisti attivisti ministri poliziotti insegnanti agricoltori produttori lavoratori famiglie familiari
    parenti genitori studenti partiti governi critici magistrati giudici avvocati esecutivo delegazione
"""
_OUTLETS = """
    giornale quotidiano settimanale rivista emittente canale radio televisione stampa media giornali agenzie portale sito
    tabloid blog
"""
_DOCUMENTS = """
    rapporto rapporti studio studi sondaggio indagine comunicato lettera nota documento documenti analisi inchiesta denuncia
    messaggio articolo libro testimonianza dati numeri bilancio sentenza statistiche
"""
_TIMES = """
    lunedì martedì mercoledì giovedì venerdì sabato domenica gennaio febbraio marzo aprile maggio giugno luglio agosto settembre
    ottobre novembre dicembre mattina pomeriggio sera notte settimana mese anno giorno giorni mezzogiorno ieri oggi domani
    recentemente stamattina stamani stasera scorso scorsa
"""
WORDS: Mapping[WordClass, str] = {
    "be": "è sono era erano fu furono sarà stato stata stati state",
    "auxiliary": "ha hanno aveva avevano abbia avendo ebbe l'ha l'hanno",
    "modal": "può possono poteva potrebbe potrebbero deve devono dovrebbe vuole vogliono avrebbe avrebbero sarebbe sarebbero",
    "negation": "non mai né nessun nessuno nessuna niente nulla",
    "adverb": """
        anche inoltre poi quindi ancora già stesso solo soltanto così qui lì sempre presto prima lo gli ne ci si mi vi
        molto bene
        infine intanto successivamente ufficialmente invece
    """,
    "determiner": """
        il lo la i gli le l' un uno una un' questo questa questi queste quello quella quei quegli quelle alcuni alcune diversi
        diverse vari varie ogni tutto tutta tutti tutte suo sua suoi sue loro altro altra altri altre entrambi
    """,
    "number": """
        due tre quattro cinque sei sette otto nove dieci undici dodici venti cento alcuni alcune diversi
        diverse vari varie
    """,
    "person_pronoun": "lui lei egli ella",
    "group_pronoun": "loro essi",
    "genitive": "del della dello dei degli delle dell'",
    "relative": "cui quale quali",
    "conjunction": "e ed o",
    "break": "che ma perché mentre quando come dove se anche dopo secondo prima però poiché",
    "complement": "che",
    "preposition": """
        ad di d' del della dello dei degli delle dell' a al alla allo ai agli alle all' in nel nella nello nei negli nelle
        nell' con
        senza su sul sulla per da dal dalla dallo dai dagli dalle dall' contro tra fra sotto durante dopo secondo verso
    """,
    "agent": "da dal dalla dallo dai dagli dalle dall'",
    "reflexive": "si",
    "plural": "hanno avevano l'hanno ebbero",
    "seat": "cremlino pentagono vaticano quirinale farnesina viminale",
    "what": "quello ciò quanto",
    "about": "su sul sulla sui sulle contro",
    "within": "in nel nella a al",
    "addressee": "a al alla allo ai agli alle all'",
    "time": _TIMES,
    "person": _PERSONS,
    "people": _PEOPLE,
    "body": _BODIES,
    "outlet": _OUTLETS,
    "document": _DOCUMENTS,
    "unnamed": "fonte fonti persone",
    "unnamed_mark": "anonimo anonima anonimi anonime",
    "claims": """
        accusa accuse voce voci indiscrezioni notizia notizie affermazione affermazioni critica critiche ricostruzione ipotesi
        cifra cifre denuncia denunce addebiti sospetti
    """,
    "definite": "il lo la l' i gli le questo questa",
    "whole": "tutto tutta ciò questo questa faccenda",
    "no_label": "il lo la i gli le l' un uno una questo come cosa perché quando dove chi quale quali così in ecco quanto",
}
_CITING = re.compile(r"(?:citando|cita|citano|ha citato)\b", _I)
_ACCORDING = re.compile(
    r"(?:(?:secondo|stando a) quanto (?:\w{2,12} ){1,3}?(?:dal?|dalla|dallo|dai|dagli|dalle|dall['’](?=\w))"
    r"|secondo(?! quanto)|stando (?:a(?! quanto)|alla?|alle|ai|agli|allo|all['’](?=\w))|a (?:detta|giudizio|parere) d\w{1,4}"
    r"|per bocca di)(?:\b|(?<=['’]))",
    _I,
)
_IS_SAID = re.compile(
    r"(?:(?:(?:stando )?a|secondo) quanto (?:pare|risulta|si apprende|si dice|trapela|(?:è (?:stato )?)?(?:riferito|emerso))"
    r"|si (?:dice|apprende|racconta|sostiene|mormora|vocifera) che)\b",
    _I,
)
ATTRIBUTION = AttributionRules(
    verbs=VERBS,
    phrases=(
        PhraseCue("declined", words("non ha hanno si"), DECLINED),
        PhraseCue("reported", words("secondo stando a per"), _ACCORDING, "after"),
        PhraseCue("reported", words("si a stando secondo presumibilmente"), _IS_SAID, "nobody"),
        PhraseCue("reported", words("citando cita citano ha"), _CITING, "after", relays=True),
    ),
    words={**{name: words(text) for name, text in WORDS.items()}, "person": with_plurals(_PERSONS, ITALIAN)},
    endings={"mente": "adverb", "ista": "person", "isti": "people", "ologo": "person", "ologa": "person"},
    abbreviations=words("sig sig.ra dott dr prof avv ing on gen col sen ecc art n"),
    anonymity=ANONYMITY,
    joint=re.compile(r"\b(?:dichiarazione congiunta|comunicato congiunto|nota congiunta)\b", _I),
    condition=CONDITION,
    plural=("i",),
    unnamed=words("anonimo anonima anonimi anonime fonti"),
    token=token_pattern(
        r"(?:[DdAaNn]ell|[Dd]all|[Aa]ll|[Ss]ull|[Dd]ell|[Nn]ell|[Uu]n|[Cc]|[Dd])['’](?=[^\W\d_])",
        r"[Ll]['’](?=[^\W\d_])(?!(?:ha|hanno|aveva|avevano)\b)",
    ),
    grammar=Grammar(inverts=True),
)
