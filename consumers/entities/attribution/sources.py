"""Who a noun group is: a person or body by name, by role, or unnamed; pronouns stand for a source that was named before."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from consumers.entities.attribution.groups import PRONOUN, Group
from consumers.entities.attribution.heads import NOUN, NUMBER, PERSON, START
from consumers.entities.attribution.tokens import CAPITAL, OPENING_NAME, OWNER, WORD, Mention, Tokens, bits
from monitor.messages import Entity, Source
from monitor.text import gazetteer

MAX_WHO = 512
"""The longest source, in code points."""
MAX_ANONYMITY = 200
"""The most code points between a source and the end of the words that keep it unnamed."""
OUTLET, UNNAMED, MARK, PEOPLE, PLURAL, DOCUMENT, BODY = (
    bits(name) for name in ("outlet", "unnamed", "unnamed_mark", "people", "group_pronoun", "document", "body")
)


@dataclass(frozen=True, slots=True)
class Speaker:
    """A source: its *kind*, its words, and its tokens from *first* to *last* (in *field* of the article)."""

    kind: Source
    who: str | None
    first: int
    last: int
    entity: str | None = None
    is_person: bool = False
    is_outlet: bool = False
    is_nameless: bool = False
    """Whether it is one of those who are seldom named, such as officials."""
    noun: str = ""
    """The noun of a role."""
    is_plural: bool = False
    """Whether the noun is in the plural."""


class Said(NamedTuple):
    """What *who* says: the tokens from *first* to *last* of *field*, in the sentence of that number."""

    who: str | None
    field: str
    first: int
    last: int
    sentence: int


@dataclass(slots=True)
class Discourse:
    """The sources so far, to which pronouns and repeated roles refer, and what was said last."""

    person: Speaker | None = None
    body: Speaker | None = None
    group: Speaker | None = None
    roles: dict[str, Speaker] = field(default_factory=dict)
    said: Said | None = None
    sentence: int = 0

    def add(self, speaker: Speaker) -> None:
        """Remember *speaker*."""
        if speaker.kind == "none":
            return
        if speaker.noun and (speaker.kind == "anonymous" or speaker.noun not in self.roles):
            self.roles[speaker.noun] = speaker
        if speaker.is_person:
            self.person = speaker
        elif speaker.is_nameless or speaker.kind == "anonymous":
            self.group = speaker
            if not speaker.is_plural:
                self.person = speaker
        else:
            self.body = speaker

    def resolve(self, pronoun: int) -> Speaker | None:
        """Return the source for which a pronoun with the flags *pronoun* stands."""
        if pronoun & bits("person_pronoun"):
            return self.person
        return self.group or self.body if pronoun & PLURAL else self.body


def identify(tokens: Tokens, group: Group, discourse: Discourse, *, high: int) -> Speaker:
    """Return who *group* is, in a sentence that ends at token *high*."""
    flags = tokens.flags[group.head]
    if flags & PRONOUN:
        return _referent(discourse.resolve(flags), group)
    mention = tokens.mentions.get(group.head)
    if group.first == group.last and flags & bits("possessive"):
        owner = discourse.body if flags & bits("body_possessive") else discourse.person
        return _referent(None if flags & bits("first_person") else owner, group)
    if group.head == group.last and flags & OWNER:
        return _owner(tokens, group, mention)
    if mention and not flags & OWNER and not _is_role(tokens, mention):
        is_outlet = any(tokens.flags[index] & OUTLET for index in range(group.first, mention.first))
        return _without_role(tokens, _named(group, mention.entity, is_outlet=is_outlet), mention)
    if tokens.rules.grammar.head_first and (named := _named_by_next(tokens, group)):
        return named
    is_outlet = any(tokens.flags[index] & OUTLET for index in range(group.first, group.head + 1))
    if is_outlet and flags & NOUN and (inner := _entity_before(tokens, group)):
        return _named(group, inner, is_outlet=True)
    if flags & CAPITAL and not flags & NOUN and not _is_common(tokens, group):
        return _by_capitals(tokens, group)
    return _role(tokens, group, discourse, high)


def _is_role(tokens: Tokens, mention: Mention) -> bool:
    """Return whether *mention* is a role that was taken for a name: official, "U.S. Official" in a title."""
    flags = tokens.flags[mention.last]
    if mention.first == mention.last:
        begins = mention.first == 0 or not tokens.flags[mention.first - 1] & WORD
        is_unknown = bool(flags & PERSON) and mention.entity.id not in gazetteer.load()
        return bool(flags & NOUN) and (not flags & CAPITAL or (begins and is_unknown))
    return bool(flags & PERSON) and mention.entity.id not in gazetteer.load()


def _is_common(tokens: Tokens, group: Group) -> bool:
    """Return whether *group* is a noun after a determiner in a language that capitalises nouns: der Landesbetrieb."""
    has_capitals = tokens.rules.grammar.capitalises_nouns
    return has_capitals and bool(tokens.flags[group.first] & START) and group.head - group.first == 1


def _named_by_next(tokens: Tokens, group: Group) -> Speaker | None:
    """Return the outlet or body that is named after its noun: агентство Маяк. None if *group* is none."""
    flags, after = tokens.flags[group.head], group.head + 1
    if after > group.last or not flags & (OUTLET | BODY):
        return None
    mention = tokens.mentions.get(after)
    if mention:
        return _named(group, mention.entity, is_outlet=bool(flags & OUTLET)) if mention.entity.type == "org" else None
    last = after
    is_quoted = tokens.text[tokens.starts[after] - 1] in OPENING_NAME
    while last < group.last and (tokens.flags[last + 1] & CAPITAL or (is_quoted and tokens.text[tokens.ends[last]] == " ")):
        last += 1
    if not flags & OUTLET or not tokens.flags[after] & CAPITAL:
        return None
    return Speaker("named", tokens.span_text(after, last)[:MAX_WHO], group.first, group.last, is_outlet=True)


def _owner(tokens: Tokens, group: Group, mention: Mention | None) -> Speaker:
    """Return the source in a genitive: Vale's."""
    if mention:
        return _named(group, mention.entity)
    name = tokens.rules.owner.sub("", tokens.span_text(group.first, group.last))
    return Speaker("named", name[:MAX_WHO], group.first, group.last)


