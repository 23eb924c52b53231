"""How English writes names."""

import re

from monitor.text.languages.english.places import SHARED_NAMES
from monitor.text.languages.english.sport import SPORT
from monitor.text.languages.pack import NameRules, word_list
from monitor.text.languages.scripts import LATIN_WORD

SHORT_WORD = 3
"""Headlines leave words of up to this many letters uncapitalised."""
MIN_LONG_WORDS = 3
"""A title with fewer long words is too short for a decision."""
CAPITALISED_SHARE = 0.7
"""No ordinary sentence capitalises a larger share of its long words."""


def is_headline_case(title: str) -> bool:
    """Return whether *title* Is Written Like This, so that capitals are no sign of a name."""
    long_words = [word for word in title.split() if len(word) > SHORT_WORD and word[0].isalpha()]
    capitalised = sum(word[0].isupper() for word in long_words)
    return len(long_words) >= MIN_LONG_WORDS and capitalised > CAPITALISED_SHARE * len(long_words)


NAMES = NameRules(
    titles=re.compile(
        r"^(?:(?i:the|a|an|mr|mrs|ms|dr|sir|prof|president|prime minister|chancellor|king|queen|prince|princess|pope|senator|"
        r"sen|rep|gov|governor|general|gen|minister|foreign minister|secretary|spokesman|spokeswoman|leader|premier|chairman|"
        r"broadcaster|newspaper|news agency|striker|midfielder|defender|goalkeeper|winger|coach|mayor|judge|author|"
        r"novelist|singer|actor|actress|analyst|professor|economist|ambassador|lawmaker)"
        r"\b\.?\s{1,4}){1,10}"
    ),
    articles=re.compile(r"^(?i:the|a|an|broadcaster|newspaper|news agency)\s{1,4}"),
    endings=re.compile(r"(?:['’]s|['’]|[\s.,;:!?\"”)\]-])+$"),
    # With offices in other languages: English articles quote them, and the pack for undetermined languages has this list.
    offices=word_list("monitor.text.languages.english", "offices.txt"),
    family_names_first=word_list("monitor.text.languages.english", "family_names_first.txt"),
    event_noun=re.compile(r"(?i:\b(forum|summit|conference|games|olympics|championships?))$"),
    event_name=re.compile(
        r"\b(?:[A-Z][\w’'-]{1,40}(?:\s{1,4}(?:of|and))?\s{1,4}){1,6}(?:Forum|Summit|Conference|Games|Olympics)\b"
    ),
    # Not after "told the newspaper", which someone's name may follow.
    org_before=re.compile(
        r"(?<!told the )(?<!tells the )\b(?:news agency|agency|newspaper|daily|tabloid|magazine|broadcaster|channel|website|"
        r"company|firm|group|carmaker|automaker|airline|bank|lender|retailer|insurer|brewer|drugmaker|chipmaker|club|charity|"
        r"think tank|startup|start-up|watchdog)\s{1,4}$"
    ),
    org_noun=re.compile(
        r"\s(?:Wire|Newswire|Courier|Times|Tribune|Gazette|Herald|Journal|Chronicle|Dispatch|Telegraph|Bulletin|Broadcasting|"
        r"Television|TV|Airlines?|Airways|Mobility|Semiconductors?|Motors|Holdings?|Securities|Pharmaceuticals?|Therapeutics|"
        r"Technologies|Industries|Foods|Energy|Group|Corp|Inc|Ltd|Plc)$"
    ),
    # Names of other languages stand in English texts as they are: Özil, Šefčovič.
    capitalised_word=LATIN_WORD,
    is_headline_case=is_headline_case,
    place_before=re.compile(
        r"(?:\b(?:in|into|at|near|from|inside|outside|across|throughout|around|within|through|leave|left|visit|visited)\s+"
        r"(?:the |neighbouring |northern |southern |eastern |western |central )?|\(\s?)$"
    ),
    place_after=re.compile(
        r"(?:, [A-Z][\w.]{1,20}(?: [A-Z]\w{1,20})?)?,?\s+"
        r"(?:\d{4}-\d\d-\d\d|(?:[A-Z][a-z]{2,8}\.? \d{1,2}\s+)?\([A-Z][A-Za-z]{1,15}\)\s+[-–—])"
    ),
    has_homographs=True,
    common_words=word_list("monitor.text.languages.english", "common_words.txt"),
    sport=SPORT,
    personal=re.compile(r"(?![^.!?\n]{0,60}\bits?\b)[^.!?\n]{0,60}?\b(?:he|she|him|his|her|hers|himself|herself)\b"),
    aged=re.compile(r",\s(?:aged\s)?[1-9]\d?(?:,\s(?!\d)|\.(?!\d))"),
    shared_names=SHARED_NAMES,
)
