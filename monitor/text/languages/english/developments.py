"""English words for numbers, days and steps."""

from monitor.text.languages.developments import DevelopmentWords, counted, step_words, units, words
from monitor.text.languages.english.calendar import CALENDAR

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen"
)
_SQUARES = {
    "kilometres": 1e6, "kilometers": 1e6, "km": 1e6, "miles": 2.59e6, "mile": 2.59e6, "metres": 1.0, "meters": 1.0,
    "feet": 0.0929, "foot": 0.0929, "kilometre": 1e6, "kilometer": 1e6, "yards": 0.836,
}  # fmt: skip
_CUBES = {"kilometres": 1e12, "kilometers": 1e12, "km": 1e12, "metres": 1e3, "meters": 1e3, "feet": 28.32, "yards": 764.6}
_CURRENCIES = (
    ("CAD", "canadian", "dollar dollars"), ("AUD", "australian", "dollar dollars"), ("SGD", "singapore", "dollar dollars"),
    ("DKK", "danish", "crown crowns krone kroner"), ("SEK", "swedish", "crown crowns krona kronor"),
    ("NOK", "norwegian", "crown crowns krone kroner"), ("CZK", "czech", "crown crowns"), ("BRL", "brazilian", "real reais"),
    ("MXN", "mexican", "peso pesos"),
)  # fmt: skip
_WATTS = {"kilowatt": 1e3, "megawatt": 1e6, "gigawatt": 1e9, "terawatt": 1e12}
NUMBERS = {
    **counted(_SMALL),
    **counted("twenty thirty forty fifty sixty seventy eighty ninety", first=2, step=10.0),
    "dozen": 12.0,
    "fortnight": 14.0,
    "decade": 10.0,
}
DEVELOPMENTS = DevelopmentWords(
    numbers=NUMBERS,
    multipliers={
        "hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "hundreds": 100.0,
        "thousands": 1e3, "millions": 1e6, "billions": 1e9, "m": 1e6, "bn": 1e9, "mn": 1e6, "tn": 1e12, "k": 1e3,
        "mln": 1e6, "bln": 1e9, "trn": 1e12, "dozen": 12.0,
    },
    joins=words("and"),
    out_of=words("in of out"),
    fractions={
        "half": 0.5, "halves": 0.5, "third": 1 / 3, "thirds": 1 / 3, "quarter": 0.25, "quarters": 0.25, "fourth": 0.25,
        "fifth": 0.2, "fifths": 0.2, "sixth": 1 / 6, "sixths": 1 / 6, "seventh": 1 / 7, "eighth": 0.125, "eighths": 0.125,
        "tenth": 0.1, "tenths": 0.1,
    },
    units={"per cent": ("%", 1.0), "basis points": ("%", 0.01), "basis point": ("%", 0.01), "nautical miles": ("m", 1852.0),
           "nautical mile": ("m", 1852.0), "degrees fahrenheit": ("f", 1.0), "degrees f": ("f", 1.0), "degrees": ("c", 1.0)}
    | {f"square {unit}": ("m2", factor) for unit, factor in _SQUARES.items()}
    | {f"cubic {unit}": ("l", factor) for unit, factor in _CUBES.items()}
    | {f"{adjective} {name}": (f"${code}", 1.0) for code, adjective, names in _CURRENCIES for name in names.split()}
    | {"acre feet": ("l", 1.2335e6), "acre foot": ("l", 1.2335e6)}
    | {f"{unit} {hours}": ("wh", factor) for unit, factor in _WATTS.items() for hours in ("hour", "hours")}
    | units(
        {
            "%": {1.0: "% percent pc pct percentage"},
            "$": {1.0: "crown crowns krone kroner krona kronor peso pesos ¥", 0.01: "cent cents pence"},
            "$USD": {1.0: "$ dollar dollars usd"},
            "$EUR": {1.0: "€ euro euros eur"},
            "$GBP": {1.0: "£ pound pounds sterling gbp quid"},
            "$CHF": {1.0: "franc francs chf"},
            "$JPY": {1.0: "yen"},
            "$CNY": {1.0: "yuan"},
            "$INR": {1.0: "rupee rupees"},
            "$RUB": {1.0: "rouble roubles ruble rubles"},
            "$TRY": {1.0: "lira"},
            "$PLN": {1.0: "zloty"},
            "m": {0.001: "millimetre millimetres millimeter millimeters mm",
                  0.01: "centimetre centimetres centimeter centimeters cm",
                  1.0: "metre metres meter meters", 1000.0: "kilometre kilometres kilometer kilometers km kph kmh",
                  0.3048: "foot feet ft", 0.0254: "inch inches", 0.9144: "yard yards", 1609.34: "mile miles mph",
                  1852.0: "knot knots",
                  1.8288: "fathom fathoms"},
            "m2": {10_000.0: "hectare hectares", 4046.86: "acre acres"},
            "kg": {0.001: "gram grams gramme grammes", 1.0: "kilogram kilograms kilo kilos kg", 1000.0: "tonne tonnes ton tons",
                   0.4536: "lb lbs", 0.02835: "ounce ounces",
                   6.35: "stone"},
            "l": {1.0: "litre litres liter liters", 100.0: "hectolitre hectolitres hectoliter hectoliters",
                  3.785: "gallon gallons", 159.0: "barrel barrels"},
            "w": {1e3: "kilowatt kilowatts kw", 1e6: "megawatt megawatts mw", 1e9: "gigawatt gigawatts gw"},
            "b": {1e6: "megabyte megabytes mb", 1e9: "gigabyte gigabytes gb", 1e12: "terabyte terabytes tb"},
            "c": {1.0: "celsius centigrade"},
            "f": {1.0: "fahrenheit"},
            "d": {1 / 1440: "minute minutes min mins", 1 / 86400: "second seconds", 1 / 24: "hour hours hr hrs",
                  1.0: "day days", 7.0: "week weeks", 30.4: "month months", 365.0: "year years",
                  3652.0: "decades", 36525.0: "centuries"},
        }
    ),
    other_units={"pound": ("kg", 0.4536), "pounds": ("kg", 0.4536), "gallon": ("l", 4.546), "gallons": ("l", 4.546),
                 "ton": ("kg", 907.2), "tons": ("kg", 907.2)},
    articles=words("a an"),
    negative=words("minus"),
    frost=words("below"),
    between=words(
        "square cubic degrees degree us nautical per ° metric full long million billion and a o"
    ),
    about=words("about around roughly approximately some circa estimated nearly almost close"),
    above=words("over above good least exceeding beyond upwards") | {"more than", "no fewer", "no less"},
    below=words("less fewer under nearly almost below most up") | {"not quite"},
    distance=words("ago earlier later before after away since within last past next coming previous"),
    ordinals=counted(
        "third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth", first=3
    ),
    peoples=words(
        "afghan african albanian algerian american arab argentine armenian asian australian austrian azerbaijani "
        "bangladeshi belarusian belgian bolivian bosnian brazilian british bulgarian cambodian canadian catalan chilean "
        "chinese colombian congolese croatian cuban cypriot czech danish dutch ecuadorean egyptian english estonian "
        "ethiopian european filipino finnish french georgian german ghanaian greek hungarian icelandic indian indonesian "
        "iranian iraqi irish israeli italian japanese jordanian kazakh kenyan korean kurdish kuwaiti latvian lebanese "
        "libyan lithuanian malaysian maltese mexican moldovan moroccan nigerian norwegian omani pakistani palestinian "
        "peruvian polish portuguese qatari romanian russian saudi scottish senegalese serbian singaporean slovak "
        "slovenian somali spanish sudanese swedish swiss syrian taiwanese tanzanian thai tunisian turkish ugandan "
        "ukrainian uruguayan uzbek venezuelan vietnamese welsh yemeni zambian zimbabwean north south east west northern "
        "southern eastern western christmas easter "
        "american briton britons swede swedes dane danes finn finns pole poles turk turks scot scots serb serbs croat croats "
        "spaniard spaniards icelander icelanders kiwi kiwis arab arabs kurd kurds afghans africans americans argentines "
        "asians australians austrians belgians brazilians canadians chileans colombians cubans egyptians ethiopians "
        "europeans germans ghanaians greeks hungarians indians indonesians iranians iraqis israelis italians jordanians "
        "kenyans koreans libyans malaysians mexicans moroccans nigerians norwegians pakistanis palestinians peruvians "
        "romanians russians saudis slovaks somalis syrians thais tunisians ugandans ukrainians venezuelans"
    ),
    ages=words("old aged"),
    day_parts=words("morning afternoon evening night"),
    hour_cues=words("at"),
    ranges=words("or to and"),
    before_hours=words("to past"),
    levels=words("stand stands stood standing put puts stay stays stayed remain remains remained toll total number figure"),
    signs_first=True,
    clock=words("am pm oclock past o noon midnight gmt utc bst cet est local"),
    calendar=CALENDAR,
    steps=step_words(__package__),
    planned=words(
        "to will would could may might should shall can must if whether unless plan plans planned wants want wanted hopes "
        "hope expected due likely ll cannot seek seeks until threaten threatens threatening"
    ),
    earlier=words("had"),
    not_done=words("not nothing no never nobody none neither nor without cannot failed fails fail"),
    not_done_endings=("n't", "n’t"),
    done_endings=("ed",),
    done=words(
        "began begun bought sold won lost beat beaten quit left stood struck shot shut cut put hit sunk sank built dug "
        "fell fallen rose risen grew grown held found caught stole stolen burnt blew blown tore torn told chose chosen "
        "gave given took taken came broke broken met paid went gone fought led sent spent laid let drew drawn withdrew "
        "withdrawn threw thrown overturned dead guilty free out back fled retook upheld pled swept swore sworn overran "
        "flew flown bound rang brought sat said saw hung"
    ),
    done_in_titles=words(
        "bans approves rejects rules resigns quits dies kills arrests charges clears backs agrees signs buys sells names "
        "appoints cancels delays postpones recalls lifts ends begins starts opens closes lands launches finds frees "
        "rescues convicts jails fires sacks admits denies confirms apologises apologizes passes votes drops scraps "
        "suspends withdraws reopens completes orders upholds overturns seizes detains shuts halts outlaws bars expels "
        "sinks arrives reaches docks flees escapes pleads sentences returns repairs evacuates deports extradites seals "
        "inks clinches collapses derails crashes takes steps hands files declares imposes captures retreats erupts "
        "departs sets walks goes falls gets calls loses retains keeps scoops sweeps storms pulls throws turns wins"
    ),
    done_after=words("has have been was were is are"),
    analysts=words(
        "analyst analysts economist economists expert experts commentator commentators columnist strategist strategists "
        "observer observers pundit pundits critic critics fan fans"
    ),
    self=words("i my"),
    address=words("you your yours we our ours let's"),
    background=words(
        "founded established normally usually typically rarely seldom historically traditionally annually worldwide century "
        "oldest often sometimes generally commonly tend tends"
    ),
    explainers=words("how why what who where when which explained explainer factbox backgrounder timeline profile primer"),
    moods=words(
        "fury furious anger angry rage mourn mourns mourning dismay outrage outraged backlash tribute tributes reaction "
        "reactions reacts react welcome welcomes hail hails praise praises joy delight delighted grief sadness sorrow "
        "disbelief despair"
    ),
    opinions=words(
        "fear fears feared worry worries worried hope hopes hoped remember remembers remembered recall recalls recalled call "
        "calls called praise praises praised welcome welcomes welcomed criticise criticises criticised criticize criticizes "
        "criticized condemn condemns condemned hail hails hailed mourn mourns mourned regret regrets regretted joke jokes "
        "joked laugh laughs laughed complain complains complained reply replies replied argue argues argued happy happier "
        "unhappy glad sad angry furious delighted disappointed shocked proud smiling smiled shrugged shook nodded feel feels "
        "felt sigh sighs sighed sighing grumble grumbles grumbled cheer cheers cheered shrug shrugs snaps snapped view think "
        "thinks thought believe believes believed like likes liked love loves loved hate hates hated say says said insist "
        "insists insisted"
    ),
    labels=words("phase stage level chapter article category type tier grade class junction gate route channel version volume"),
    others=words("other others"),
    rank_endings=words("s st nd rd th"),
    who=words("who"),
    each=words("every each"),
    now=words("now"),
    rejections=words(
        "untrue false fiction fictitious invention inventions invented fabrication fabrications fabricated baseless groundless "
        "unfounded nonsense rubbish slander smear libel hoax bogus falsehood falsehoods myth"
    )
    | {"made up", "not true", "no truth"},
    corrections=words(
        "misidentified mistaken mistakenly wrongly erroneous erroneously miscounted mistake mixup revised corrected"
    )
    | {"first reported", "initially reported", "previously reported", "earlier reported", "as reported", "first thought",
       "first believed", "initially thought", "initially believed", "previously thought", "earlier figure", "earlier version",
       "first version", "mix up", "in error", "earlier reports", "initial reports", "first reports"},
    in_dates=words("st nd rd th of the"),
    years={"next year": 1, "this year": 0, "last year": -1},
    columns=words("opinion comment commentary analysis editorial column columnist viewpoint letters review"),
    past=frozenset(
        {"last year", "last summer", "last winter", "last season", "last decade", "last century", "every year", "each year",
         "every day", "each day", "on average"}
    ),
    ago=words("ago earlier"),
    bylines=words("by reporting writing editing photo photos"),
    edits=words("published updated modified posted amended edited clarified corrected contributed last"),
    itself=frozenset({"this article", "this report", "this story", "this piece"}),
    listed=words("things ways reasons tips facts questions lessons takeaways charts ideas answers"),
    able=words("to can cannot could may might must shall should if whether until"),
    genitive=words("of"),
    place_nouns=words(
        "village town city suburb hamlet district province region county state island islands station port harbour harbor "
        "airport airfield beach bay cape valley lake river mountain mount coast shore resort neighbourhood neighborhood "
        "municipality commune parish quarter peninsula strait canal mine prison base camp north south east west centre center "
        "outskirts edge"
    ),
    place_cues=words("in at near off outside inside into to from towards toward on"),
)  # fmt: skip