def _referent(found: Speaker | None, group: Group) -> Speaker:
    """Return the source *found* for a pronoun at *group*."""
    if found is None:
        return Speaker("none", None, group.first, group.last)
    return replace(found, first=group.first, last=group.last)


def _named(group: Group, entity: Entity, *, is_outlet: bool = False) -> Speaker:
    entry = gazetteer.load().get(entity.id)
    return Speaker(
        "named",
        entity.name[:MAX_WHO],
        group.first,
        group.last,
        entity.id,
        is_person=entity.type == "person",
        is_outlet=is_outlet or (entry is not None and entry.kind == "outlet"),
    )


def _without_role(tokens: Tokens, speaker: Speaker, mention: Mention) -> Speaker:
    """Return *speaker* without the role at the start of its name, if the rest is a known name or acronym: "Broadcaster YTN"."""
    if (
        mention.first == mention.last
        or not tokens.flags[mention.first] & (PERSON | OUTLET)
        or speaker.entity in gazetteer.load()
    ):
        return speaker
    rest = tokens.span_text(mention.first + 1, mention.last)
    if not (rest.isupper() or gazetteer.resolve(rest)):
        return speaker
    is_outlet = bool(tokens.flags[mention.first] & OUTLET)
    return replace(speaker, who=rest, is_person=speaker.is_person and not is_outlet, is_outlet=speaker.is_outlet or is_outlet)


def _entity_before(tokens: Tokens, group: Group) -> Entity | None:
    """Return the organisation that is named before the head: Yonhap in "South Korea's Yonhap news agency"."""
    for index in range(group.head - 1, group.first - 1, -1):
        mention: Mention | None = tokens.mentions.get(index)
        if mention and mention.entity.type in {"org", "person"} and not tokens.flags[index] & OWNER:
            return mention.entity
    return None


