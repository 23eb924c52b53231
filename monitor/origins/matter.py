"""Which sources of an article tell the story's matter, and which speak beside it: they react, comment, or are background.

A source that the title or the first sentence has, and one that is named there, tells the matter, unless it only reacts. Of the
others these speak beside it: those whose profession is to comment, those who judge or demand, and those of earlier years.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from monitor.messages import ArticleStories, Claim
from monitor.origins.claims import Told
from monitor.origins.descriptions import singular
from monitor.origins.grouping import VERDICTS
from monitor.origins.identity import body_of
from monitor.origins.vocabulary import vocabulary
from monitor.text.languages import pack
from monitor.text.sentences import split_sentences
from monitor.text.tokens import tokens

MIN_OPENING = 60
"""The fewest code points of the sentences with which a text opens: the first may be a dateline."""
MAX_OPENING = 600
"""The most code points of them."""
MAX_SIDE = 80
"""The most code points before and after a source in which it is described."""
MAX_SENTENCE = 400
"""The most code points of a sentence, on either side of a cue, that are read."""
MAX_READ = 4000
"""The most code points of a text in which its first sentences are."""
FIRST = 3
"""The number of first sentences of a text. Who is first heard after them is seldom an origin."""
FIRST_YEAR = 1500
"""The first number of four digits that is a year."""
BREAK = re.compile(r"[,.;:!?\n\"“”«»()]")
"""What ends the words that describe a source."""
JUDGING = frozenset({"direct", "mind"})
"""The frames of verbs by which somebody judges (praised him) or supposes (believes that)."""


@dataclass(frozen=True, slots=True)
class _Article:
    """What the decisions on all sources of an article have in common."""

    message: ArticleStories
    opening: int
    late: int
    named: frozenset[str]
    year: int

    def is_opening(self, claim: Claim) -> bool:
        return claim.cue.field == "title" or claim.cue.start < self.opening

    def text(self, claim: Claim) -> str:
        return self.message.article.title if claim.cue.field == "title" else self.message.article.text


def beside_the_matter(message: ArticleStories, told: Sequence[Told]) -> list[bool]:
    """Return of each of *told*, the claims of *message*, whether its source only speaks beside the story's matter."""
    text = message.article.text
    opening = next((end for _, end in split_sentences(text[:MAX_OPENING]) if end >= MIN_OPENING), MAX_OPENING)
    named = frozenset(tokens(f"{message.article.title} {text[:opening]}"))
    article = _Article(message, opening, _late(text), named, message.article.fetched.year)
    claims: dict[tuple[str, str | None], list[Told]] = {}
    for each in told:
        claims.setdefault((each.claim.source, each.claim.who), []).append(each)
    beside = {key: _is_beside(article, group) for key, group in claims.items()}
    return [beside[each.claim.source, each.claim.who] for each in told]


def _late(text: str) -> int:
    """Return where the sentences of *text* begin that come after the first ones."""
    return next((start for number, (start, _) in enumerate(split_sentences(text[:MAX_READ])) if number >= FIRST), len(text))


def _is_beside(article: _Article, told: Sequence[Told]) -> bool:
    """Return whether the source of *told*, all of its claims in *article*, speaks beside the matter.

    The most important stands first in news, so a source that is first heard late is beside it too.
    """
    opening = [each.claim for each in told if article.is_opening(each.claim)]
    if opening:
        return all(_reacts(article, claim) for claim in opening)
    claims = [each.claim for each in told]
    if _is_past(article, claims[0]):
        return True
    if any(claim.stance in VERDICTS for claim in claims) or any(_is_named_in_opening(article, each) for each in told):
        return False
    if _judges(article, claims[0]) or any(_comments_by_profession(article, each) for each in told):
        return True
    speaks = any(not vocabulary().speakers.isdisjoint(tokens(f"{each.role or ''} {each.claim.who or ''}")) for each in told)
    return not speaks and min(claim.cue.start for claim in claims) >= article.late


def _is_named_in_opening(article: _Article, told: Told) -> bool:
    """Return whether the title or the first sentence names the source, or the body for which it speaks."""
    claim, role, _ = told
    words = [word for word in tokens(claim.who or "") if word not in vocabulary().fillers]
    is_named = claim.source != "anonymous" and bool(words) and article.named.issuperset(words)
    body = body_of(role) if role else None
    return is_named or (body is not None and bool(body.words) and article.named.issuperset(body.words))


def _comments_by_profession(article: _Article, told: Told) -> bool:
    """Return whether the source is described as an analyst, a fan, a lobby or the like, or as one who held an office."""
    claim, role, _ = told
    known = vocabulary()
    words = tokens(f"{role or ''} {claim.who or ''} {_described(article, claim)}")
    return not known.parted.isdisjoint(words) or _has_any(known.commentators, words, known.commentator_endings)


def _described(article: _Article, claim: Claim) -> str:
    """Return the words around the source of *claim* that describe it: the brokerage, "who studies the region"."""
    text = article.text(claim)
    start = text.find(claim.who) if claim.who else -1
    if start < 0 or claim.source != "named" or not claim.who:
        return ""
    before = BREAK.split(text[max(0, start - MAX_SIDE) : start])[-1]
    after = text[start + len(claim.who) :][:MAX_SIDE]
    if after[:1] == ",":
        after = BREAK.split(after[1:])[0]
    elif not vocabulary().prepositions.isdisjoint(tokens(after)[:1]):
        after = BREAK.split(after)[0]
    else:
        after = ""
    return f"{before} {after}"


def _judges(article: _Article, claim: Claim) -> bool:
    return _reacts(article, claim) or _has_any(vocabulary().judgements, _sentence(article, claim))


def _reacts(article: _Article, claim: Claim) -> bool:
    """Return whether the cue of *claim* is one of a reaction: welcomed, called on."""
    rules = pack(article.message.language.code).attribution
    text = article.text(claim)
    verb = rules.verbs.get(text[claim.cue.start : claim.cue.end].casefold()) if rules else None
    after = tokens(text[claim.cue.start : claim.cue.end + MAX_SIDE])[:2]
    return claim.stance not in VERDICTS and (
        (verb is not None and verb.frame in JUDGING) or _has_any(vocabulary().reactions, after)
    )


def _is_past(article: _Article, claim: Claim) -> bool:
    """Return whether the sentence of *claim* is of earlier years."""
    words = _sentence(article, claim)
    is_year = any(len(word) == 4 and word.isdigit() and FIRST_YEAR < int(word) < article.year for word in words)  # noqa: PLR2004
    return is_year or _has_any(vocabulary().past, words)


def _sentence(article: _Article, claim: Claim) -> tuple[str, ...]:
    """Return the words of the sentence in which the cue of *claim* stands, and of what is said."""
    text, cue = article.text(claim), claim.cue
    start = max(0, cue.start - MAX_SENTENCE)
    sentences = split_sentences(text[start : cue.end + MAX_SENTENCE])
    found = next((text[start + first : start + end] for first, end in sentences if start + end > cue.start), "")
    said = claim.words_at
    words = text[said.start : min(said.end, said.start + MAX_SENTENCE)] if said and said.field == cue.field else ""
    return (*tokens(found), *tokens(words))


def _has_any(known: frozenset[str], words: Sequence[str], endings: frozenset[str] = frozenset()) -> bool:
    """Return whether one of *words*, or two in succession, are *known*, or end with one of *endings*."""
    words = [*words, *map(singular, words)] if endings else words
    pairs = map(" ".join, pairwise(words))
    return not known.isdisjoint(words) or not known.isdisjoint(pairs) or any(word.endswith(tuple(endings)) for word in words)
