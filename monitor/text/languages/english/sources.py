"""English words of the classes that attribution needs: words that build sentences, and words for sources."""

from collections.abc import Mapping

from monitor.text.languages.attribution import WordClass
from monitor.text.languages.english.calendar import CALENDAR

PERSONS = """
    spokesman spokeswoman spokesperson minister premier president chancellor governor mayor secretary ambassador envoy
    senator
    lawmaker congressman congresswoman leader chief head director chairman chairwoman chair executive ceo founder commander
    general admiral captain colonel sergeant officer sheriff prosecutor lawyer attorney judge justice counsel commissioner
    coordinator coach captain manager editor reporter journalist correspondent columnist commentator author professor
    researcher scientist doctor physician nurse engineer economist analyst strategist pollster adviser advisor aide
    consultant
    expert specialist critic activist campaigner organizer organiser opponent rival candidate nominee king queen prince pope
    bishop archbishop priest imam rabbi witness resident neighbour neighbor owner farmer driver worker teacher student
    parent
    mother father brother sister son daughter wife husband widow friend colleague councillor councilor superintendent
    principal
    trader investor banker auditor inspector detective investigator pilot firefighter paramedic historian biologist curator
    representative delegate deputy negotiator mediator monitor volunteer survivor victim patient customer buyer seller
    supporter voter republican democrat conservative liberal man woman boy girl person teenager pensioner midwife
    climatologist meteorologist seismologist geologist epidemiologist biographer vice-president coroner employee
    member staffer player singer actor artist writer host guest user tenant landlord fisherman
    soldier veteran refugee migrant protester striker colleague demonstrator passenger shopper sailor miner
"""
PEOPLE = """
    official officials diplomat diplomats officers commanders lawmakers analysts experts authorities sources
"""
BODIES = """
    ministry department agency office government administration cabinet parliament senate congress court tribunal council
    commission committee board authority bureau service police army navy military force forces company firm group bank union
    association federation foundation institute university college school hospital party campaign team club league church
    embassy consulate mission delegation presidency palace regulator watchdog airline railway operator utility
    manufacturer maker retailer carrier airport observatory survey center centre laboratory lab organization organisation
    charity ngo coalition alliance front movement militia rebels fund exchange insurer trust society chamber academy
    defence defense coastguard prosecution city county state region country nation countries nations states ministries
    companies firms governments
    parties sides unions banks agencies leaders prosecutors residents witnesses police doctors scientists researchers
    ministers
    economists firefighters rescuers workers organisers organizers campaigners activists lawyers critics opponents
    supporters investigators officers families relatives parents teachers students farmers traders republicans democrats
    conservatives voters spokesmen family assembly ally allies opposition neighbours neighbors
"""
OUTLETS = """
    news newspaper paper daily weekly magazine broadcaster network channel radio television tv newswire wire website outlet
    tabloid broadsheet media press newspapers outlets broadcasters portal blog podcast papers
"""
DOCUMENTS = """
    report reports study studies poll polls survey surveys statement letter memo document documents analysis research paper
    filing lawsuit complaint indictment email e-mail tweet post article book transcript testimony release data figures
    review audit paper ruling
"""
OCCASIONS = """
    interview statement speech address remarks briefing conference hearing debate meeting summit rally ceremony event visit
    trip tour call phone letter message memo email e-mail post tweet thread video clip podcast broadcast channel account page
    blog column article editorial report filing note press-release release testimony sermon session appearance
"""
"""Where or in what people say something."""
UNNAMED = "source sources people person persons insider insiders individuals someone"
CLAIMS = """
    claim claims allegation allegations report reports accusation accusations suggestion suggestions rumour rumor rumours
    rumors speculation assertion assertions charge charges notion notions criticism criticisms statement statements story
    stories idea findings finding account accounts figure figures number numbers toll date error errors mistake mistakes
    baseless false untrue fake nonsense unfounded groundless absurd
"""
WORDS: Mapping[WordClass, str] = {
    "be": "is are was were be been being 's",
    "auxiliary": "has have had having do does did he's she's they've",
    "modal": "will would can could may might shall should must won't wouldn't can't cannot couldn't mustn't shouldn't",
    "negation": """
        not never neither nor no none nobody
        didn't doesn't don't hasn't haven't hadn't isn't aren't wasn't weren't won't wouldn't can't cannot
        couldn't mustn't shouldn't
    """,
    "adverb": """
        also later earlier then again once twice still already since even just now soon only first often always sometimes
        meanwhile however further too all themselves himself herself itself instead simply long initially reportedly
        yet ago previously afterward afterwards
    """,
    "infinitive": "to",
    "determiner": "the a an this that these those some any every each another no several many most both either one its",
    "number": "two three four five six seven eight nine ten dozens several some many few hundreds both one",
    "person_pronoun": "he she",
    "group_pronoun": "they",
    "body_pronoun": "it",
    "possessive": "his her its their our my your",
    "relative": "who which whom whose",
    "conjunction": "and or but &",
    "break": """
    that because if when while although though as than so whether until unless before after since where why how what
    despite
        amid i we you me us him them there here
    """,
    "preposition": """
        of for in at from with on to near inside outside within against about under over behind across through into
        between among during without toward towards like including aboard via
    """,
    "agent": "by",
    "time": """
        morning afternoon evening night week month year weekend midday noon midnight last late early days weeks months years
        hours minutes day recently
    """,
    "person": PERSONS,
    "people": PEOPLE,
    "body": BODIES,
    "outlet": OUTLETS,
    "document": DOCUMENTS,
    "unnamed": UNNAMED,
    "collective": "police people media men women",
    "unnamed_mark": "unnamed anonymous unidentified undisclosed",
    "state": "country countries nation nations government governments neighbours neighbors",
    "rubric": """
        correction corrections corrected clarification update updated exclusive breaking analysis explainer opinion comment
        editorial video watch live factbox advisory refile wrapup insight photos gallery podcast newsletter recap review
        preview profile obituary quiz gossip letters quotes transcript interview
    """,
    "continue": "went goes going continue continued continues continuing rushed moved hastened",
    "claims": CLAIMS,
    "not_claims": """
        entry bail access visa visas permission parole asylum boarding admission service treatment food water justice
        medical
    """,
    "past": """
    knew went came took made got gave left began became brought bought built kept held led met paid ran saw sent sold
    spent
    stood won lost fell rose grew spoke broke chose drew drove ate fought flew hid hit hurt shot sang sank slept stole
    taught
        threw wore died
    """,
    "complement": "that",
    "what": "what",
    "object_pronoun": "me us you him her them",
    "setting": "on in at during via aboard outside inside near from",
    "occasion": OCCASIONS,
    "first_person": "i we our my your",
    "body_possessive": "its their",
    "definite": "the this that these those",
    "whole": "whole entire thing things matter everything all this",
    "no_label": "what how why who when where which the a an live key timeline from in five ten inside his her",
}  # fmt: skip


def classes() -> dict[WordClass, frozenset[str]]:
    """Return the words by class; a person has a plural too, and a time is also a word of the calendar."""
    words: dict[WordClass, frozenset[str]] = {name: frozenset(text.split()) for name, text in WORDS.items()}
    persons = words["person"]
    plurals = frozenset(f"{word[:-1]}ies" if word.endswith("y") else f"{word}s" for word in persons if not word.endswith("s"))
    irregular = frozenset({"men", "women", "chiefs", "wives"})
    calendar = CALENDAR.weekdays.keys() | CALENDAR.months.keys() | CALENDAR.relative.keys()
    # It is far more often a verb.
    times = words["time"] | calendar - {"may"}
    return {**words, "person": persons | plurals | irregular, "time": times}
