"""German words by which sources are told apart."""

from itertools import product

from monitor.text.languages.origins import OriginWords, folded

SPOKEN_FOR = folded(
    """
    regierung polizei ministerium bahn unternehmen konzern feuerwehr gericht stadt militär armee partei klinik kreis
    flughafen fraktion senat behörde kommission bundespolizei werk universität botschaft
    """
)
"""Bodies whose name is joined to the word for one who speaks for them: Polizeisprecherin."""
PORTFOLIOS = folded(
    """
    außen innen finanz verteidigungs justiz gesundheits umwelt wirtschafts verkehrs kultus bildungs landwirtschafts energie
    familien arbeits sozial
    """
)
SPEAKERS = ("sprecher", "sprecherin")
LEADERS = """
    chef chefin leiter leiterin vorsitzender vorsitzende vorsitzenden präsident präsidentin direktor direktorin
    geschäftsführer geschäftsführerin vorstandschef vorstandschefin konzernchef bahnchef parteichef kanzler kanzlerin
    regierungschef regierungschefin einsatzleiter einsatzleiterin intendant rektor rektorin
"""
ANAPHORS = """
    unternehmen konzern firma gruppe bank airline ministerium behörde partei gewerkschaft klub verein betreiber hersteller
    universität gericht regierung klinik krankenhaus schule kommission rat amt verband
"""
OFFICES = (
    "minister ministerin präsident präsidentin kanzler kanzlerin bürgermeister bürgermeisterin sprecher sprecherin chef chefin"
)
ORIGINS = OriginWords(
    fillers=folded(
        """
        der die des dem den eine einer eines einem einen von vom zu zum zur für aus bei beim mit nach und oder zwei drei vier
        fünf mehrere einige zahlreiche anonyme anonymer ungenannte hochrangige hochrangiger ranghoher ranghohe
        stellvertretender stellvertretende zuständige zuständigen örtliche örtlichen herr frau
        """
    ),
    prepositions=folded("von vom für des bei beim aus"),
    knowledge=folded("mit vertraute vertrauten nahe"),
    clauses=folded("der die das welche wo während aber"),
    speakers=folded("sprecher sprecherin sprechern pressestelle"),
    leaders={
        **{f"{body}{joint}{ending}": body for body, joint, ending in product(SPOKEN_FOR, ("", "s"), SPEAKERS)},
        **{f"{each}{ending}": f"{each}ministerium" for each, ending in product(PORTFOLIOS, ("minister", "ministerin"))},
        **dict.fromkeys(folded(LEADERS), ""),
        **dict.fromkeys(folded("staatsanwalt staatsanwältin oberstaatsanwalt oberstaatsanwältin"), "staatsanwaltschaft"),
        **dict.fromkeys(folded("bürgermeister bürgermeisterin oberbürgermeister oberbürgermeisterin"), "stadt"),
        **dict.fromkeys(folded("landrat landrätin"), "landkreis"),
        **dict.fromkeys(folded("polizeipräsident polizeipräsidentin polizeichef"), "polizei"),
        **dict.fromkeys(folded("minister ministerin"), "ministerium"),
    },
    parted=folded("früherer frühere früheren ehemaliger ehemalige ehemaligen altkanzler"),
    people=folded(
        """
        quelle quellen insider insidern diplomat diplomaten beamter beamte beamten behörden experte experten analyst analysten
        person personen mitarbeiter kreise kreisen regierungskreise regierungskreisen sicherheitskreise sicherheitskreisen
        offizielle berater abgeordnete
        """
    ),
    officials=folded("behörden offizielle"),
    anybody=folded("quelle quellen person personen kreise kreisen"),
    government=folded("regierung"),
    bodies=folded("ministerium behörde amt dienst unternehmen gesellschaft konzern gruppe"),
    emergency=folded("polizei feuerwehr"),
    state=folded("ministerium minister ministerin regierung armee militär präsident kanzler kanzlerin bundeswehr"),
    synonyms={
        **dict.fromkeys(folded("polizei bundespolizei landespolizei kriminalpolizei polizist polizisten"), "police"),
        **dict.fromkeys(folded("feuerwehr feuerwehrmann feuerwehrleute"), "fire"),
    },
    anaphors=folded(ANAPHORS) | folded(OFFICES),
    offices=folded(OFFICES),
    ministers=folded("minister ministerin"),
    witnesses=folded(
        "augenzeuge augenzeugen augenzeugin zeuge zeugin anwohner anwohnerin bewohner überlebende nachbar nachbarin"
    ),
    joint=folded("beide gemeinsame gemeinsamen gemeinsamer"),
    hearsay=folded("bericht berichte berichten medienbericht medienberichte medienberichten medien gerüchte presse"),
    outlets=folded("zeitung sender nachrichtenagentur rundfunk fernsehsender portal tageszeitung boulevardblatt"),
    documents=folded("mitteilung erklärung bericht studie umfrage brief dokument dokumente papier gutachten"),
    leaked=folded("vertraulich vertrauliche vertraulicher internes interne internen"),
    own=folded("unser unsere"),
    outlet_names=folded("zeitung tageblatt bote anzeiger nachrichten kurier volksblatt morgenpost agentur rundschau presse"),
    commentators=folded(
        """
        analyst analystin experte expertin ökonom ökonomin politologe politologin wissenschaftler wissenschaftlerin historiker
        historikerin gewerkschaft gewerkschafter gewerkschafterin opposition oppositionsführer oppositionsführerin fraktionschef
        aktivist aktivistin kritiker beobachter volkswirt lobby verbraucherschützer tierschützer
        umweltschützer arbeitgeberverband
        """
    ),
    commentator_endings=folded("experte expertin forscher forscherin verband verbands schützer ökonom politiker politikerin"),
    reactions=folded(
        """
        begrüßte begrüßt begrüßten verurteilte verurteilt verurteilten forderte fordert forderten fordern kritisierte kritisiert
        kritisierten lobte lobt lobten bedauerte bedauert gratulierte gratuliert würdigte würdigt appellierte beklagte beklagt
        mahnte mahnt
        """
    ),
    reacting=folded(
        """
        reaktion reaktionen kritik kritisiert kritisieren fordert fordern begrüßt begrüßen verurteilt verurteilen empörung
        empört bestürzt bestürzung trauer würdigt lobt entsetzt entsetzen
        """
    ),
    judgements=folded(
        """
        empört entsetzt bestürzt schockiert inakzeptabel unverständnis enttäuscht enttäuschend beunruhigt besorgt erleichtert
        stolz beileid anteilnahme tragödie skandal schande unerträglich überfällig
        """
    ),
    past=folded("damals jahrzehnten"),
)
