"""How English writes what is not news in an article."""

import re

from monitor.text.languages.not_news import NotNewsRules

_I = re.IGNORECASE
_PARTICLE = r"(?:de|del|della|der|den|van|von|bin|al|el|la|le|da|di|dos|du)"
_WORD = r"(?:[^\W\d_a-z][\w.'’-]{0,30})"
_NAME = rf"{_WORD}(?:\s(?:{_PARTICLE}\s){{0,2}}{_WORD}){{1,3}}"
_NAMES = rf"{_NAME}(?:(?:,\s|,?\s(?:and|&)\s){_NAME}){{0,5}}"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_AGENCY = (
    r"(?:(?:the )?associated press|ap|afp|agence france-presse|reuters|thomson reuters|getty(?: images)?|epa(?:-efe)?"
    r"|efe|dpa|upi|ani"
    r"|pti|ians|pa(?: media| wire)?|xinhua|kyodo(?: news)?|yonhap|tass|interfax|shutterstock|istock(?:photo)?|alamy|nurphoto"
    r"|anadolu(?: agency)?|zuma(?: press)?|imago|the canadian press|press association|bloomberg|cnn|bbc|wire(?: reports"
    r"| services)?"
    r"|agencies|news agencies|file|handout|pool)"
)
_PHOTO = (
    r"(?:(?:file |handout |stock |screen ?)?(?:photo|photograph|image|picture|pic|video|illustration|graphic|screenshot"
    r"|screengrab)s?)"
)
_LETTER = (
    r"(?:newsletters?|e-?mail alerts?|news ?alerts?|e-?mail updates?|breaking news alerts?|daily digest|mailing list"
    r"|(?:daily|morning|evening|weekly) briefing)"
)
_CHANNEL = (
    r"(?:twitter|facebook|instagram|telegram|whatsapp|linkedin|youtube|tiktok|threads|bluesky|mastodon|google news"
    r"|flipboard|x)"
)
_JOURNALIST = (
    r"(?:reporter|journalist|correspondent|editor|editor-in-chief|writer|columnist|contributor|producer|blogger|author"
    r"|newsreader"
    r"|critic|photographer|photojournalist|freelancer|intern|commentator|bureau chief|broadcaster|fellow|lecturer|professor)"
)

