"""French words by which sources are told apart."""

from monitor.text.languages.origins import OriginWords, folded

LEADERS = """
    chef cheffe directeur directrice président présidente pdg patron patronne dirigeant dirigeante commandant secrétaire
    chancelier chancelière gouverneur gouverneure
"""
ANAPHORS = """
    entreprise société groupe firme banque compagnie ministère parti syndicat club exploitant opérateur constructeur
    gouvernement présidence hôpital université école commission conseil agence association
"""
OFFICES = "ministre président présidente maire préfet préfète procureur procureure parole patron patronne pdg"
ORIGINS = OriginWords(
    fillers=folded(
        """
        la l les de du d des et une au aux en dans pour par avec sur deux trois quatre cinq plusieurs certains anonyme anonymes
        haut hauts haute général générale adjoint adjointe monsieur madame
        """
    ),
    prepositions=folded("de du d des pour au aux en"),
    knowledge=folded("proche proches connaissance courant informée informées familières ayant"),
    clauses=folded("qui dont où tandis mais"),
    speakers=folded("porte parole"),
    leaders={
        **dict.fromkeys(folded(LEADERS), ""),
        **dict.fromkeys(folded("ministre"), "ministere"),
        **dict.fromkeys(folded("préfet préfète"), "prefecture"),
        **dict.fromkeys(folded("maire"), "mairie"),
        **dict.fromkeys(folded("procureur procureure"), "parquet"),
    },
    parted=folded("ancien ancienne ex opposition"),
    people=folded(
        """
        source sources responsable responsables officiel officiels diplomate diplomates autorités personne personnes expert
        experts analyste analystes interlocuteur interlocuteurs cadre cadres conseiller conseillers employé employés
        """
    ),
    officials=folded("responsable responsables officiel officiels autorités autorité"),
    anybody=folded("source sources personne personnes interlocuteur interlocuteurs concordante concordantes"),
    government=folded("gouvernement"),
    bodies=folded("ministère département service agence autorité groupe société entreprise direction"),
    emergency=folded("police pompier pompiers gendarmerie"),
    state=folded("ministère ministre gouvernement armée présidence président défense intérieur porte parole"),
    synonyms={
        **dict.fromkeys(folded("pompier pompiers sapeur sapeurs"), "fire"),
        "policier": "police",
        "gendarme": "gendarmerie",
    },
    anaphors=folded(ANAPHORS) | folded(OFFICES),
    offices=folded(OFFICES),
    ministers=folded("ministre"),
    witnesses=folded("témoin habitant habitante riverain riveraine voisin voisine survivant rescapé passager passagère"),
    hearsay=folded("informations rumeurs médias presse"),
    outlets=folded("journal quotidien hebdomadaire chaîne radio télévision média"),
    documents=folded("communiqué déclaration rapport étude sondage lettre document documents enquête"),
    leaked=folded("confidentiel confidentiels confidentielle interne internes consulté consultés"),
    own=folded("notre nos"),
    outlet_names=folded("journal courrier matin quotidien tribune gazette républicain presse agence"),
    commentators=folded(
        """
        analyste expert experte économiste politologue historien historienne syndicat syndicats syndicaliste opposition opposant
        opposante député députée sénateur sénatrice élu élue écologiste écologistes association ong militant militante chercheur
        chercheuse professeur professeure courtier spécialiste sociologue conseillère conseiller patronat
        """
    ),
    reactions=folded(
        """
        salué salue saluent condamné condamne condamnent demandé demande demandent réclamé réclame réclament déploré déplore
        dénoncé dénonce dénoncent félicité félicite exhorté exhorte regretté regrette critiqué critique appelé appelle appellent
        """
    ),
    reacting=folded(
        """
        réaction réactions réagit réagissent salue saluent condamne condamnent dénonce dénoncent déplore demandent réclame
        réclament hommage hommages indignation colère tollé critiqué
        """
    ),
    judgements=folded(
        """
        doit doivent devrait devraient choqué choquée inacceptable scandaleux scandale consterné consternée solidarité
        condoléances déçu déçue regrettable honteux honte inquiet inquiète indigné indignée ému émue soulagé fier droit
        """
    ),
    past=folded("jadis naguère"),
)