def _by_capitals(tokens: Tokens, group: Group) -> Speaker:
    """Return the source whose name is known by its capitals alone."""
    first = group.head
    while first > group.first:
        if not tokens.flags[first - 1] & CAPITAL or tokens.flags[first - 1] & (OWNER | START):
            break
        if tokens.rules.grammar.head_first and tokens.span_text(first - 1, first - 1).isupper():
            # "Глава МВД Иван Иванов": the acronym is no part of the name.
            break
        first -= 1
    has_role = any(tokens.flags[index] & PERSON for index in range(group.first, group.head))
    has_outlet = any(tokens.flags[index] & OUTLET for index in range(group.first, group.head))
    while first < group.head and tokens.flags[first] & (PERSON | OUTLET):
        first += 1
    name = tokens.span_text(first, group.head)[:MAX_WHO]
    return Speaker("named", name, group.first, group.last, is_person=has_role or group.head > first, is_outlet=has_outlet)


def _without_capital(tokens: Tokens, first: int, last: int, *, is_first: bool) -> str:
    """Return the words from *first* to *last*, without the capital that only the start of the sentence gives to the first."""
    text = tokens.span_text(first, last)
    begins = first == 0 or not tokens.flags[first - 1] & WORD or tokens.flags[first - 1] & START
    capitals = [bool(tokens.flags[index] & CAPITAL) for index in range(first + 1, min(first + 2, last) + 1)]
    flags = tokens.flags[first]
    if tokens.rules.grammar.capitalises_nouns and not flags & NUMBER:
        return text
    plain = (
        flags & NUMBER
        or (flags & (PERSON | UNNAMED | DOCUMENT) and not any(capitals[:1]))
        or (flags & BODY and not any(capitals))
    )
    return text[0].lower() + text[1:] if is_first and begins and plain and text[1:2].islower() else text


def _role(tokens: Tokens, group: Group, discourse: Discourse, high: int) -> Speaker:
    """Return a source that is described by a role, or that is unnamed."""
    flags = tokens.flags[group.head]
    noun = tokens.words[group.head]
    first, prefix = group.first, ""
    if tokens.flags[first] & START:
        if tokens.flags[first] & bits("possessive") and not tokens.flags[first] & bits("first_person"):
            owner = discourse.body or discourse.group if tokens.flags[first] & bits("body_possessive") else discourse.person
            prefix = owner.who + tokens.rules.genitive if owner and owner.who and owner.kind == "named" else ""
        known = discourse.roles.get(noun)
        if first + 1 == group.head == group.last and not prefix and known and not tokens.flags[first] & NUMBER:
            return replace(known, first=group.first, last=group.last)
        if first < group.last and (prefix or not tokens.flags[first] & (NUMBER | bits("possessive"))):
            first += 1
    who = (prefix + _without_capital(tokens, first, group.last, is_first=not prefix))[:MAX_WHO]
    parts: Sequence[int] = tokens.flags[group.first : group.head + 1]
    nameless, is_plural = bool(flags & (PEOPLE | UNNAMED)), noun.endswith(tokens.rules.plural)
    unnamed = flags & UNNAMED or any(part & MARK for part in parts) or (flags & PERSON and any(part & NUMBER for part in parts))
    if flags & PERSON and not unnamed:
        start = tokens.ends[group.last]
        unnamed = tokens.rules.anonymity.search(tokens.text, start, min(start + MAX_ANONYMITY, tokens.ends[high])) is not None
    return Speaker(
        "anonymous" if unnamed else "role",
        who,
        group.first,
        group.last,
        is_person=bool(flags & bits("person")) and not flags & PEOPLE and not is_plural,
        is_outlet=any(part & OUTLET for part in parts) or bool(flags & DOCUMENT),
        is_nameless=nameless or (bool(flags & PERSON) and bool(unnamed)),
        noun=noun,
        is_plural=is_plural,
    )
