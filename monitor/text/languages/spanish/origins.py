"""Spanish words by which sources are told apart."""

from monitor.text.languages.origins import OriginWords, folded

LEADERS = """
    jefe jefa director directora presidente presidenta secretario secretaria gobernador gobernadora comandante canciller
    dirigente líder rector rectora
"""
ANAPHORS = """
    empresa compañía grupo firma banco aerolínea ministerio partido sindicato club operador gobierno institución hospital
    universidad comisión consejo agencia asociación
"""
OFFICES = "ministro ministra presidente presidenta alcalde alcaldesa gobernador gobernadora portavoz vocero vocera fiscal"
ORIGINS = OriginWords(
    fillers=folded(
        """
        el la los las de del y en con por para dos tres cuatro cinco varios varias algunos algunas anónima anónimas alto altos
        alta general adjunto adjunta señor señora
        """
    ),
    prepositions=folded("de del en para con por"),
    knowledge=folded(
        "conocedor conocedora conocedoras conocedores cercana cercanas cercano cercanos familiarizada familiarizadas"
    ),
    clauses=folded("que quien quienes cuyo cuya donde mientras pero"),
    speakers=folded("portavoz portavoces vocero vocera voceros"),
    leaders={
        **dict.fromkeys(folded(LEADERS), ""),
        **dict.fromkeys(folded("ministro ministra"), "ministerio"),
        **dict.fromkeys(folded("alcalde alcaldesa"), "ayuntamiento"),
        **dict.fromkeys(folded("fiscal"), "fiscalia"),
        "consejero delegado": "",
    },
    parted=folded("ex exministro exministra expresidente antiguo antigua oposición"),
    people=folded(
        """
        fuente fuentes funcionario funcionaria funcionarios diplomático diplomáticos autoridades persona personas experto
        expertos analista analistas asesor asesores empleado empleados interlocutor interlocutores
        """
    ),
    officials=folded("funcionario funcionarios autoridades autoridad"),
    anybody=folded("fuente fuentes persona personas interlocutor interlocutores"),
    government=folded("gobierno"),
    bodies=folded("ministerio departamento servicio agencia autoridad grupo empresa compañía secretaría"),
    emergency=folded("policía bomberos bombero"),
    state=folded("ministerio ministro ministra gobierno ejército presidencia presidente defensa interior portavoz"),
    synonyms={**dict.fromkeys(folded("policía policías"), "police"), **dict.fromkeys(folded("bombero bomberos"), "fire")},
    anaphors=folded(ANAPHORS) | folded(OFFICES),
    offices=folded(OFFICES),
    ministers=folded("ministro ministra"),
    witnesses=folded("testigo vecino vecina residente superviviente sobreviviente pasajero pasajera"),
    joint=folded("ambos ambas"),
    hearsay=folded("medios prensa rumores informaciones reportes"),
    outlets=folded("periódico diario revista cadena emisora televisión radio"),
    documents=folded("comunicado declaración informe estudio encuesta carta documento documentos"),
    leaked=folded("confidencial confidenciales interno internos filtrado filtrados"),
    own=folded("nuestro nuestra nuestros"),
    outlet_names=folded("diario periódico tribuna mundo universal prensa heraldo agencia correo"),
    commentators=folded(
        """
        analista experto experta economista politólogo politóloga historiador sindicato sindicatos sindicalista oposición
        opositor opositora diputado diputada senador senadora catedrático catedrática profesor profesora asociación ong
        activista patronal sociólogo
        """
    ),
    reactions=folded(
        """
        pidió pide pidieron piden condenó condena condenaron exigió exige exigieron criticó critica lamentó lamenta celebró
        celebra felicitó felicita instó insta saludó saluda reclamó reclama repudió repudia
        """
    ),
    reacting=folded(
        """
        reacción reacciones reacciona reaccionan pide piden exige exigen condena condenan critica critican lamenta celebra
        repudia homenaje indignación rechazo
        """
    ),
    judgements=folded(
        """
        debe deben debería deberían inaceptable vergüenza vergonzoso solidaridad condolencias indignación indignado lamentable
        preocupado preocupada preocupación decepcionado orgulloso aliviado conmocionado escándalo
        """
    ),
    past=folded("antaño entonces"),
)
