"""The sources of each cue of a sentence: shared with an earlier cue, joined, or relayed by an outlet."""

from dataclasses import dataclass

from consumers.entities.attribution.cues import Cue
from consumers.entities.attribution.groups import LINK, PRONOUN, Group, is_source_like, starting_at
from consumers.entities.attribution.heads import NOUN
from consumers.entities.attribution.sources import Discourse, Speaker, identify
from consumers.entities.attribution.subjects import SHARED, subject, verb_group
from consumers.entities.attribution.tokens import Tokens, bits
from monitor.messages import Entity

UNKNOWN = Speaker("none", None, -1, -1)
PAIR = 2
"""The organisations that "the companies" are, and the states that "both governments" are."""
BODY, DETERMINER, NUMBER, STATE = bits("body"), bits("determiner"), bits("number"), bits("state")


@dataclass(slots=True)
class Draft:
    """A cue with its sources, and the outlet *through* which they speak. Its words end before token *end*, if it is set."""

    cue: Cue
    groups: list[Group]
    speakers: list[Speaker]
    through: str | None = None
    end: int | None = None


def make_draft(tokens: Tokens, low: int, high: int, cue: Cue, drafts: list[Draft], discourse: Discourse) -> Draft | None:
    """Return *cue* with its sources; None if it goes on with a source that is not known."""
    groups = list(cue.sources)
    if groups and groups[0] is SHARED:
        if drafts:
            return Draft(cue, drafts[-1].groups, drafts[-1].speakers, drafts[-1].through)
        group = starting_at(tokens, low, high)
        if group is None or not is_source_like(tokens, group) or group.last >= cue.first:
            return None
        groups = [_with_members(tokens, group, cue.first)]
    follows = bool(drafts) and bool(groups) and groups[0].first == drafts[-1].cue.last + 1
    if cue.stance == "declined" and follows and tokens.flags[groups[0].first] & PRONOUN:
        # "Said he had nothing to say" is said of the one who says it.
        return Draft(cue, groups, drafts[-1].speakers, drafts[-1].through)
    pair = _named_pair(tokens, low, groups)
    speakers = pair or [identify(tokens, group, discourse, high=high) for group in _merged(tokens, groups)]
    return Draft(cue, groups, speakers or [UNKNOWN])


def _with_members(tokens: Tokens, group: Group, high: int) -> Group:
    """Return *group*, at the start of a sentence, with those of whom it is: a group of soldiers."""
    if group.last + 1 >= high or not tokens.flags[group.last + 1] & LINK:
        return group
    following = starting_at(tokens, group.last + 2, high)
    return group._replace(last=following.head) if following and tokens.flags[following.head] & NOUN else group


def _merged(tokens: Tokens, groups: list[Group]) -> list[Group]:
    """Return *groups*, as one if none of them has a name: U.S. and South Korean officials and analysts."""
    if not groups[1:] or any(_has_name(tokens, group) for group in groups[1:]):
        return groups
    first = tokens.mentions.get(groups[0].head)
    if first and first.entity.type != "place":
        return groups
    return [Group(groups[0].first, groups[-1].last, groups[-1].head)]


def _has_name(tokens: Tokens, group: Group) -> bool:
    mention = tokens.mentions.get(group.head)
    return mention is not None or not tokens.flags[group.head] & bits(
        "person", "people", "body", "outlet", "unnamed", "document"
    )


def _named_pair(tokens: Tokens, low: int, groups: list[Group]) -> list[Speaker]:
    """Return the two bodies that the sentence names before "the companies" or "the two governments".

    Nothing if *groups* is another source, or if the sentence names more or fewer of them.
    """
    if len(groups) != 1 or groups[0].last == groups[0].first or groups[0].head != groups[0].last:
        return []
    (group,) = groups
    head = tokens.flags[group.head]
    if not head & BODY or not tokens.words[group.head].endswith(tokens.rules.plural):
        return []
    if not all(tokens.flags[index] & (DETERMINER | NUMBER) for index in range(group.first, group.head)):
        return []
    kinds = {"place"} if head & STATE else {"org"}
    named: dict[str, Entity] = {}
    for index in range(low, group.first):
        if (mention := tokens.mentions.get(index)) and mention.entity.type in kinds:
            named.setdefault(mention.entity.id, mention.entity)
    speakers = [Speaker("named", entity.name, group.first, group.last, entity.id) for entity in named.values()]
    return speakers if len(speakers) == PAIR else []


def relay(tokens: Tokens, low: int, draft: Draft, drafts: list[Draft], discourse: Discourse, high: int) -> Speaker | None:
    """Add the source that an outlet cites. Return the outlet if its verb is still to come."""
    if not all(is_source_like(tokens, group) for group in draft.groups):
        return None
    if drafts and drafts[-1].cue.stance in {"said", "reported"} and not drafts[-1].cue.relays:
        previous = drafts[-1]
        outlet = previous.speakers[0]
        drafts[-1] = Draft(previous.cue, previous.groups, draft.speakers, outlet.who, draft.cue.first)
        return None
    before = verb_group(tokens, low, draft.cue.first).before
    if before >= low and tokens.words[before] == ",":
        before -= 1
    groups = subject(tokens, low, before)
    carriers = [identify(tokens, group, discourse, high=high) for group in groups if group is not SHARED]
    carrier = carriers[0] if carriers else None
    draft.through = carrier.who if carrier else None
    drafts.append(draft)
    return carrier
