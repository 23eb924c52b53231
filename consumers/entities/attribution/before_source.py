"""What stands between a verb and the source after it, where that may follow: dijo este martes a EFE el ministro."""

from consumers.entities.attribution.groups import Group
from consumers.entities.attribution.heads import NOUN, START
from consumers.entities.attribution.subjects import ADVERB, PREPOSITION, QUOTES, TIME
from consumers.entities.attribution.tokens import CAPITAL, Tokens, bits
from monitor.text import gazetteer
from monitor.text.languages import Verb

MAX_BETWEEN = 8
"""The most tokens between a verb and the source after it."""
SETTING = bits("setting")


def after_addressee(tokens: Tokens, group: Group) -> int:
    """Return the token after whom it is told, the first noun or name of *group*: explicaron a este diario fuentes."""
    for index in range(group.first, group.last):
        mention = tokens.mentions.get(index)
        ends_name = mention is not None and mention.last == index and mention.entity.type == "person"
        is_last = tokens.flags[index] & CAPITAL and not tokens.flags[index + 1] & CAPITAL
        if tokens.flags[index] & NOUN or is_last or ends_name:
            return index + 1
    return group.last + 1


def after_outlet(tokens: Tokens, first: int, high: int, verb: Verb) -> int:
    """Return the token after the outlet at token *first* if it is only told, and the source stands after it.

    As in: сообщил РИА Новости источник; сообщили ТАСС в МЧС. An outlet has no plural.
    """
    mention = tokens.mentions.get(first)
    entry = gazetteer.load().get(mention.entity.id) if mention else None
    if not mention or not entry or entry.kind != "outlet" or mention.last >= high or tokens.rules.grammar.has_articles:
        return first
    after = mention.last + 1
    is_source = tokens.flags[after] & NOUN or (verb.form == "plural" and tokens.flags[after] & SETTING)
    return after if is_source else first


def after_time(tokens: Tokens, first: int, high: int) -> int:
    """Return the first token from *first* on that is no time, adverb or quotation mark: dijo este martes el ministro."""
    for _ in range(MAX_BETWEEN):
        if first > high:
            break
        flags, following_flags = tokens.flags[first], tokens.flags[min(first + 1, high)]
        is_time = flags & (TIME | ADVERB) or tokens.words[first].isdigit() or tokens.words[first] in QUOTES
        if not is_time and not (flags & (PREPOSITION | START) and following_flags & TIME):
            break
        first += 1
    return first