_SUBSCRIPTION = re.compile(
    r"(?:please\s)?(?:"
    rf"(?:subscribe|sign[ -]?up|register)\s(?:\w+\s){{0,3}}?(?:to|for)\s(?:\S+\s){{0,10}}?{_LETTER}\b.{{0,200}}"
    r"|subscribe(?: now| today| here)?(?: to (?:our|my|us|this)\b.{0,120}| for \S+.{0,80})?[.!]?"
    r"|(?:subscribe|sign up|register)(?: now| today| here| free)?[.!]?"
    r"|(?:click|tap) here to (?:subscribe|sign up|join|register|follow|get|download|read)\b.{0,200}"
    rf"|get (?:the|our|all|more|your|breaking)\s[^,;]{{0,120}}\b(?:your (?:e-?mail )?inbox|our (?:{_LETTER}|app))\b.{{0,120}}"
    r"|(?:want|would you like|looking for) .{0,120}\b(?:sign up|subscribe)\b.{0,160}"
    rf"|(?:(?:follow|like|find|join) (?:us|our\s(?:\S+\s?){{1,4}})|(?-i:[Ff]ollow {_NAME})) on (?:our )?{_CHANNEL}\b.{{0,160}}"
    r"|(?:already a|not a|become a) (?:subscriber|member)\b.{0,120}"
    r"|(?:this (?:article|story|content) is )?(?:for|available to) (?:subscribers|members) only\b.{0,80}"
    r"|download (?:our|the) (?:\S+\s){0,4}?app\b.{0,120}"
    r")$",
    _I,
)
_NAVIGATION = re.compile(
    r"(?:(?:back|return|go|scroll) to (?:the )?top(?: button| of (?:the )?page)?|skip to (?:main )?content|jump to \w+"
    rf"|(?:share|tweet|pin|e-?mail|print)(?: this)?(?: (?:article|story|page|post))?(?: (?:on|via|to) {_CHANNEL})?"
    r"|share this:?|copy link|leave a (?:comment|reply)|view comments|show comments|\d{0,5} ?comments?"
    r"|advertisements?|(?:article|story) continues (?:below|after).{0,40}|scroll (?:down )?to continue.{0,60}"
    r"|continue reading(?: below)?|read (?:the )?full (?:article|story)(?: here)?|read more|click here|load(?:ing)?(?: more)?"
    r"|next article|previous (?:article|post)|next post|listen to (?:this )?article|your browser does not support .{0,80})"
    r"\s?[.…»>→:!]{0,3}$",
    _I,
)
_RELATED_LINE = re.compile(
    r"(?:\W{0,3}(?:read|see|watch|listen|view)(?: (?:also|more|next|this))+(?: (?:here|on this|about this))?"
    r"|\W{0,3}(?:related|also read|also see|don['’]t miss|more from [\w\s]{1,40}|more on this|recommended|you (?:may"
    r"|might) also like"
    r"|related (?:article|articles|story|stories|news|coverage|reading|content|links?)))"
    r"\s?[:|»>→–—]\s?(?-i:[^\sa-z]).{1,250}(?<![a-z)]\.)$",
    _I,
)
_RELATED = re.compile(
    r"(?:related(?: (?:articles?|stor(?:y|ies)|news|content|links?|posts?|topics?|coverage|reading|items?))"
    r"|(?:you (?:may|might) (?:also )?(?:like|be interested in)|more (?:top )?(?:stories|news|articles|headlines)"
    r"|more (?:on|from) (?:this (?:story|topic)|the web|around the web)|recommended(?: (?:for you|stories|articles|reading))"
    r"|read (?:next|more|also)|also read|see also|most (?:read|popular|viewed)(?: stories| articles| news)?"
    r"|trending(?: now| stories)"
    r"|latest (?:news|stories|headlines)|top stories|editors?['’]?s? picks?|further reading|what to read next))"
    r"\s?[:.…»>]{0,2}",
    _I,
)
_COPYRIGHT = re.compile(
    r"(?:(?:™ (?:&|and) )?(?:(?:copyright\s{0,2})?(?:©|\(c\))\s{0,2}(?:copyright\s)?(?:\d{4}|(?-i:[A-Z]))"
    r"|copyright\s{0,2}\d{4}(?:[–-]\d{2,4})?(?:[,.]?\s{1,2}(?-i:[A-Z])|$)).{0,500}"
    r"|this (?:material|content|article) (?:may not|is protected|cannot) .{0,60}(?:published|reproduced|broadcast"
    r"|copyright)\b.{0,300})$",
    _I,
)
_RIGHTS = re.compile(r".{0,200}\ball rights reserved\b.{0,300}$", _I)
_CREDIT_LINE = re.compile(
    r"(?:the post .{1,300} (?:first appeared|appeared first) on .{1,120}"
    r"|(?:this|the) (?:article|story|piece|post|report) (?:was )?(?:originally|first) (?:appeared|published|produced"
    r"|ran)\b.{0,200}"
    r"|this (?:article|story) (?:is|has been|was) (?:re-?published|syndicated|published) (?:from|with permission|under"
    r"|by) .{0,250}"
    r"|\W{0,3}with (?:additional )?(?:inputs?|files|reporting|material) (?:from|by) .{1,120}"
    rf"|\W{{0,3}}{_PHOTO}(?: (?:credit|courtesy|source|by)s?)?\s?[:–—|]\s?.{{1,120}}|{_PHOTO} (?:by|courtesy of"
    rf"|via) .{{1,80}}"
    r"|(?:source|credit|courtesy|via)s?\s?:\s?(?-i:[A-Z@]).{1,60}"
    r")$",
    _I,
)
_JOINING = (
    r"(?:and|in|for|at|by|with|of|de|van|von|additional|further|reporting|writing|editing|compiled|translated|translation"
    r"|graphics|newsroom)"
)
_BYLINES = re.compile(
    r"(?:\W{0,3}(?:(?:additional|further) )?(?:reporting|writing|editing|compiled|translated|translation) by "
    rf"(?!the\b)(?-i:{_WORD}(?:[\s,;:()&/]{{1,3}}(?:{_JOINING}\b|{_WORD}))*)\W{{0,3}}"
    rf"|(?!(?-i:The [a-z])).{{0,200}}(?-i:\b{_WORD}),? (?:(?:also|have|has) )?contributed"
    r" to this (?:report|article|story|piece)\.?)$",
    _I,
)
_CONTACT = re.compile(
    r"(?:(?:you can )?(?:get in touch with|reach|contact|e-?mail|follow|write to|find|message) "
    r"(?:me|us|him|her|them|the (?:author|reporter|writer|editors?|newsroom)|our (?:newsroom|news team|reporters?))\b.{0,200}"
    r"|(?:got|have|do you have) a (?:news )?(?:tip|story)\b.{0,200}"
    r"|(?:e-?mail|contact|twitter|x|instagram)\s?:\s?[\w.+-]{0,40}@\S.{0,80}"
    r"|[\w.+-]{1,40}@[\w.-]{1,60}|@\w{1,20}"
    r"|(?:the )?(?:views|opinions) expressed (?:in|by|here|are)\b.{0,300})$",
    _I,
)

