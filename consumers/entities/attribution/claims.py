"""The claims of an article: each cue with its sources and words. Uses rules, no model, in linear time. Pure.

The stances are the grades of news agencies: confirmed, denied, corrected, declined to comment, announced, reported, said, and
asserted for what no claim attributes. The rules favour precision over recall: in doubt they find no claim, or no source.
"""

from collections.abc import Iterator, Sequence

from consumers.entities.attribution import cjk
from consumers.entities.attribution.contents import after_dateline, content, is_one_thing, refers_back, words
from consumers.entities.attribution.cues import Cue, Phrase, find_cues, find_signs
from consumers.entities.attribution.drafts import Draft, make_draft, relay
from consumers.entities.attribution.groups import AND, COMPLEMENT, Group, starting_at
from consumers.entities.attribution.headlines import label
from consumers.entities.attribution.sources import Discourse, Said, Speaker, identify
from consumers.entities.attribution.subjects import BREAK
from consumers.entities.attribution.tokens import OWNER, VERB, WORD, Tokens, bits, sentences, tokenize
from monitor.messages import Claim, Entity, Span, Stance
from monitor.text.languages import AttributionRules

MAX_CLAIMS = 40
"""The most claims that an article keeps."""
MAX_JOINT = 60
"""The most code points between a cue and the end of the words for a joint statement."""
STANCES_BY_STRENGTH: Sequence[Stance] = (
    "confirmed", "denied", "corrected", "declined", "announced", "reported", "said", "asserted",
)  # fmt: skip
"""The stances, strongest first."""
FIRST_PERSON = bits("first_person")


def find_claims(title: str, text: str, entities: Sequence[Entity], rules: AttributionRules) -> tuple[Claim, ...]:
    """Return the claims of an article that names *entities*: the strongest first, at most MAX_CLAIMS."""
    claims = list(all_claims(title, text, entities, rules))
    claims.sort(key=lambda claim: STANCES_BY_STRENGTH.index(claim.stance))
    return tuple(claims[:MAX_CLAIMS])


def all_claims(title: str, text: str, entities: Sequence[Entity], rules: AttributionRules) -> Iterator[Claim]:
    """Yield all claims of an article that names *entities*, in the order of title and text."""
    if rules.cjk:
        yield from cjk.all_claims(title, text, entities, rules)
        return
    discourse = Discourse()
    for tokens in (tokenize("title", title, entities, rules), tokenize("text", text, entities, rules)):
        signs = find_signs(tokens)
        for low, high in sentences(tokens):
            discourse.sentence += 1
            yield from _sentence_claims(tokens, low, high, signs, discourse)


def _sentence_claims(
    tokens: Tokens, low: int, high: int, signs: Sequence[int | Phrase], discourse: Discourse
) -> Iterator[Claim]:
    """Yield the claims of the sentence from token *low* to *high*."""
    low = after_dateline(tokens, low, high)
    _add_subject(tokens, low, high, discourse)
    named = label(tokens, low, high) if tokens.field == "title" else None
    drafts: list[Draft] = []
    carrier: Speaker | None = None
    for cue in find_cues(tokens, low, high, signs):
        draft = make_draft(tokens, low, high, cue, drafts, discourse)
        if draft is None:
            continue
        if cue.relays:
            carrier = relay(tokens, low, draft, drafts, discourse, high)
            continue
        if carrier and draft.speakers[0].who == carrier.who and drafts and drafts[-1].cue.relays:
            draft = Draft(cue, draft.groups, drafts.pop().speakers, carrier.who)
        drafts.append(draft)
        for speaker in draft.speakers:
            discourse.add(speaker)
    for number, draft in enumerate(drafts):
        following = drafts[number + 1] if number + 1 < len(drafts) else None
        stop = _next_clause(tokens, draft, following) if following else high + 1
        if draft.end is not None:
            stop = min(stop, draft.end)
        # "Vale denies talks: officials": the source at the end is no part of what Vale denies.
        yield from _claims(tokens, low, named.last if named and named.first == low else high, draft, stop, discourse)
    if named:
        speaker = identify(tokens, named.group, discourse, high=high)
        stance: Stance = "reported" if _is_relayed(speaker) else "said"
        discourse.add(speaker)
        yield _claim(tokens, stance, speaker, (named.sign, named.sign), (named.first, named.last), None)


