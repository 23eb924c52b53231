"""French words for numbers, days and steps."""

from monitor.text.languages.calendar import CalendarWords
from monitor.text.languages.developments import DevelopmentWords, counted, step_words, units, words

_SMALL = "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
NUMBERS = {
    **counted(_SMALL),
    **counted("vingt trente quarante cinquante soixante septante huitante", first=2, step=10.0),
    "une": 1.0, "nonante": 90.0, "dizaine": 10.0, "douzaine": 12.0, "quinzaine": 15.0, "vingtaine": 20.0, "trentaine": 30.0,
    "quarantaine": 40.0, "cinquantaine": 50.0, "soixantaine": 60.0, "centaine": 100.0, "millier": 1000.0, "cent": 100.0,
    "mille": 1000.0, "vingts": 80.0,
}  # fmt: skip
CALENDAR = CalendarWords(
    weekdays={"lundi": 0, "mardi": 1, "mercredi": 2, "jeudi": 3, "vendredi": 4, "samedi": 5, "dimanche": 6},
    months={
        "janvier": 1, "fevrier": 2, "mars": 3, "avril": 4, "mai": 5, "juin": 6, "juillet": 7, "aout": 8, "septembre": 9,
        "octobre": 10, "novembre": 11, "decembre": 12,
    },
    relative={"hier": -1, "demain": 1},
)  # fmt: skip
DEVELOPMENTS = DevelopmentWords(
    numbers=NUMBERS,
    multipliers={"cent": 100.0, "cents": 100.0, "mille": 1e3, "milliers": 1e3, "million": 1e6, "millions": 1e6,
                 "milliard": 1e9, "milliards": 1e9},
    joins=words("et"),
    out_of=words("sur"),
    fractions={"moitie": 0.5, "demi": 0.5, "demie": 0.5, "tiers": 1 / 3, "quart": 0.25, "quarts": 0.25, "cinquieme": 0.2,
               "cinquiemes": 0.2, "dixieme": 0.1},
    ordinals=counted("troisieme quatrieme cinquieme sixieme septieme huitieme neuvieme dixieme onzieme", first=3),
    decimal=",",
    units={"pour cent": ("%", 1.0), "degres fahrenheit": ("f", 1.0)}
    | {"kilometres carres": ("m2", 1e6), "metres carres": ("m2", 1.0), "milles marins": ("m", 1852.0)}
    | {"milles nautiques": ("m", 1852.0), "dollars canadiens": ("$CAD", 1.0), "dollars australiens": ("$AUD", 1.0)}
    | {"dollars americains": ("$USD", 1.0), "couronnes suedoises": ("$SEK", 1.0), "couronnes danoises": ("$DKK", 1.0)}
    | {"couronnes norvegiennes": ("$NOK", 1.0), "couronnes tcheques": ("$CZK", 1.0), "livres turques": ("$TRY", 1.0)}
    | units(
        {
            "%": {1.0: "%"},
            "$": {1.0: "couronnes", 0.01: "centimes"},
            "$EUR": {1.0: "€ euro euros"},
            "$USD": {1.0: "$ dollar dollars"},
            "$GBP": {1.0: "£ livres"},
            "$CHF": {1.0: "franc francs"},
            "$JPY": {1.0: "yens"},
            "$RUB": {1.0: "roubles"},
            "m": {0.001: "millimetre millimetres mm", 0.01: "centimetre centimetres cm", 1.0: "metre metres",
                  1000.0: "kilometre kilometres km", 1609.34: "mile miles milles", 0.3048: "pied pieds", 0.0254: "pouce pouces",
                  1852.0: "noeud noeuds", 0.9144: "yard yards"},
            "m2": {10_000.0: "hectare hectares", 4046.86: "acre acres"},
            "kg": {0.001: "gramme grammes", 1.0: "kilo kilos kilogramme kilogrammes kg", 1000.0: "tonne tonnes",
                   0.02835: "once onces"},
            "w": {1e3: "kilowatt kilowatts kw", 1e6: "megawatt megawatts mw", 1e9: "gigawatt gigawatts gw"},
            "l": {1.0: "litre litres", 100.0: "hectolitre hectolitres", 3.785: "gallon gallons", 159.0: "baril barils"},
            "c": {1.0: "degre degres celsius"},
            "f": {1.0: "fahrenheit"},
            "d": {1 / 1440: "minute minutes", 1 / 86400: "seconde secondes", 1 / 24: "heure heures", 1.0: "jour jours",
                  7.0: "semaine semaines", 30.4: "mois", 365.0: "an ans annee annees", 3652.0: "decennies"},
        }
    ),
    other_units={"livres": ("kg", 0.4536), "milles": ("m", 1852.0)},
    negative=words("moins"),
    between=words("d de carres"),
    about=words("environ quelque quelques pres autour approximativement une presque"),
    above=words("plus moins depasse"),
    below=words("moins presque pres"),
    distance=words(
        "depuis apres avant dans derniers dernieres prochains prochaines plus tard passe derniere en"
    ),
    ages=words("age agee ages agees"),
    day_parts=words("matin soir nuit"),
    ranges=words("ou a et"),
    before_minutes=words("h"),
    clock=words("h heures heure midi"),
    peoples=words(
        "allemand allemande allemands francais francaise francaises suisse suissesse suisses belge belges italien italienne "
        "italiens espagnol espagnole espagnols anglais anglaise britannique britanniques americain americaine americains "
        "russe russes chinois chinoise japonais japonaise portugais portugaise polonais polonaise ukrainien ukrainienne "
        "ukrainiens turc turque turcs grec grecque canadien canadienne quebecois quebecoise europeen europeenne europeens "
        "israelien israelienne israeliens palestinien palestinienne palestiniens marocain algerien tunisien libanais "
        "neerlandais neerlandaise autrichien autrichienne suedois norvegien danois nord sud est ouest noel paques"
    ),
    calendar=CALENDAR,
    steps=step_words(__package__),
    planned=words(
        "va vont doit doivent devra devrait devraient pourrait pourraient peut peuvent veut veulent voulait souhaite "
        "souhaitent compte prevoit prevoient si pour sera seront faire afin menace menacent"
    ),
    earlier=words("avait avaient"),
    not_done=words("pas ne n aucun aucune jamais sans ni personne"),
    done_endings=(),
    done_after=words("a ont est sont ete"),
    analysts=words(
        "analyste analystes economiste economistes expert experts experte "
        "politologue politologues observateurs specialiste specialistes"
    ),
    self=words("je j mon ma mes"),
    address=words("nous vous notre votre nos vos"),
    background=words("fonde fondee habituellement generalement rarement siecle traditionnellement annuellement mondial"),
    explainers=words("comment pourquoi quand quel quelle quels quelles decryptage portrait chronologie"),
    columns=words("opinion edito editorial tribune chronique analyse billet"),
    moods=words("colere indignation tristesse joie hommage hommages emotion reaction reactions stupeur desarroi"),
    opinions=words(
        "craint craignent espere esperent rappelle rappellent salue saluent denonce denoncent critique critiquent regrette "
        "regrettent estime estiment pense pensent croit croient juge jugent deplore deplorent dit disent trouve trouvent voit "
        "voient soupirent reve revent redoute redoutent confie confient raconte racontent plaisante soupire repond ajoute "
        "heureux heureuse triste furieux furieuse fier fiere decu decue choque choquee"
    ),
    labels=words("phase stade niveau chapitre article categorie type classe porte route version volume tome"),
    others=words("autres"),
    rank_endings=words("e er ere eme"),
    who=words("qui"),
    each=words("chaque"),
    now=words("desormais maintenant dorenavant"),
    rejections=words("faux fausse fausses mensonge mensonges invention inventions infonde infondee infondees calomnie")
    | {"pas vrai", "toutes pieces"},
    corrections=words("erronee errone erronement confondu confondue rectifie rectifiee corrige corrigee")
    | {"par erreur", "premier bilan"},
    in_dates=words("er de l"),
    years={"annee prochaine": 1, "an prochain": 1, "cette annee": 0},
    past=frozenset({"an dernier", "annee derniere", "ete dernier", "hiver dernier", "saison derniere", "annee passee"}),
    ago=words("y"),
    bylines=words("par photo photos"),
    edits=words("publie publiee mis mise jour modifie modifiee actualise actualisee corrige contribue"),
    itself=frozenset({"cet article", "ce texte", "ce reportage"}),
    genitive=words("de d du"),
    place_nouns=words(
        "ville village port gare aeroport plage ile province region departement quartier commune lac vallee baie prison hameau"
    ),
    place_cues=words("a au aux en dans vers pres depuis"),
)  # fmt: skip