NOT_NEWS = NotNewsRules(
    anywhere={
        "subscription": _SUBSCRIPTION,
        "navigation": _NAVIGATION,
        "related": _RELATED_LINE,
        "copyright": _COPYRIGHT,
    },
    at_end={
        "biography": re.compile(r"about the (?:author|writer|reporter|journalist)s?:?$", _I),
        "credit": _CREDIT_LINE,
        "byline": _BYLINES,
        "contact": _CONTACT,
        "copyright": _RIGHTS,
    },
    byline=re.compile(
        rf"(?:(?i:by|(?:words|text|story|report|written|reported) by):?\s(?!(?i:{_DAY}|{_MONTH}|the|a|an)\b)"
        r"(?!.{0,40}\s(?:From|To|With|On|The)\b)"
        rf"{_NAMES}(?:(?:,|\s?[|–—-]|\s(?i:for|of|in|at)\s)[^.!?]{{0,60}})?)$"
    ),
    related=_RELATED,
    credit=re.compile(
        rf"\W{{0,3}}(?:(?:{_PHOTO}|credit|source)\s?[:|/–—]?\s?)?(?:[\w.'’ -]{{1,50}}\s?[/|]\s?)?(?:(?i:{_AGENCY}))"
        rf"(?:(?:\s?[/|]\s?[\w.' -]{{1,40}})|(?:,\s|\s(?:via|and|/)\s)(?:{_AGENCY}|{_PHOTO}))?(?:\s{_PHOTO})?\W{{0,3}}$",
        _I,
    ),
    own_date=re.compile(
        rf"\b(?:{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?,?|\d{{1,2}}(?:st|nd|rd|th)?\s{_MONTH},?)\s(?:19|20)\d\d\W{{0,3}}"
        rf"(?P<credit>\b(?:{_PHOTO}\s?[:/]?\s?|credit\s?:\s?)?(?:[\w.'’ -]{{1,30}}[/|]\s?)?{_AGENCY}"
        r"(?:[/|][\w ]{1,30})?\W{0,3})?$"
    ),
    caption_words=(
        "photo",
        "image",
        "picture",
        "file -",
        "file –",
        "file —",
        "file:",
        "screengrab",
        "this frame",
        "video grab",
        "credit:",
    ),
    caption=re.compile(
        r"^file(?:\s?:|\s[–—-]\s)|^file (?:photo|picture|image)\s?[:–—-]|^(?:a )?file (?:photo|picture|image) (?:of|shows?)\b"
        r"|[,.:] in (?:this|an?) (?:file |undated |handout |combination |screengrab |still )*(?:photo|image|picture"
        r"|photograph|screengrab"
        r"|frame|video grab)\b"
        r"|^in (?:this|an) (?:file |undated |handout |combination )*(?:photo|image|picture|photograph|screengrab|frame)\b"
        r" (?:taken|provided|released|made|from|dated|obtained|posted|supplied)"
        rf"|[(\[](?:{_PHOTO}|credit|ap photo)\s?(?:credit|by|courtesy of|courtesy)?\s?[:/|–—]?\s?[^()\[\]]{{1,80}}[)\]]\.?$"
        rf"|[.|]\s{_PHOTO}(?: (?:credit|courtesy|by))?\s?[:/|]\s?[^.]{{1,60}}\.?$",
    ),
    biography=re.compile(
        rf"\W{{0,3}}(?P<name>(?!M(?:rs?|s)\b){_NAME})(?:,\s[^,.]{{1,40}},)?\s"
        rf"(?:is|works as|serves as)\s(?:an?\s|the\s)?(?:(?!former\b|late\b|retired\b)[\w.&'’/-]{{1,25}},?\s){{0,7}}?"
        rf"(?i:{_JOURNALIST})\b"
    ),
    biography_more=re.compile(
        r"\bjoined\b.{1,40}\bin (?:19|20)\d\d\b|\b(?:previously|formerly|before that|prior to)\b.{0,20}\b(?:work(?:ed"
        r"|ing)|report(?:ed|ing)"
        r"|wrote|served|at|for|with|joining)\b|\b(?:has|have) (?:also |previously |extensively )?(?:covered|reported"
        r"|written|worked"
        r"|contributed|been published|appeared)\b|\b(?:covers|covering|writes about|reports on|specialis|specializ"
        r"|focus(?:es|ing)? (?:is )?on)"
        r"|\bbased in\b|\bgraduate (?:of|from)\b|\bgraduated\b|\bstudied\b|\bdegree\b|\bauthor of\b|\blives in\b|\blanguages:"
        r"|\bget in touch\b|\b(?:reach|follow|contact|e-?mail)(?:ed|ing)? (?:me|him|her|them|at|on)\b|@\w"
        r"|\b(?:his|her|their) (?:work|writing|reporting|interests|focus|beat|areas?)\b",
    ),
    biography_next=re.compile(
        r"(?:(?:he|she|they|his|her|their|prior to|before joining|previously|languages:|you can|follow|contact|e-?mail)\b)"
    ),
    news=re.compile(
        r"\b(?:died|dead|dies|death|killed|arrest(?:ed|s)?|detained|jailed|imprisoned|charged|indicted|sentenced"
        r"|accused|sued|fired"
        r"|dismissed|resigned|missing|kidnapped|abducted|convicted|acquitted|released|freed|beaten|attacked|wounded"
        r"|injured|shot"
        rf"|threatened|murder\w*|hostages?|prisons?|on trial|custody|charges?|spying|espionage|yesterday|last week"
        rf"|this week|{_DAY})\b",
    ),
    speech=re.compile(
        r"[\"“”«»]|\b(?:said|says|told|tells|added|asked|announced|reported that|according to|stated|claimed|denied"
        r"|confirmed|warned"
        r"|urged|tweeted|insisted|argued|replied|explained)\b",
    ),
)
"""See NotNewsRules. Sources are the words themselves: no site's own lines are in these rules."""
