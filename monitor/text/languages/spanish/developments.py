"""Spanish words for numbers, days and steps."""

from monitor.text.languages.calendar import CalendarWords
from monitor.text.languages.developments import DevelopmentWords, counted, step_words, units, words

_SMALL = (
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete dieciocho "
    "diecinueve veinte veintiuno veintidos veintitres veinticuatro veinticinco veintiseis veintisiete veintiocho veintinueve"
)
_HUNDREDS = "doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos"
NUMBERS = {
    **counted(_SMALL),
    **counted("treinta cuarenta cincuenta sesenta setenta ochenta noventa", first=3, step=10.0),
    **counted(_HUNDREDS, first=2, step=100.0),
    **counted(_HUNDREDS.replace("tos", "tas"), first=2, step=100.0),
    "cien": 100.0, "ciento": 100.0, "centenar": 100.0, "mil": 1000.0, "docena": 12.0, "decena": 10.0, "veintena": 20.0,
    "treintena": 30.0, "cuarentena": 40.0, "cincuentena": 50.0, "millar": 1000.0,
}  # fmt: skip
CALENDAR = CalendarWords(
    weekdays={"lunes": 0, "martes": 1, "miercoles": 2, "jueves": 3, "viernes": 4, "sabado": 5, "domingo": 6},
    months={
        "enero": 1, "febrero": 2, "marzo": 3, "abril": 4, "mayo": 5, "junio": 6, "julio": 7, "agosto": 8, "septiembre": 9,
        "setiembre": 9, "octubre": 10, "noviembre": 11, "diciembre": 12,
    },
    relative={"ayer": -1, "hoy": 0, "anoche": -1},
)  # fmt: skip
DEVELOPMENTS = DevelopmentWords(
    numbers=NUMBERS,
    multipliers={"mil": 1e3, "miles": 1e3, "millon": 1e6, "millones": 1e6},
    joins=words("y"),
    out_of=words("de"),
    fractions={"mitad": 0.5, "medio": 0.5, "media": 0.5, "tercio": 1 / 3, "tercios": 1 / 3, "cuarto": 0.25, "cuartos": 0.25,
               "cuarta": 0.25, "quinto": 0.2, "quinta": 0.2, "decimo": 0.1, "decima": 0.1},
    ordinals=counted("tercero cuarto quinto sexto septimo octavo noveno decimo", first=3)
    | counted("tercera cuarta quinta sexta septima octava novena decima", first=3),
    decimal=",",
    units={"por ciento": ("%", 1.0), "grados fahrenheit": ("f", 1.0)}
    | {"kilometros cuadrados": ("m2", 1e6), "metros cuadrados": ("m2", 1.0), "millas nauticas": ("m", 1852.0)}
    | {"dolares canadienses": ("$CAD", 1.0), "dolares australianos": ("$AUD", 1.0), "dolares estadounidenses": ("$USD", 1.0)}
    | {"pesos mexicanos": ("$MXN", 1.0), "coronas suecas": ("$SEK", 1.0), "coronas danesas": ("$DKK", 1.0)}
    | {"coronas noruegas": ("$NOK", 1.0), "liras turcas": ("$TRY", 1.0)}
    | units(
        {
            "%": {1.0: "%"},
            "$": {1.0: "peso pesos coronas soles", 0.01: "centimos centavos"},
            "$EUR": {1.0: "€ euro euros"},
            "$USD": {1.0: "$ dolar dolares"},
            "$GBP": {1.0: "£ libras"},
            "$CHF": {1.0: "francos"},
            "$JPY": {1.0: "yenes"},
            "$RUB": {1.0: "rublos"},
            "m": {0.001: "milimetro milimetros mm", 0.01: "centimetro centimetros cm", 1.0: "metro metros",
                  1000.0: "kilometro kilometros km", 1609.34: "milla millas", 0.3048: "pie pies", 0.0254: "pulgada pulgadas",
                  1852.0: "nudo nudos", 0.9144: "yarda yardas"},
            "m2": {10_000.0: "hectarea hectareas", 4046.86: "acre acres"},
            "kg": {0.001: "gramo gramos", 1.0: "kilo kilos kilogramo kilogramos kg", 1000.0: "tonelada toneladas",
                   0.02835: "onza onzas"},
            "w": {1e3: "kilovatio kilovatios kw", 1e6: "megavatio megavatios mw", 1e9: "gigavatio gigavatios gw"},
            "l": {1.0: "litro litros", 100.0: "hectolitro hectolitros", 3.785: "galon galones", 159.0: "barril barriles"},
            "c": {1.0: "grado grados"},
            "f": {1.0: "fahrenheit"},
            "d": {1 / 1440: "minuto minutos", 1 / 86400: "segundo segundos", 1 / 24: "hora horas", 1.0: "dia dias",
                  7.0: "semana semanas", 30.4: "mes meses", 365.0: "ano anos", 3652.0: "decadas"},
        }
    ),
    other_units={"libras": ("kg", 0.4536)},
    articles=words("un una"),
    negative=words("menos"),
    frost=words("bajo"),
    between=words("de cuadrados"),
    about=words("unos unas cerca aproximadamente alrededor casi un una"),
    above=words("mas menos supera"),
    below=words("menos casi"),
    distance=words(
        "hace desde tras antes despues dentro ultimos ultimas proximos proximas en pasado"
    ),
    ages=words("edad"),
    day_parts=words("manana tarde noche madrugada"),
    hour_cues=words("las"),
    ranges=words("o a y"),
    before_minutes=words("h"),
    clock=words("horas h mediodia madrugada"),
    calendar=CALENDAR,
    steps=step_words(__package__),
    planned=words(
        "va van debe deben debera podria podrian puede pueden quiere quieren preve preven si para a sera seran espera "
        "planea planean amenaza amenazan"
    )
    - words("a"),
    earlier=words("habia habian"),
    not_done=words("no nunca nadie ningun ninguna ninguno sin ni tampoco"),
    done_endings=("o", "aron", "ieron", "ado", "ada", "ados", "adas", "ido", "ida", "idos", "idas", "ia"),
    done_after=words("ha han fue fueron sido es"),
    analysts=words(
        "analista analistas economista economistas experto expertos experta "
        "politologo observadores"
    ),
    self=words("yo mi mis creo"),
    address=words("nosotros nosotras nos nuestro nuestra nuestros nuestras usted ustedes"),
    background=words("fundado fundada habitualmente normalmente suele suelen siglo tradicionalmente anualmente mundial"),
    explainers=words("como quien cuando cual cuales claves perfil cronologia"),
    columns=words("opinion editorial columna analisis tribuna comentario"),
    moods=words("indignacion ira rabia tristeza alegria homenaje reaccion reacciones consternacion conmocion"),
    opinions=words(
        "teme temen recuerda recuerdan critica critican lamenta lamentan acusa acusan cree creen piensa piensan opina opinan "
        "califica califican dice dicen dijo rie suspira responde contento contenta triste suspiran celebra celebran aplaude "
        "aplauden considera consideran furioso furiosa orgulloso orgullosa decepcionado decepcionada"
    ),
    labels=words("fase etapa nivel capitulo articulo categoria tipo clase puerta ruta version tomo"),
    others=words("otros otras"),
    who=words("quien"),
    each=words("cada"),
    now=words("ahora"),
    rejections=words("falso falsa falsos falsas mentira mentiras invento invencion infundado infundada infundadas calumnia")
    | {"sin fundamento"},
    corrections=words("erroneamente erroneo erronea confundido confundida rectificado rectificada corregido corregida")
    | {"por error", "primer balance"},
    in_dates=words("de del"),
    years={"proximo ano": 1, "ano proximo": 1, "este ano": 0},
    past=frozenset({"ano pasado", "verano pasado", "invierno pasado", "temporada pasada", "decada pasada"}),
    ago=words("hace atras"),
    bylines=words("por foto fotos"),
    edits=words("publicado publicada actualizado actualizada modificado modificada corregido contribuido"),
    itself=frozenset({"este articulo", "este texto", "este reportaje", "esta nota"}),
    genitive=words("de del"),
    place_nouns=words(
        "ciudad pueblo puerto estacion aeropuerto playa isla provincia region barrio municipio lago valle bahia carcel "
        "aldea localidad"
    ),
    place_cues=words("en a hacia desde hasta"),
)  # fmt: skip
