"""Words of an article that are spelt like a known place: "Turkey prices rose. A frozen turkey costs more." Pure."""

import re
from collections.abc import Mapping, Sequence

from consumers.entities.mentions import Field, Mention
from monitor.text.languages import NameRules
from monitor.text.names_in_context import is_sentence_start

MAX_WORDS = 50
"""The most different names that are searched for."""


def without_common_words(mentions: Sequence[Mention], texts: Mapping[Field, str], rules: NameRules) -> list[Mention]:
    """Return *mentions* without known places that are common words of the article.

    The article has the word in lower case, and a capital only where any word has one: at the start of a sentence, or in a
    title that capitalises most words.
    """
    if not rules.has_homographs:
        return list(mentions)
    headline_case = rules.is_headline_case(texts["title"])
    places = [mention for mention in mentions if mention.entry and mention.type == "place" and len(mention.words) == 1]
    certain = {
        mention.name
        for mention in places
        if not (mention.field == "title" and headline_case) and not is_sentence_start(texts[mention.field], mention.start)
    }
    names = list(dict.fromkeys(mention.name for mention in places if mention.name not in certain))[:MAX_WORDS]
    common = {name for name in names if _is_in_lower_case(name, texts)}
    return [mention for mention in mentions if not (mention.entry and mention.type == "place" and mention.name in common)]


def _is_in_lower_case(name: str, texts: Mapping[Field, str]) -> bool:
    """Return whether one of *texts* has *name* in lower case, other than in an address or a hashtag."""
    if not name.istitle():
        return False
    word = name.lower()
    pattern = re.compile(rf"(?<![\w@#./-]){re.escape(word)}(?![\w@/-]|\.\w)")
    return any(word in text and pattern.search(text) for text in texts.values())
