"""English words by which sources are told apart."""

from monitor.text.languages.english.commentary import COMMENTATORS, JUDGEMENTS, PAST, REACTING, REACTIONS, TOLD_BEFORE
from monitor.text.languages.origins import OriginWords


def words(text: str) -> frozenset[str]:
    """Return the words of *text*."""
    return frozenset(text.split())


PEOPLES = {
    "american": "US", "british": "GB", "french": "FR", "german": "DE", "chinese": "CN", "japanese": "JP", "spanish": "ES",
    "dutch": "NL", "danish": "DK", "swedish": "SE", "turkish": "TR", "polish": "PL", "finnish": "FI", "greek": "GR",
    "irish": "IE", "swiss": "CH", "israeli": "IL", "iraqi": "IQ", "pakistani": "PK", "saudi": "SA", "qatari": "QA",
    "norwegian": "NO", "belgian": "BE", "portuguese": "PT", "thai": "TH", "filipino": "PH", "czech": "CZ", "egyptian": "EG",
    "canadian": "CA", "brazilian": "BR", "italian": "IT", "ukrainian": "UA", "hungarian": "HU", "argentine": "AR",
    "afghan": "AF", "lebanese": "LB", "vietnamese": "VN", "taiwanese": "TW", "yemeni": "YE", "omani": "OM", "kuwaiti": "KW",
    "peruvian": "PE", "philippine": "PH", "iranian": "IR", "jordanian": "JO", "palestinian": "PS", "emirati": "AE",
    "u s": "US", "us": "US", "s korean": "KR", "n korean": "KP", "u k": "GB", "u n": "UN",
}  # fmt: skip
ORIGINS = OriginWords(
    fillers=words(
        "a an the of for in at from with to and or who is was on by their his her its s another other some several many "
        "few two three four five six seven eight nine ten one dozen multiple unnamed anonymous unidentified senior "
        "top high ranking level familiar matter situation plans condition anonymity speaking said person close not whom it "
        "they them which that same local deputy vice acting managing country nation general colonel captain lieutenant major "
        "sergeant admiral brigadier mr mrs ms dr sir lady lord whose"
    ),
    articles=words("the a an s mr mrs ms dr sir"),
    prepositions=words("of for at in from with on"),
    belonging=words("of"),
    knowledge=words(
        "with on about to who whom that familiar briefed close knowledge direct involved aware speaking asking requesting "
        "it they he she"
    ),
    clauses=words("who whom whose which when where while and but"),
    speakers=words("spokesman spokeswoman spokesperson spokesmen spokeswomen spokespeople spokespersons office"),
    leaders={
        "minister": "ministry",
        **dict.fromkeys(
            words(
                "chief head director chairman chairwoman chair president premier chancellor ceo executive boss leader "
                "commissioner commander secretary presidential governor manager undersecretary coordinator headmaster "
                "superintendent councillor councilor rector provost"
            ),
            "",
        ),
        **dict.fromkeys(words("inspector sergeant constable sgt insp"), "police"),
        **dict.fromkeys(("headteacher", "head teacher", "headmistress"), "school"),
        "station manager": "fire",
        **dict.fromkeys(
            ("finance chief", "finance director", "financial officer", "executive officer", "operating officer"), ""
        ),
        **dict.fromkeys(("technology officer", "medical officer", "information officer"), ""),
        **dict.fromkeys(("site manager", "project manager", "area manager", "mission director", "medical director"), ""),
        "judge": "court",
        "prosecutor": "prosecutor",
        "coroner": "coroner",
        "sheriff": "sheriff",
        **dict.fromkeys(("prime minister", "secretary general", "director general"), ""),
    },
    parted=words("former ex late retired opposition rival rebel onetime"),
    people=words(
        "source sources people official officials insider insiders authorities diplomat diplomats aide aides adviser "
        "advisers analyst analysts delegate delegates expert experts officer officers executive executives lawmaker "
        "lawmakers banker bankers employee employees agent person persons individual individuals"
    ),
    officials=words("official authority"),
    anybody=words("source people person persons insider individual somebody someone"),
    government=words("government administration"),
    bodies=words(
        "department ministry service brigade agency authority office force team crew bureau services company group corporation"
    ),
    emergency=words("police fire"),
    state=words(
        "ministry minister government administration defence army military force forces navy foreign president prime premier "
        "cabinet chancellor air interior police intelligence security border king spokesman spokeswoman spokesperson presidency"
    ),
    synonyms={
        "firefighter": "fire",
        "fireman": "fire",
        "rescuer": "rescue",
        "policeman": "police",
        "election": "electoral",
        "defense": "defence",
        "military": "defence",
        "army": "defence",
        "armed": "defence",
    },
    anaphors=words(
        "club team company firm group bank airline carmaker maker operator retailer union party agency ministry department "
        "minister president premier chancellor mayor governor agent lawyer spokesman spokeswoman spokesperson chairman "
        "chairwoman chief boss "
        "coach council commission owner office chipmaker drugmaker planemaker automaker manufacturer organisation organization "
        "utility insurer university hospital school institute service charity regulator watchdog "
        "government presidency cabinet administration lender brewer miner developer startup supplier producer chain "
        "giant publisher contractor conglomerate"
    ),
    ministers=words("minister secretary"),
    witnesses=words(
        "survivor witness resident villager passenger relative parent neighbour neighbor onlooker bystander worker protester "
        "student fan family friend colleague tourist driver commuter shopper customer"
    ),
    offices=words(
        "minister president premier chancellor mayor governor agent lawyer spokesman spokeswoman spokesperson chairman "
        "chairwoman chief boss coach owner"
    ),
    possessives=words("its their his her"),
    owners=words("its"),
    joint=words("both neither either joint"),
    definite=words("the"),
    ages=words("year"),
    hearsay=words("report reports rumour rumours rumor rumors media press newspapers speculation"),
    outlets=words(
        "newspaper paper daily weekly magazine broadcaster network channel station radio television tv newswire wire "
        "website outlet tabloid media press news"
    ),
    public=words("state official run government"),
    studies=words("study studies research trial researcher researchers scientist scientists author authors"),
    documents=words(
        "report study survey poll statement letter memo document filing analysis data figures research paper review audit "
        "footage video note email bulletin"
    ),
    leaked=words("leaked internal seen obtained reviewed confidential secret draft"),
    own=words("our my"),
    outlet_names=words(
        "the news newswire wire agency press online daily weekly times post herald journal tribune gazette courier "
        "chronicle sun star mail express observer mirror globe record today radio tv television broadcaster newspaper "
        "magazine service"
    ),
    outlet_fillers=words("the news newswire wire agency online newspaper broadcaster service"),
    host_articles=words("the"),
    commentators=COMMENTATORS,
    commentator_endings=words("ologist ographer omist itionist iatrist"),
    reactions=REACTIONS,
    reacting=REACTING,
    judgements=JUDGEMENTS,
    past=PAST,
    told_before=TOLD_BEFORE,
    peoples=PEOPLES,
    people_endings=words("n"),
    plural_endings=words("s"),
    stems={"ian": "ia"},
)
