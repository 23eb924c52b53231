"""English words of those who only comment on a story: they explain, react, judge, or are background."""

from monitor.text.languages.attribution import words
from monitor.text.languages.english.calendar import CALENDAR

COMMENTATORS = words(
    """
    analyst strategist economist expert specialist scholar professor lecturer academic historian commentator columnist pundit
    critic campaigner activist advocate consultant lobbyist broker brokerage trader investor fan customer shopper commuter
    voter taxpayer reader reviewer lawmaker mp senator congressman congresswoman opposition author fellow guru protester
    demonstrator marcher charity union federation association institute lobby university onlooker economics bystander
    astronomer strategy
    teaches lectures
    """
) | {
    "rights group", "campaign group", "advocacy group", "consumer group", "pressure group", "aid group", "taxpayers group",
    "industry body", "trade body", "research firm", "think tank", "who studies", "not involved",
}  # fmt: skip
"""What those are who comment on what others do."""
REACTIONS = words(
    """
    welcome welcomes welcomed welcoming condemn condemns condemned condemning congratulate congratulates congratulated mourn
    mourns mourned urge urges urged urging demand demands demanded demanding hail hails hailed praise praises praised deplore
    deplores deplored lament laments lamented regret regrets regretted applaud applauds applauded ask asks asked
    asking calls slams slammed blasts blasted
    """
) | {f"{verb} {word}" for verb in ("call", "calls", "called", "calling") for word in ("for", "on")}
"""The words by which somebody reacts."""
REACTING = words(
    """
    react reacts reacted reaction reactions dismay dismayed tribute tributes mourn mourns mourned outrage outraged backlash fury
    furious hail hails hailed welcome welcomes welcomed condemn condemns condemned praise praises praised applaud applauds
    anger angry criticise criticises criticize criticizes slam slams slammed
    """
)
"""The words in the title of an article of reactions."""
JUDGEMENTS = words(
    """
    should must ought deserve deserves disappointed disappointing shocked shocking saddened heartbroken devastated delighted
    overjoyed proud relieved worried worrying concerned concern outraged angry furious appalled disgusting disgrace tragedy
    condolences tribute tributes thoughts prayers prayed sympathy unacceptable shame shameful mistake urged welcomed condemned
    criticised criticized praised demanded dismay dismayed anger outrage reacted reaction caution fear fears wonderful
    fantastic terrible dreadful awful brilliant
    """
) | {f"{verb} {word}" for verb in ("call", "calls", "called") for word in ("it", "the", "him", "her", "them")}
"""The words of those who judge, feel or demand."""
PAST = words("ago decade decades century previously formerly historically") | {
    "last year", "that time", "years earlier", "has long", "have long", "has always",
}  # fmt: skip
"""The words of earlier years."""
TOLD_BEFORE = frozenset(f"in {month}" for month in CALENDAR.months) | {"last month", "last year", "last week", "earlier this"}
"""The words after a verb that tell of what was said before: said in May."""
