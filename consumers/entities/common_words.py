"""Common words that are taken for names: "Turkey prices rose. A frozen turkey costs more." "Airlines said." Pure."""

import re
from collections.abc import Mapping, Sequence

from consumers.entities.mentions import Field, Mention
from monitor.text.languages import NameRules
from monitor.text.names_in_context import is_sentence_start

MAX_WORDS = 50
"""The most different names that are searched for."""


def without_common_words(mentions: Sequence[Mention], texts: Mapping[Field, str], rules: NameRules) -> list[Mention]:
    """Return *mentions* without common words: single ones that have a capital only where any word has one, or none.

    That is at the start of a sentence, or in a title that capitalises most words. A known place is a common word if the
    article has it in lower case; what only the model takes for a name also if the language has it as such (Airlines said).
    """
    if not rules.has_homographs:
        return list(mentions)
    headline_case = rules.is_headline_case(texts["title"])
    single = [
        mention for mention in mentions if " " not in mention.name and len(mention.words) == 1 and _may_be_common(mention)
    ]
    certain = {
        mention.name
        for mention in single
        if not (mention.field == "title" and headline_case) and not is_sentence_start(texts[mention.field], mention.start)
    }
    candidates = list(dict.fromkeys(mention.name for mention in single if mention.name not in certain))[:MAX_WORDS]
    listed = {mention.name for mention in single if mention.entry}
    common = {name for name in candidates if _is_in_lower_case(name, texts) or (name not in listed and _is_word(name, rules))}
    parts = {word for mention in mentions if len(mention.words) > 1 for word in mention.words}
    return [
        mention
        for mention in mentions
        if not _may_be_common(mention)
        or not (mention.name in common or (mention.entry is None and mention.name.islower()))
        or (mention.entry is None and parts.issuperset(mention.words))
    ]


def _may_be_common(mention: Mention) -> bool:
    """Return whether *mention* is one word, and of a known place or only known to the model."""
    if " " in mention.name or len(mention.words) != 1:
        return False
    return mention.type == "place" if mention.entry else mention.type != "event"


def _is_word(name: str, rules: NameRules) -> bool:
    """Return whether *name*, or its singular, is a common word of the language."""
    word = name.lower()
    return name.istitle() and (word in rules.common_words or (word[-1] == "s" and word[:-1] in rules.common_words))


def _is_in_lower_case(name: str, texts: Mapping[Field, str]) -> bool:
    """Return whether one of *texts* has *name* in lower case, other than in an address or a hashtag."""
    if not name.istitle():
        return False
    word = name.lower()
    pattern = re.compile(rf"(?<![\w@#./-]){re.escape(word)}(?![\w@/-]|\.\w)")
    return any(word in text and pattern.search(text) for text in texts.values())