def _add_subject(tokens: Tokens, low: int, high: int, discourse: Discourse) -> None:
    """Remember the name with which the sentence from token *low* to *high* starts, for pronouns."""
    mention = tokens.mentions.get(low) or tokens.mentions.get(min(low + 1, high))
    if mention and not tokens.flags[mention.last] & OWNER and mention.entity.type in {"person", "org"}:
        discourse.add(identify(tokens, Group(mention.first, mention.last, mention.last), discourse, high=high))
        return
    group = starting_at(tokens, low, high)
    named = tokens.mentions.get(group.head) if group and group.head == group.last else None
    if group and named and named.entity.type == "person" and not tokens.flags[group.head] & OWNER:
        discourse.add(identify(tokens, group, discourse, high=high))
        return
    if group and not tokens.rules.grammar.head_first:
        # "The minister refused": what follows the role may be an unknown verb.
        group = group._replace(last=group.head)
    if group and tokens.flags[group.head] & bits("person") and not tokens.flags[group.last] & OWNER:
        discourse.add(identify(tokens, group, discourse, high=high))


def _next_clause(tokens: Tokens, draft: Draft, following: Draft) -> int:
    """Return the token at which the clause of *following*, the claim after *draft*, starts; beyond the text if it is none."""
    if following.groups == draft.groups:
        return following.cue.first
    start = min(following.cue.first, *(group.first for group in following.groups)) if following.groups else following.cue.first
    before = tokens.flags[start - 1] if start else 0
    separates = (not before & WORD and not tokens.quoted[start - 1]) or (before & (AND | BREAK) and not before & COMPLEMENT)
    return start if separates else len(tokens.words)


def _claims(tokens: Tokens, low: int, high: int, draft: Draft, stop: int, discourse: Discourse) -> Iterator[Claim]:
    """Yield a claim for each source of *draft*."""
    cue = draft.cue
    said = content(tokens, low, high, cue, draft.groups, stop)
    if said and cue.stance in {"denied", "confirmed"} and refers_back(tokens, *said):
        said = _said_before(tokens, said, draft.speakers[0].who, discourse)
    elif said and cue.stance in {"denied", "confirmed"} and _holds_words_of_another(tokens, said, discourse):
        said = (discourse.said.first, said[1]) if discourse.said else said
    elif said and cue.stance != "declined":
        discourse.said = Said(draft.speakers[0].who, tokens.field, *said, discourse.sentence)
    for speaker in draft.speakers:
        yield _claim(tokens, _stance(tokens, low, high, cue, speaker), speaker, (cue.first, cue.last), said, draft.through)


def _said_before(tokens: Tokens, words_of: tuple[int, int], who: str | None, discourse: Discourse) -> tuple[int, int] | None:
    """Return the words of another than *who*, in this sentence or the one before it, for which those at *words_of* stand.

    As in: Interfax reported that Kim would come; Saltykov denied it. None if it is not clear what they stand for.
    """
    said = discourse.said
    if said is None or said.field != tokens.field or said.who == who or not is_one_thing(tokens, words_of[1]):
        return None
    return (said.first, said.last) if said.sentence >= discourse.sentence - 1 else None


def _holds_words_of_another(tokens: Tokens, words_of: tuple[int, int], discourse: Discourse) -> bool:
    """Return whether the words at *words_of* tell what another says in the same sentence.

    As in: the mayor has said the ferry runs, despite denials from the operator.
    """
    said = discourse.said
    is_same = said is not None and said.field == tokens.field and said.sentence == discourse.sentence
    return is_same and said is not None and words_of[0] < said.first <= words_of[1]


def _is_relayed(speaker: Speaker) -> bool:
    return speaker.kind == "anonymous" or speaker.is_nameless or speaker.is_outlet


def _stance(tokens: Tokens, low: int, high: int, cue: Cue, speaker: Speaker) -> Stance:
    """Return the stance of *cue* for *speaker*: what unnamed people or an outlet say is reported."""
    if cue.stance != "said":
        return cue.stance
    end = tokens.ends[cue.last]
    if tokens.rules.joint.search(tokens.text, end, min(end + MAX_JOINT, tokens.ends[high])):
        return "confirmed"
    for index in range(low + 1, high + 1):
        if tokens.quoted[index] and tokens.flags[index] & VERB and tokens.flags[index - 1] & FIRST_PERSON:
            verb = tokens.verb(index)
            if verb and verb.stance in {"denied", "confirmed"}:
                return verb.stance
    return "reported" if _is_relayed(speaker) else "said"


def _claim(
    tokens: Tokens, stance: Stance, speaker: Speaker, cue: tuple[int, int], said: tuple[int, int] | None, through: str | None
) -> Claim:
    return Claim(
        stance,
        speaker.kind,
        speaker.who,
        _span(tokens, *cue),
        who_at=_span(tokens, speaker.first, speaker.last) if speaker.first >= 0 else None,
        entity=speaker.entity,
        through=through,
        words=words(tokens, *said) if said else None,
        words_at=_span(tokens, *said) if said else None,
    )


def _span(tokens: Tokens, first: int, last: int) -> Span:
    return Span(tokens.field, tokens.starts[first], tokens.ends[last])
