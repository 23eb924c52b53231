"""How French shows who says something. Every repetition in a pattern has a bound."""

import re
from collections.abc import Mapping

from monitor.text.languages.attribution import AttributionRules, Grammar, PhraseCue, WordClass, token_pattern, words
from monitor.text.languages.french.verbs import VERBS
from monitor.text.languages.plurals import FRENCH, with_plurals

_I = re.IGNORECASE
DECLINED = re.compile(
    r"(?:n['’](?:a|ont|avait|avaient) (?:pas|rien) (?:encore |immédiatement )?(?:souhaité|voulu|réagi|répondu"
    r"|donné suite|commenté"
    r"|pu être (?:joint|contacté)e?s?)"
    r"|(?:a|ont|avait) refusé (?:de (?:commenter|répondre|s['’]exprimer|confirmer)|tout commentaire|d['’]en dire plus)"
    r"|refus(?:e|ent|ait) (?:de (?:commenter|répondre|s['’]exprimer|confirmer)|tout commentaire)"
    r"|(?:s['’]est|se sont|s['’]était|se) refusée?s?t? à (?:tout commentaire|commenter)"
    r"|n['’]était pas joignable|ne (?:souhaite|souhaitent|commente|commentent) pas)\b",
    _I,
)
ANONYMITY = re.compile(r"\b(?:anonymat|anonymement|ne pas être (?:nommé|identifié|cité))", _I)
CONDITION = re.compile(r"\b(?:si|s['’]il|s['’]ils|à condition que|avant que|sans que|pour que)\s(?:[\w'’-]{1,30}\s){0,3}$", _I)
_PERSONS = """
    conseiller conseillère
    ministre président présidente premier-ministre chancelier chancelière gouverneur gouverneure maire préfet préfète
    secrétaire ambassadeur ambassadrice sénateur sénatrice député députée élu élue chef cheffe directeur directrice
    dirigeant dirigeante patron patronne responsable pdg porte-parole général amiral colonel capitaine commandant
    commissaire procureur procureure juge avocat avocate magistrat magistrate conseiller conseillère chercheur chercheuse
    scientifique médecin professeur professeure infirmier infirmière économiste analyste expert experte spécialiste
    militant militante opposant opposante rival candidat candidate roi reine prince princesse pape évêque archevêque prêtre
    imam rabbin témoin habitant habitante voisin voisine riverain agriculteur agricultrice chauffeur ouvrier salarié
    salariée employé employée enseignant enseignante étudiant étudiante élève parent mère père frère soeur sœur fils fille
    épouse mari veuve ami amie entraîneur sélectionneur joueur joueuse capitaine actrice acteur chanteur chanteuse écrivain
    historien historienne auteur autrice journaliste éditorialiste envoyé envoyée négociateur médiateur bénévole rescapé
    victime patient client électeur délégué déléguée syndicaliste adjoint adjointe vice-président vice-présidente
    homme femme adolescent retraité pêcheur soldat pompier policier gendarme géologue météorologue sismologue épidémiologiste
    leader numéro pêcheur
"""
_PEOPLE = """
    responsables officiels diplomate diplomates officiers autorités analystes experts élus députés sénateurs
    témoins observateurs habitants riverains
"""
_BODIES = """
    ministère gouvernement administration présidence élysée matignon parlement sénat assemblée congrès cour tribunal conseil
    commission comité autorité agence bureau service police gendarmerie armée marine préfecture mairie municipalité ville
    région département état pays entreprise société groupe firme compagnie constructeur banque syndicat union association
    fédération fondation institut université école lycée hôpital parti opposition campagne équipe club ligue église
    ambassade consulat mission régulateur opérateur exploitant fabricant distributeur aéroport observatoire centre
    laboratoire organisation ong alliance coalition front mouvement milice rébellion rebelles bourse chambre académie
    parquet justice direction diplomatie défense secours pompiers avocats syndicats entreprises banques ministères
    associations organisateurs enquêteurs chercheurs scientifiques médecins économistes militants opposants ministres
    policiers gendarmes soignants enseignants agriculteurs producteurs salariés familles proches parents voisins partis
    gouvernements critiques partisans quai maison-blanche palais collectif
"""
_OUTLETS = """
    journal quotidien hebdomadaire magazine chaîne radio télévision presse média médias journaux site revue agences tabloïd
    portail blog
"""
_DOCUMENTS = """
    rapport rapports étude études sondage sondages enquête communiqué lettre note document documents analyse recherche
    plainte message tweet article livre témoignage données chiffres bilan audit déclaration statistiques
"""
_TIMES = """
    lundi mardi mercredi jeudi vendredi samedi dimanche janvier février mars avril mai juin juillet août septembre octobre
    novembre décembre matin après-midi soir nuit semaine mois année an jour jours midi minuit hier aujourd'hui demain
    récemment veille lendemain week-end
"""
WORDS: Mapping[WordClass, str] = {
    "be": "est sont était étaient fut furent été sera seront soit",
    "auxiliary": "a ont avait avaient ayant eut l'a l'ont l'avait l'avaient",
    "modal": """
        aurait auraient peut peuvent pouvait pouvaient pourrait pourraient doit doivent devait devrait devraient va vont allait
        veut veulent voulait voudrait serait seraient faut
    """,
    "negation": "ne n' pas jamais ni aucun aucune rien personne nul nulle",
    "adverb": """
        seul seule
        aussi également ensuite puis encore toujours déjà même seulement notamment toutefois cependant néanmoins pourtant ainsi
        plus tôt tard d'abord enfin alors là ici y en se s' lui leur me m' vous nous bien simplement longuement elle-même
        lui-même eux-mêmes on formellement immédiatement officiellement clairement
    """,
    "determiner": """
        le la les l' un une des du ce cet cette ces quelque quelques certains certaines plusieurs chaque tout toute
        tous toutes son
        sa ses leurs mon ma mes notre nos votre vos autre autres
    """,
    "number": "deux trois quatre cinq six sept huit neuf dix onze douze vingt cent plusieurs certains quelques",
    "person_pronoun": "il elle -il -elle -t-il -t-elle",
    "group_pronoun": "ils elles -ils -elles",
    "enclitic": "-il -elle -t-il -t-elle -ils -elles -on -t-on",
    "genitive": "du des",
    "relative": "qui dont lequel laquelle lesquels",
    "conjunction": "et ou",
    "break": """
        que qu' mais car parce puisque tandis alors lorsque quand comme où si afin pendant tandis après avant selon donc or
        quoique pourquoi combien
    """,
    "complement": "que qu'",
    "preposition": """
        de d' à au aux en dans sur sous pour par avec sans chez contre vers depuis entre parmi devant derrière près lors
        auprès malgré après avant selon
    """,
    "agent": "par",
    "addressee": "à au aux",
    "within": "dans à au",
    "reflexive": "se s'",
    "plural": "ont avaient l'ont l'avaient ayant",
    "seat": "kremlin pentagone vatican élysée matignon",
    "what": "ce",
    "about": "sur contre",
    "time": _TIMES,
    "person": _PERSONS,
    "people": _PEOPLE,
    "body": _BODIES,
    "outlet": _OUTLETS,
    "document": _DOCUMENTS,
    "unnamed": "source sources personnes interlocuteurs",
    "unnamed_mark": "anonyme anonymes",
    "claims": """
        accusation accusations allégation allégations rumeur rumeurs information informations affirmation affirmations critique
        critiques reproche reproches chiffre chiffres thèse hypothèse soupçons conclusions bilan propos reproché
    """,
    "definite": "le la l' les ce cet cette ces",
    "whole": "tout cela ça ceci affaire",
    "no_label": "le la les l' un une des ce cette comment pourquoi quand qui quel quelle quelles où ces en que voici ce",
}
_LEARNT_FROM = re.compile(
    r"(?:a-t-on appris|avait-on appris|apprend-on|on apprend|on a appris) (?:auprès (?:de|du|des)|de)\b", _I
)
_IS_SAID = re.compile(
    r"(?:on (?:a |avait |m['’]a )?(?:dit|disait|raconte|raconté|rapporte|rapporté|affirme|assure|prétend|annonce|annoncé)"
    r"(?= (?:à|au|aux|que)\b| qu['’])"
    r"|dit-on|a-t-on (?:appris|annoncé|dit)|apprend-on|raconte-t-on|paraît-il|il (?:paraît|se dit) qu|prétendument)",
    _I,
)
_CITING = re.compile(r"(?:citant|cite|citent|a cité|se réf[ée]rant à|s['’]appuyant sur)\b", _I)
_ACCORDING = re.compile(r"(?:selon|d['’]après|à en croire|de source|aux dires d[eu]s?|de l['’]aveu d[eu]s?)\b(?!['’])", _I)
ATTRIBUTION = AttributionRules(
    verbs=VERBS,
    phrases=(
        PhraseCue("declined", words("n' a ont avait refuse refusent refusait s'est se s' ne n'était"), DECLINED),
        PhraseCue("reported", frozenset({"selon", "d'après", "d'", "à"}), _ACCORDING, "after"),
        PhraseCue("reported", words("on a avait apprend apprenait"), _LEARNT_FROM, "after"),
        PhraseCue("reported", words("on dit a avait apprend raconte paraît il prétendument"), _IS_SAID, "nobody"),
        PhraseCue("reported", words("citant cite citent a se s'"), _CITING, "after", relays=True),
    ),
    words={**{name: words(text) for name, text in WORDS.items()}, "person": with_plurals(_PERSONS, FRENCH)},
    endings={"ment": "adverb", "iste": "person", "istes": "people", "ologue": "person"},
    abbreviations=words("m mm mme mlle me dr pr gal col st ste janv févr avr juil sept oct nov déc n° etc"),
    anonymity=ANONYMITY,
    joint=re.compile(r"\b(?:déclaration commune|communiqué (?:commun|conjoint))\b", _I),
    condition=CONDITION,
    plural=("s", "x"),
    unnamed=words("anonyme anonymes sources"),
    token=token_pattern(
        r"(?:[njmtcNJMTC]|[Qq]u|[Jj]usqu|[Ll]orsqu|[Pp]uisqu)['’](?=[^\W\d_])",
        r"[ldsLDS]['’](?=[^\W\d_])(?!(?:a|ont|avait|avaient|est|était|après|abord)\b)",
        r"(?<=\w)-(?:t-)?(?:ils?|elles?|on)\b",
        not_joined=r"-(?:t-)?(?:ils?|elles?|on)\b",
    ),
    grammar=Grammar(inverts=True),
)
