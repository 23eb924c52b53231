"""The head of a noun group: the noun or name that says who it is."""

from consumers.entities.attribution.tokens import CAPITAL, OWNER, Tokens, bits

PERSON = bits("person", "people")
NOUN = bits("person", "people", "body", "outlet", "document", "unnamed")
START, NUMBER, RELATED = bits("determiner", "possessive"), bits("number", "unnamed_mark"), bits("related")


def find_head(tokens: Tokens, first: int, last: int) -> int:
    """Return the head of the group from *first* to *last*: its last known noun or name, else its last word.

    After a determiner it is a word after the name, known or not: the Kenyan treasury, a Siemens engineer.
    """
    if tokens.rules.grammar.head_first:
        return _first_head(tokens, first, last)
    for index in range(last, first - 1, -1):
        if tokens.flags[index] & (NOUN | CAPITAL) and not tokens.flags[index] & (OWNER | START):
            is_modifier = index < last and not tokens.flags[index] & NOUN and tokens.flags[first] & START
            return last if is_modifier else index
        if tokens.flags[index] & NUMBER:
            break
    return last


def _first_head(tokens: Tokens, first: int, last: int) -> int:
    """Return the head where the first noun is it: представитель Кремля. A person's name at the end is the head instead."""
    mention = tokens.mentions.get(last)
    nouns = [index for index in range(first, last + 1) if tokens.flags[index] & NOUN]
    if nouns and nouns[0] < last and _is_owner(tokens, nouns[0], last):
        return nouns[0]
    if mention and mention.entity.type == "person":
        return last
    is_name = last > first and all(
        tokens.flags[index] & CAPITAL and not tokens.flags[index] & NOUN and index not in tokens.mentions
        for index in (last - 1, last)
    )
    if is_name and (not nouns or tokens.flags[nouns[0]] & PERSON):
        return last
    capitals = (index for index in range(last, first - 1, -1) if tokens.flags[index] & CAPITAL)
    return nouns[0] if nouns else next(capitals, last)


def _is_owner(tokens: Tokens, noun: int, last: int) -> bool:
    """Return whether the name at token *last* is in another case than *noun*, a role, so that it is no name of it.

    As in: помощник Путина.
    """
    if not tokens.flags[last] & CAPITAL or tokens.flags[last] & NOUN:
        return False
    is_related = tokens.flags[noun] & RELATED
    if is_related and last == noun + 1:
        return True
    if not tokens.flags[noun] & PERSON and (mention := tokens.mentions.get(last)) and mention.entity.type == "person":
        # "Администрация Путина": a body has no person's name.
        return True
    role, name = (tokens.text[tokens.starts[index] : tokens.ends[index]] for index in (noun, last))
    case = tokens.rules.case
    found = case((name,), 0, "")
    return case((role,), 0, "") == "subject" and (found == "other" or (found == "unclear" and bool(is_related)))
