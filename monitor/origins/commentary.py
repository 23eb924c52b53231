"""Which sources of an article tell what happens in the story, and which only comment on it.

A source that the title or the first sentence has, and one that is named there, tells what happens, unless it only reacts.
Of the others these are commentary, unless they deny or confirm: those whose profession is to comment, those who judge or
demand, those of earlier years, those first heard after the first sentences, and all in an article whose title is of
reactions.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from monitor.messages import ArticleStories, Claim
from monitor.origins.claims import AttributedClaim
from monitor.origins.descriptions import head_of, singular
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
MIN_SENTENCE = 25
"""The fewest code points of a sentence that is counted: bylines and datelines are shorter."""
MAX_SENTENCE = 400
"""The most code points of a sentence, on either side of a cue, that are read."""
MAX_READ = 4000
"""The most code points of a text in which its first sentences are."""
FIRST = 3
"""The number of first sentences of a text. Who is first heard after them is seldom an origin."""
FIRST_ALONE = 2
"""FIRST in a language without words for those who comment, where the place alone tells."""
MAX_TIME = 30
"""The most code points after a cue in which it stands when it was said: "said in May"."""
WORDS_OF_TIME = 3
"""The words at the beginning of a sentence and after a cue in which a date is the time of all of it."""
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
    sentences: tuple[int, ...]
    opening: int
    reacts: bool
    named: frozenset[str]
    year: int

    def is_opening(self, claim: Claim) -> bool:
        return claim.cue.field == "title" or claim.cue.start < self.opening

    def is_late(self, claims: Sequence[Claim]) -> bool:
        words = pack(self.message.language.code).origins
        first = FIRST if words and words.commentators else FIRST_ALONE
        return len(self.sentences) > first and min(claim.cue.start for claim in claims) >= self.sentences[first]

    def text(self, claim: Claim) -> str:
        return self.message.article.title if claim.cue.field == "title" else self.message.article.text


def find_commentary(message: ArticleStories, attributed: Sequence[AttributedClaim]) -> list[bool]:
    """Return of each of *attributed*, the claims of *message*, whether its source only comments."""
    text = message.article.text
    sentences = tuple(start for start, end in split_sentences(text[:MAX_READ]) if end - start >= MIN_SENTENCE)
    opening = next((start for start in sentences if start >= MIN_OPENING), MAX_OPENING)
    title = tokens(message.article.title)
    named = frozenset((*title, *tokens(text[:opening])))
    article = _Article(message, sentences, opening, _has_any(vocabulary().reacting, title), named, message.article.fetched.year)
    if _has_title_of_a_reaction(article):
        article = replace(article, reacts=True)
    claims: dict[tuple[str, str | None], list[AttributedClaim]] = {}
    for each in attributed:
        claims.setdefault((each.claim.source, each.claim.who), []).append(each)
    comments = {key: _only_comments(article, group) for key, group in claims.items()}
    bodies = [who for (_, who), only_comments in comments.items() if only_comments and who]
    for key, group in claims.items():
        comments[key] = comments[key] or _speaks_for_one_of(article, group, bodies)
    return [comments[each.claim.source, each.claim.who] for each in attributed]


def _has_title_of_a_reaction(article: _Article) -> bool:
    """Return whether those whom the title quotes only react: "Union calls for inquiry". Nobody does who opens the text too."""
    claims = [each for each in article.message.claims if each.who and each.stance not in VERDICTS]
    titled = [each for each in claims if each.cue.field == "title"]
    if not titled:
        return False
    claims = [each for each in claims if article.is_opening(each)]
    opening = {each.who for each in claims if each.cue.field == "text" and not _reacts(article, each)}
    return all(_reacts(article, each) and each.who not in opening for each in titled)


def _only_comments(article: _Article, attributed: Sequence[AttributedClaim]) -> bool:
    """Return whether the source of *attributed*, all of its claims in *article*, only comments.

    The most important stands first in news, so a source that is first heard late is beside it too.
    """
    if article.reacts:
        return all(each.claim.stance not in VERDICTS for each in attributed)
    opening = [each for each in attributed if article.is_opening(each.claim)]
    if opening:
        return all(_reacts(article, each.claim, each.role) for each in opening)
    claims = [each.claim for each in attributed]
    decides = any(claim.stance in VERDICTS for claim in claims)
    is_named = any(_is_named_in_opening(article, each) for each in attributed)
    if not decides and not is_named and article.is_late(claims) and not any(map(_speaks_for_a_body, attributed)):
        return True
    if decides or is_named or _is_past(article, claims[0]):
        return _is_past(article, claims[0])
    return _judges(article, attributed[0]) or any(_comments_by_profession(article, each) for each in attributed)


def _speaks_for_one_of(article: _Article, attributed: Sequence[AttributedClaim], bodies: Sequence[str]) -> bool:
    """Return whether the role of *attributed*, heard after the opening, has the name of one of *bodies*, who only comment."""
    matters = any(article.is_opening(each.claim) or each.claim.stance in VERDICTS for each in attributed)
    return not matters and any(body in (each.role or "") for each in attributed for body in bodies)


def _speaks_for_a_body(attributed: AttributedClaim) -> bool:
    """Return whether the source is a spokesperson: an official statement may stand late. "Their spokesman" is of others."""
    words = tokens(f"{attributed.role or ''} {attributed.claim.who or ''}")
    known = vocabulary()
    speaks = not known.speakers.isdisjoint(words) or any(
        # "Bahnsprecher": the word for the body is joined to it.
        word in known.leaders and word.endswith(tuple(known.speakers))
        for word in words
    )
    return speaks and vocabulary().possessives.isdisjoint(words[:1])


def _is_named_in_opening(article: _Article, attributed: AttributedClaim) -> bool:
    """Return whether the title or the first sentence names the source, or the body for which it speaks."""
    claim, role, _ = attributed
    words = [word for word in tokens(claim.who or "") if word not in vocabulary().fillers]
    is_named = claim.source != "anonymous" and bool(words) and article.named.issuperset(words)
    body = body_of(role) if role else None
    return is_named or (body is not None and not body.words <= vocabulary().people and article.named.issuperset(body.words))


def _comments_by_profession(article: _Article, attributed: AttributedClaim) -> bool:
    """Return whether the source is described as an analyst, a fan, a lobby or the like, or as one who held an office."""
    claim, role, _ = attributed
    known = vocabulary()
    words = tokens(f"{role or ''} {claim.who or ''} {_described(article, claim)}")
    return not known.parted.isdisjoint(words) or _has_any(known.commentators, words, known.commentator_endings)


def _described(article: _Article, claim: Claim) -> str:
    """Return the words around the source of *claim* that describe it: the brokerage, "who studies the region"."""
    text = article.text(claim)
    start = text.find(claim.who, 0, claim.cue.end + MAX_SENTENCE) if claim.who else -1
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


def _judges(article: _Article, attributed: AttributedClaim) -> bool:
    claim = attributed.claim
    return _reacts(article, claim, attributed.role) or _has_any(vocabulary().judgements, _sentence(article, claim))


def _reacts(article: _Article, claim: Claim, role: str | None = None) -> bool:
    """Return whether the cue of *claim* is one of a reaction: welcomed, called on."""
    rules = pack(article.message.language.code).attribution
    text = article.text(claim)
    verb = rules.verbs.get(text[claim.cue.start : claim.cue.end].casefold()) if rules else None
    after = tokens(text[claim.cue.start : claim.cue.end + MAX_SIDE])[:2]
    is_witness = head_of(role if role and claim.source == "named" else claim.who or "") in vocabulary().witnesses
    return claim.stance not in VERDICTS and (
        (verb is not None and verb.frame in JUDGING and not is_witness) or _has_any(vocabulary().reactions, after)
    )


def _is_past(article: _Article, claim: Claim) -> bool:
    """Return whether the sentence of *claim* is of earlier years."""
    words = _sentence(article, claim)
    after = tokens(article.text(claim)[claim.cue.end :][:MAX_TIME])[:WORDS_OF_TIME]
    dates = (*words[:WORDS_OF_TIME], *after)
    is_year = any(len(word) == 4 and word.isdigit() and FIRST_YEAR < int(word) < article.year for word in dates)  # noqa: PLR2004
    return is_year or _has_any(vocabulary().past, words) or _has_any(vocabulary().told_before, after)


def _sentence(article: _Article, claim: Claim) -> tuple[str, ...]:
    """Return the words of the sentence in which the cue of *claim* stands, and of what is said."""
    text, cue = article.text(claim), claim.cue
    starts = article.sentences if cue.field == "text" else ()
    place = bisect_right(starts, cue.start)
    start, end = starts[place - 1] if place else 0, starts[place] if place < len(starts) else len(text)
    found = text[max(start, cue.start - MAX_SENTENCE) : min(end, cue.end + MAX_SENTENCE)]
    said = claim.words_at
    words = text[said.start : min(said.end, said.start + MAX_SENTENCE)] if said and said.field == cue.field else ""
    return (*tokens(found), *tokens(words))


def _has_any(known: frozenset[str], words: Sequence[str], endings: frozenset[str] = frozenset()) -> bool:
    """Return whether one of *words*, or two in succession, are *known*, or end with one of *endings*."""
    if endings:
        words = [*words, *map(singular, words)]
        if any(map(_ending(endings).search, words)):
            return True
    return not known.isdisjoint(words) or not known.isdisjoint(map(" ".join, pairwise(words)))


@cache
def _ending(endings: frozenset[str]) -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(map(re.escape, sorted(endings)))})$")
