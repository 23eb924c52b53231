"""How Spanish shows who says something. Every repetition in a pattern has a bound."""

import re
from collections.abc import Mapping

from monitor.text.languages.attribution import AttributionRules, Grammar, PhraseCue, WordClass, words
from monitor.text.languages.plurals import SPANISH, with_plurals
from monitor.text.languages.spanish.verbs import VERBS

_I = re.IGNORECASE
DECLINED = re.compile(
    r"(?:(?:declin(?:ó|a|aron)|ha declinado|rehus(?:ó|a|aron)|evit(?:ó|a|aron)) (?:hacer (?:más )?(?:comentarios|declaraciones)"
    r"|comentar|responder|pronunciarse|confirmar|dar (?:más )?detalles|referirse)"
    r"|se neg(?:ó|aron) a (?:comentar|responder|hacer (?:comentarios|declaraciones)|dar (?:más )?detalles|confirmar)"
    r"|no (?:respondi(?:ó|eron)|ha respondido|han respondido|contest(?:ó|aron)|ha querido|han querido|quiso|quisieron"
    r"|(?:hizo|hicieron|ha hecho|han hecho) (?:ningún )?comentarios?|ofreci(?:ó|eron) (?:más )?detalles|se ha pronunciado"
    r"|se han pronunciado|se pronunci(?:ó|aron)|estuvo disponible)"
    r"|guard(?:ó|a|an|aron) silencio)\b",
    _I,
)
ANONYMITY = re.compile(
    r"\b(?:anonimato|anónim[ao]s?|no (?:ser|quiso ser|quería ser|fue|estaba) (?:identificad|nombrad|citad|autorizad)[ao]s?"
    r"|no ser (?:identificad|nombrad|citad)[ao]s?)\b",
    _I,
)
CONDITION = re.compile(
    r"\b(?:si|en caso de que|antes de que|sin que|para que|hasta que|a menos que)\s(?:[\w-]{1,30}\s){0,3}$", _I
)
_PERSONS = """
    asesor asesora
    ministro ministra presidente presidenta expresidente primer-ministro canciller gobernador gobernadora alcalde alcaldesa
    secretario secretaria embajador embajadora senador senadora diputado diputada líder lideresa jefe jefa director directora
    dirigente mandatario mandataria portavoz vocero vocera general almirante coronel capitán comandante comisario comisaria
    fiscal juez jueza abogado abogada magistrado magistrada consejero consejera concejal investigador investigadora
    científico científica médico médica doctor doctora profesor profesora enfermero enfermera economista analista experto
    experta especialista activista opositor opositora rival candidato candidata rey reina príncipe princesa papa obispo
    arzobispo sacerdote imán rabino testigo vecino vecina residente agricultor ganadero conductor obrero trabajador
    trabajadora empleado empleada maestro maestra estudiante alumno padre madre hermano hermana hijo hija esposa esposo viuda
    amigo amiga entrenador entrenadora técnico seleccionador jugador jugadora delantero actor actriz cantante escritor
    escritora historiador historiadora autor autora periodista corresponsal enviado negociador mediador voluntario
    sobreviviente víctima paciente cliente votante delegado delegada sindicalista vicepresidente vicepresidenta hombre mujer
    joven jubilado pescador soldado bombero geólogo meteorólogo sismólogo epidemiólogo funcionario funcionaria
    subsecretario subsecretaria responsable titular empresario empresaria consejero-delegado número cargo
"""
_PEOPLE = """
    funcionarios responsables oficiales diplomático diplomáticos autoridades analistas expertos diputados senadores testigos
    observadores vecinos legisladores mandos cargos
"""
_BODIES = """
    ministerio gobierno administración presidencia moncloa parlamento senado congreso asamblea corte tribunal supremo consejo
    comisión comité autoridad agencia oficina servicio policía ejército armada marina ayuntamiento alcaldía municipio
    comunidad región departamento estado país empresa sociedad grupo firma compañía fabricante banco sindicato unión
    institución entidad organismo
    asociación federación fundación instituto universidad escuela hospital partido oposición campaña equipo club liga iglesia
    embajada consulado misión regulador operador aerolínea aeropuerto observatorio centro laboratorio organización ong
    alianza coalición frente movimiento milicia rebeldes bolsa cámara academia fiscalía justicia dirección diputación defensa
    cancillería secretaría sindicatos empresas bancos ministerios asociaciones organizadores investigadores
    científicos médicos economistas activistas opositores ministros policías bomberos profesores agricultores ganaderos
    trabajadores familias familiares padres alumnos partidos gobiernos críticos partidarios fiscales jueces abogados junta
    generalitat xunta patronal consejería ejecutivo delegación hacienda protección ombudsman defensoría procuraduría gremio
"""
_OUTLETS = """
    diario periódico rotativo semanario revista cadena canal emisora radio televisión prensa medio medios diarios periódicos
    agencia agencias portal noticiero tabloide blog
"""
_DOCUMENTS = """
    informe informes reporte estudio estudios encuesta encuestas sondeo comunicado carta nota documento documentos análisis
    investigación denuncia demanda mensaje tuit artículo libro testimonio datos cifras balance auditoría auto sentencia
    estadísticas
"""
_TIMES = """
    lunes martes miércoles jueves viernes sábado domingo enero febrero marzo abril mayo junio julio agosto septiembre octubre
    noviembre diciembre mañana tarde noche madrugada semana mes año día días mediodía medianoche ayer hoy anoche recientemente
    pasado pasada próximo víspera
"""
WORDS: Mapping[WordClass, str] = {
    "be": "es son era eran fue fueron será está están estaba sido ser",
    "auxiliary": "ha han había habían haya hubo habiendo",
    "modal": "puede pueden podía podría podrían debe deben debería va van iba quiere quieren quería habría habrían sería",
    "negation": "no nunca jamás ni tampoco ningún ninguna ninguno nada nadie",
    "adverb": """
        también además después luego entonces todavía aún ya mismo incluso sólo solo solamente así aquí allí siempre pronto
        antes tarde temprano lo se le les me nos os muy bien finalmente posteriormente oficialmente
    """,
    "determiner": """
        el la los las un una unos unas este esta estos estas ese esa esos esas aquel aquella algún alguna algunos algunas varios
        varias cada todo toda todos todas su sus mi mis nuestro nuestra otro otra otros otras ambos ambas dicho dicha
    """,
    "number": """
        dos tres cuatro cinco seis siete ocho nueve diez once doce veinte cien varios varias algunos
        algunas ambos ambas
    """,
    "person_pronoun": "él ella",
    "group_pronoun": "ellos ellas",
    "relative": "quien quienes cuyo cuya",
    "conjunction": "y e o u",
    "break": """
        que pero porque pues mientras cuando como donde si aunque tras según después antes sino luego cuyo según
    """,
    "complement": "que",
    "preposition": """
        de del a al en con sin sobre para por contra hacia desde entre bajo ante durante mediante tras hasta según
    """,
    "agent": "por",
    "addressee": "a al",
    "within": "en a al",
    "reflexive": "se",
    "plural": "han habían hayan",
    "seat": "kremlin pentágono vaticano moncloa",
    "what": "lo",
    "about": "sobre contra",
    "time": _TIMES,
    "person": _PERSONS,
    "people": _PEOPLE,
    "body": _BODIES,
    "outlet": _OUTLETS,
    "document": _DOCUMENTS,
    "unnamed": "fuente fuentes personas allegados",
    "unnamed_mark": "anónimo anónima anónimos anónimas",
    "claims": """
        acusación acusaciones alegación alegaciones rumor rumores información informaciones afirmación afirmaciones crítica
        críticas versión versiones cifra cifras señalamientos denuncia denuncias cargos reproches informe informes
    """,
    "not_claims": "entrada acceso visado visados permiso asilo ayuda fianza libertad",
    "definite": "el la los las este esta estos estas",
    "whole": "todo toda esto eso ello asunto",
    "no_label": "el la los las un una este esta cómo como qué por cuándo dónde quién cuál cuáles así en lo cuánto",
}
_CITING = re.compile(r"(?:citando|cit(?:ó|a|an|aron)|que cita)(?: a)?\b", _I)
_ACCORDING = re.compile(
    r"(?:según(?: (?:datos|cifras|fuentes oficiales) de)?|de acuerdo (?:con|a)|a juicio de|en palabras de)\b", _I
)
_IS_SAID = re.compile(
    r"(?:según se (?:informó|supo|dijo|dice|informa|ha informado|ha sabido)"
    r"|se (?:dice|decía|dijo|ha dicho|comenta|cuenta|informa|informó|ha informado|reportó|reporta|afirma|asegura|rumorea|supo"
    r"|ha sabido) (?:de )?que|(?:presunta|supuesta)mente)\b",
    _I,
)
_IS_ANNOUNCED = re.compile(r"se (?:anuncia|anunció|ha anunciado|había anunciado) que\b", _I)
ATTRIBUTION = AttributionRules(
    verbs=VERBS,
    phrases=(
        PhraseCue(
            "declined",
            words(
                "declinó declina declinaron ha rehusó rehúsa rehusaron evitó evita evitaron"
                " se no guardó guarda guardan guardaron"
            ),
            DECLINED,
        ),
        PhraseCue("announced", frozenset({"se"}), _IS_ANNOUNCED, "nobody"),
        PhraseCue("reported", words("se según presuntamente supuestamente"), _IS_SAID, "nobody"),
        PhraseCue("reported", frozenset({"según", "de", "a", "en"}), _ACCORDING, "after"),
        PhraseCue("reported", words("citando citó cita citan citaron que"), _CITING, "after", relays=True),
    ),
    words={**{name: words(text) for name, text in WORDS.items()}, "person": with_plurals(_PERSONS, SPANISH)},
    endings={"mente": "adverb", "ista": "person", "istas": "people", "ólogo": "person", "óloga": "person"},
    abbreviations=words("sr sra srta dr dra gral ud uds ee uu núm etc prof lic ing art"),
    anonymity=ANONYMITY,
    joint=re.compile(r"\b(?:declaración conjunta|comunicado conjunto)\b", _I),
    condition=CONDITION,
    plural=("s",),
    unnamed=words("anonimo anonima anonimos anonimas fuentes"),
    grammar=Grammar(inverts=True),
)
