"""The cues of a sentence: verbs and phrases that show a stance, except those that are negated or conditional."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from consumers.entities.attribution import clefts, inversion
from consumers.entities.attribution.circumstances import is_told
from consumers.entities.attribution.frames import fits
from consumers.entities.attribution.groups import AGENT, COMPLEMENT, PRONOUN, Group, ending_at, is_source_like
from consumers.entities.attribution.heads import START
from consumers.entities.attribution.subjects import (
    AND,
    BREAK,
    NEGATION,
    QUOTES,
    SHARED,
    VerbGroup,
    agent,
    following,
    inverted,
    owning,
    subject,
    verb_group,
)
from consumers.entities.attribution.tokens import VERB, WORD, Tokens, bits, lexicon
from consumers.entities.attribution.untold import end_of_question, is_dependent, is_negative
from monitor.text.languages import CueStance, PhraseCue, Verb

MAX_CONTINUATION = 40
"""The most tokens between a denial and a cue within what is denied."""
MAX_CONDITION = 60
"""The most code points before a cue that may make it conditional."""
IMPERSONAL = frozenset({"free", "tell", "any", "place", "object", "direct", "outside"})
"""The frames of verbs whose passive with "it" is a cue without a source: it was announced that."""
SEVERAL = bits("group_pronoun", "collective")


@dataclass(frozen=True, slots=True)
class Cue:
    """The tokens from *first* to *last* that show *stance*, and the noun groups that are its *sources*.

    *sources* is SHARED alone for the source of the previous cue. *is_after* is set if the sources stand after the cue.
    *relays* is set if the sources stand behind an outlet that relays them.
    """

    stance: CueStance
    first: int
    last: int
    sources: tuple[Group, ...]
    is_after: bool = False
    relays: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """A match of *cue* from token *first* to *last*."""

    cue: PhraseCue
    first: int
    last: int


def find_signs(tokens: Tokens) -> list[int | Phrase]:
    """Return what may be a cue, in order: phrases, and the tokens of verbs outside of them."""
    phrases = lexicon(tokens.rules).phrases
    signs: list[int | Phrase] = []
    for index, word in enumerate(tokens.words):
        if word in phrases and (phrase := _phrase_at(tokens, index, phrases[word])):
            signs.append(phrase)
        elif tokens.flags[index] & VERB:
            signs.append(index)
    return signs


def _phrase_at(tokens: Tokens, index: int, cues: Sequence[PhraseCue]) -> Phrase | None:
    for cue in cues:
        if match := cue.pattern.match(tokens.text, tokens.starts[index]):
            return Phrase(cue, index, max(index, bisect_left(tokens.starts, match.end()) - 1))
    return None


def find_cues(tokens: Tokens, low: int, high: int, signs: Sequence[int | Phrase]) -> Iterator[Cue]:
    """Yield the cues of the sentence from token *low* to *high*, in order. *signs* are those of the text."""
    asked = end_of_question(tokens, low, high)
    denied = last = yielded = source_end = -1
    for number in range(bisect_left(signs, low, key=_first), len(signs)):
        sign = signs[number]
        index = _first(sign)
        if index > high:
            break
        # In "according to police reports" the last word is no verb.
        if index <= max(last, source_end) or index < asked:
            continue
        cue: Cue | None = None
        if isinstance(sign, Phrase):
            last = sign.last
            if last <= high and (not tokens.quoted[index] or _opens_quotation(tokens, index)):
                cue = _phrase_cue(tokens, low, high, sign)
        elif not tokens.quoted[index] and index not in tokens.mentions:
            verb = tokens.rules.verbs[tokens.words[index]]
            # What somebody is said to think, or thinks in a headline, is not told by them.
            if verb.frame != "mind" or (yielded < low and tokens.field == "text"):
                cue = _verb_cue(tokens, low, high, index, verb)
        if isinstance(sign, Phrase) and sign.cue.side == "nobody" and yielded >= low and _continues(tokens, yielded, index):
            # "Aus Regierungskreisen hieß es": the clause has its source.
            continue
        if cue and not (denied >= 0 and _continues(tokens, denied, cue.first)):
            yield cue
            yielded = cue.last
            source_end = max((source.last for source in cue.sources), default=-1) if isinstance(sign, Phrase) else -1
            denied = cue.last if cue.stance == "denied" else -1


def _first(sign: int | Phrase) -> int:
    return sign if isinstance(sign, int) else sign.first


def _opens_quotation(tokens: Tokens, index: int) -> bool:
    """Return whether token *index* is the first of a quotation: they had "nothing to say"."""
    return index > 0 and tokens.quoted[index] and tokens.words[index - 1] in QUOTES


def _continues(tokens: Tokens, first: int, last: int) -> bool:
    """Return whether what follows token *first* goes on to token *last*: no sign and no "and" is between them."""
    return last - first <= MAX_CONTINUATION and all(
        (tokens.flags[index] & WORD and not tokens.flags[index] & AND)
        or (tokens.words[index] == "," and tokens.flags[index + 1] & COMPLEMENT)
        for index in range(first + 1, last)
    )


def _phrase_cue(tokens: Tokens, low: int, high: int, phrase: Phrase) -> Cue | None:
    cue = phrase.cue
    if cue.side == "after":
        if _is_conditional(tokens, low, phrase.first) and cue.stance != "declined":
            return None
        groups = following(tokens, phrase.last + 1, high)
        if (cue.relays or tokens.rules.grammar.inverts) and not groups:
            return None
        return Cue(cue.stance, phrase.first, phrase.last, tuple(groups), is_after=True, relays=cue.relays)
    if cue.side == "nobody":
        group = verb_group(tokens, low, phrase.first)
        is_told = not (group.is_negated or group.is_modal or _is_conditional(tokens, low, phrase.first))
        return Cue(cue.stance, phrase.first, phrase.last, ()) if is_told else None
    if cue.side == "owner":
        owner = owning(tokens, low, phrase.first)
        return Cue(cue.stance, phrase.first, phrase.first, (owner,)) if owner else None
    group = verb_group(tokens, low, phrase.first - _opens_quotation(tokens, phrase.first))
    if cue.stance != "declined" and (group.is_negated or group.is_modal or group.is_infinitive):
        return None
    if group.is_passive and cue.stance == "denied":
        groups = agent(tokens, phrase.last, high)
    elif tokens.rules.grammar.inverts and cue.stance != "reported":
        groups = inversion.left(tokens, low, group.before, is_plural=True)
    else:
        groups = subject(tokens, low, group.before)
    return Cue(cue.stance, phrase.first, phrase.last, tuple(groups)) if groups else None


def _verb_cue(tokens: Tokens, low: int, high: int, index: int, verb: Verb) -> Cue | None:
    """Return the cue of the verb at token *index*; None if it shows nothing about who says what."""
    if tokens.rules.grammar.inverts:
        return _inverting_cue(tokens, low, high, index, verb)
    group = verb_group(tokens, low, index)
    if _is_ruled_out(tokens, low, high, index, group):
        return None
    if verb.form == "participle" and not group.has_auxiliary:
        return _participle(tokens, low, high, index, verb)
    if verb.form == "past" and group.is_passive:
        return _passive(tokens, low, high, index, verb, group.before)
    return _denied_by(tokens, low, high, index, verb, group) or _active(tokens, low, high, index, verb, group)


def _denied_by(tokens: Tokens, low: int, high: int, index: int, verb: Verb, group: VerbGroup) -> Cue | None:
    """Return the cue of a passive without "be": arms deal denied by Moscow. None for "said by telephone"."""
    is_passive = verb.form == "past" and index < high and tokens.flags[index + 1] & AGENT
    return _passive(tokens, low, high, index, verb, group.before) if is_passive else None


def _active(tokens: Tokens, low: int, high: int, index: int, verb: Verb, group: VerbGroup) -> Cue | None:
    can_invert = verb.stance == "said" and verb.frame in {"free", "clause", "any"}
    groups = inverted(tokens, low, index, high) if can_invert else []
    is_after = bool(groups)
    if not groups:
        groups = subject(tokens, low, group.before, any_group=verb.frame in {"free", "tell", "outside"})
    if not groups and (
        not (verb.frame in {"free", "tell"} and verb.stance == "said") or _is_said_by_nobody(tokens, index, high)
    ):
        return None
    if groups and not is_after and (is_negative(tokens, low, groups) or is_dependent(tokens, low, groups, verb)):
        return None
    if verb.form == "base" and not group.has_auxiliary and not is_after and not _is_plural(tokens, low, group.before, groups):
        return None
    if not is_after and not _ends_quotation(tokens, groups) and not fits(tokens, low, high, index, verb):
        return None
    return Cue(verb.stance, index, index, tuple(groups), is_after=is_after)


def _is_said_by_nobody(tokens: Tokens, index: int, high: int) -> bool:
    """Return whether the subject after the verb at token *index* is nobody: "No," said no one."""
    return index < high and bool(tokens.flags[index + 1] & NEGATION)


def _is_ruled_out(tokens: Tokens, low: int, high: int, index: int, group: VerbGroup) -> bool:
    """Return whether the words around the verb at token *index*, which ends *group*, say that its subject says nothing."""
    if group.is_negated or group.is_modal or group.is_infinitive or _is_conditional(tokens, low, index):
        return True
    verb = tokens.rules.verbs[tokens.words[index]]
    return verb.frame == "tell" and verb.form == "past" and not group.has_auxiliary and is_told(tokens, index, high)


def _inverting_cue(tokens: Tokens, low: int, high: int, index: int, verb: Verb) -> Cue | None:
    """Return the cue of a verb in a language whose sources may follow it."""
    if _is_conditional(tokens, low, index):
        return None
    if verb.form == "participle":
        return _participle(tokens, low, high, index, verb)
    if verb.form == "base":
        cleft = clefts.of_infinitive(tokens, low, index, verb)
        return Cue(verb.stance, index, index, (cleft,)) if cleft and not is_negative(tokens, low, [cleft]) else None
    found = inversion.sources(tokens, low, high, index, verb)
    if found is None or (found.groups and not found.is_after and is_negative(tokens, low, found.groups)):
        return None
    if found.is_impersonal:
        return Cue(_hearsay(verb.stance), index, index, (), is_after=found.is_after)
    return Cue(verb.stance, index, max(index, found.last), tuple(found.groups), is_after=found.is_after)


def _hearsay(stance: CueStance) -> CueStance:
    """Return the stance of words with *stance* that nobody in particular says."""
    return "reported" if stance == "said" else stance


def _ends_quotation(tokens: Tokens, groups: Sequence[Group]) -> bool:
    """Return whether a quotation ends before the source: "...", she wrote in a letter."""
    first = groups[0].first if groups else -1
    return first > 1 and tokens.words[first - 1] in QUOTES and tokens.quoted[first - 2]


def _participle(tokens: Tokens, low: int, high: int, index: int, verb: Verb) -> Cue | None:
    """Return the cue of a participle, whose source is an earlier one or stands before it: "adding that", "a memo saying"."""
    if index <= low or index >= high or not fits(tokens, low, high, index, verb):
        return None
    before = tokens.flags[index - 1]
    if tokens.words[index - 1] in {",", "—", "–"} or before & (AGENT | BREAK):
        return Cue(verb.stance, index, index, (SHARED,))
    group = ending_at(tokens, low, index - 1)
    if group is None or not is_source_like(tokens, group) or tokens.flags[group.head] & PRONOUN:
        return None
    return Cue(verb.stance, index, index, (group,))


def _passive(tokens: Tokens, low: int, high: int, index: int, verb: Verb, before: int) -> Cue | None:
    groups = agent(tokens, index, high)
    if groups:
        return Cue(verb.stance, index, index, tuple(groups), is_after=True)
    is_told = verb.frame == "tell" and bool(tokens.flags[index] & VERB)
    impersonal = before >= 0 and (tokens.flags[before] & bits("body_pronoun") or is_told)
    is_aside = index < high and before > low and tokens.words[index + 1] == tokens.words[before - 1] == ","
    introduces = is_aside or (index < high and tokens.flags[index + 1] & BREAK)
    if impersonal and introduces and verb.frame in IMPERSONAL:
        return Cue(_hearsay(verb.stance), index, index, ())
    return None


def _is_conditional(tokens: Tokens, low: int, index: int) -> bool:
    end = tokens.starts[index]
    start = max(tokens.starts[low], end - MAX_CONDITION)
    return tokens.rules.condition.search(tokens.text, start, end) is not None


def _is_plural(tokens: Tokens, low: int, before: int, groups: Sequence[Group]) -> bool:
    """Return whether a verb without an ending, after token *before*, can have *groups* as its subject: officials say."""
    if len(groups) != 1 or groups[0] is SHARED:
        return True
    head, nearest = groups[0].head, ending_at(tokens, low, before)
    if nearest and tokens.flags[nearest.first] & START and nearest.head != head:
        # "His daily call": the words before it are no group of their own.
        return False
    return tokens.words[head].endswith(tokens.rules.plural) or bool(tokens.flags[head] & SEVERAL)
