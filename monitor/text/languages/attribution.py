"""The interface of a language's rules of attribution: the words that show who says something. All of it is data.

consumers/entities/attribution contains the algorithm. Words are in lower case, with ' as the apostrophe. Every part has a
default: a pack with a few verbs and words for sources works.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from monitor.text.languages.cjk import CjkRules
from monitor.text.languages.patterns import NOTHING

CueStance = Literal["said", "reported", "announced", "declined", "corrected", "denied", "confirmed"]
"""The stances that a cue can show. What an article tells without a cue is asserted."""
VerbForm = Literal["finite", "past", "base", "participle", "plural", "perfect"]
"""finite: says; past: said, which is also the participle of the passive; base: say; participle: saying; plural: a finite
form whose subject is several; perfect: a form that is finite only with an auxiliary (a déclaré, hat gesagt). With
Grammar.inverts the base form is an infinitive, a cue only in a cleft sentence (è stato Macron a dire)."""
Frame = Literal["free", "tell", "clause", "mind", "object", "direct", "any", "place", "claim", "outside"]
"""What must stand beside a verb that makes it a cue.

- free: nothing; tell: nothing, and what follows the verb is no source;
- clause: what is said (notes that); mind: as clause, not in a headline, and no cue before it in its sentence;
- object: an object (promised aid); any: either, or the end of its clause;
- direct: an object without a preposition, save one of time (accused him, not accused of);
- place: as any, but no preposition after it (reported from Kyiv), save one of time;
- claim: a word for a claim after it, one of *claims* (rejected reports);
- outside: an object other than one of *not_claims* (denied entry).
"""
WordClass = Literal[
    "be", "auxiliary", "modal", "negation", "adverb", "infinitive", "determiner", "number", "person_pronoun", "group_pronoun",
    "body_pronoun", "possessive", "relative", "conjunction", "break", "preposition", "agent", "time", "person", "people",
    "body", "outlet", "document", "unnamed", "unnamed_mark", "participle", "past", "continue", "claims", "not_claims",
    "no_label", "first_person", "body_possessive", "complement", "enclitic", "genitive", "oblique", "addressee",
    "object_pronoun", "setting", "occasion", "collective", "apposition", "reflexive", "what", "plural", "seat", "question",
    "related", "about", "state", "rubric", "within", "whole", "definite",
]  # fmt: skip
"""The classes of words.

- Verb groups: *be*, *auxiliary*, *modal*, *negation*, *adverb*, *infinitive* (to), *continue* (verbs that leave what follows
  as it is: went on to say), *participle* and *past* (other verbs, mostly known by their ending).
- Noun groups: *determiner*, *number*, the pronouns *person_pronoun* (she), *group_pronoun* (they) and *body_pronoun* (it),
  *possessive* (her), *preposition*, *agent* (by), *conjunction* (and), *relative* (who), *break* (words that begin a clause),
  of which *complement* (that) begins what is said, and *time* (Monday).
- Between a verb and what is said: *object_pronoun* (him), *setting* (prepositions of where or on what occasion it is said:
  on, during) and *occasion* (interview).
- *first_person* (I) makes a verb in a quotation one of who is quoted, and *body_possessive* (its) stands for a body.
- Sources: *person* (minister), *people* (those who are seldom named: officials), *body* (ministry), *outlet* (newspaper),
  *document* (report), *unnamed* (sources) and *unnamed_mark* (anonymous). *collective* is a noun in the singular
  whose verb is in the plural (police), *apposition* one that a hyphen joins to a name without another meaning
  (der Siemens-Konzern). *state* are the bodies that a state is (governments).
- Only with Grammar.inverts: *enclitic* (a pronoun joined to its verb: -t-il), *genitive* (a determiner that joins what
  follows to what is before: ein Sprecher des Kreml), *oblique* (one that begins no subject: den),
  *addressee* (a preposition before whom it is told), *within* (one before the words in which it is said: en un comunicado),
  *reflexive* (a pronoun that makes "announces" say nothing: s'annonce),
  *seat* (a name of a government by its place, which speaks in a headline before a colon: Kremlin),
  *about* (prepositions that belong to what is said, rather than to a source before them),
  *related* (roles that a name after them is seldom that of: aide),
  *question* (a particle after a verb that makes it one: ли),
  *plural* (auxiliaries whose subject is several: han dicho).
- *what* stands for what is said in a clause that tells none of it (what he said surprised us). Before a conjunction of the
  class *complement* or *relative* with Grammar.inverts (lo que dijo), else before the subject.
- Objects: *claims* (allegations), *not_claims* (entry, bail) and *whole*, words that stand for what somebody else said (the
  whole thing, everything). *definite* are the determiners before such a word for a claim.
- Headlines: *no_label* are words that show, after the colon of a headline, that a name before it is its subject and no source.
  *rubric* are words that stand before it for the kind of article (Correction).
"""
CLASSES: Sequence[WordClass] = get_args(WordClass)


Case = Literal["subject", "unclear", "other"]
"""Whether a noun can be the subject of a verb by its form: it can, only if nothing else is, or it cannot."""
JudgeCase = Callable[[Sequence[str], int, str], Case]
"""Takes the words of a noun group as written, the place of its head, and a verb in lower case, or "" for any verb."""


def always_subject(_words: Sequence[str], _head: int, _verb: str) -> Case:
    """Return "subject": the default, for a language whose nouns have no cases."""
    return "subject"


def words(text: str) -> frozenset[str]:
    """Return the words of *text*."""
    return frozenset(text.split())


def token_pattern(*parts: str, not_joined: str = "") -> re.Pattern[str]:
    """Return the pattern of a word, with dots, hyphens and apostrophes within it, or of a sign.

    U.S. is a word, and officials' with its apostrophe. *parts* match words that are joined to others (l', -t-il), and
    *not_joined* what a word does not go on with.
    """
    unless = f"(?!{not_joined})" if not_joined else ""
    word = rf"[^\W_]+(?:{unless}[-'’&.][^\W_]+)*(?:(?<=s)['’](?=\s[^\W\d_]))?"
    return re.compile("|".join((*parts, r"(?:[^\W_]\.){2,}", word, r"\n", r"[^\w\s]")))


TOKEN = token_pattern()


@dataclass(frozen=True, slots=True)
class Grammar:
    """How the sentences of a language are built. The default is as in English.

    With *inverts* a source may follow its verb without a sign (según informó la policía), the subject may follow other words,
    and a claim has a source. With *head_first* the first noun of several in succession says who they are, unless they end with
    a person's name. With *has_brackets* the second part of a verb ends its clause (teilte die Polizei mit). With
    *capitalises_nouns* a capital is no sign of a name. With *locative_bodies* a body may stand after a preposition as the
    subject of a verb in the plural (в Кремле заявили). Without *has_articles* a determiner before a verb makes it no noun.
    """

    inverts: bool = False
    head_first: bool = False
    has_brackets: bool = False
    capitalises_nouns: bool = False
    locative_bodies: bool = False
    has_articles: bool = True


ENGLISH_GRAMMAR = Grammar()


@dataclass(frozen=True, slots=True)
class Verb:
    """A form of a verb that shows a stance. *particle*, if it is set, must end its clause (teilte ... mit)."""

    stance: CueStance
    form: VerbForm = "past"
    frame: Frame = "free"
    particle: str | None = None


@dataclass(frozen=True, slots=True)
class PhraseCue:
    """Words other than a verb that show a stance. *pattern* matches them in the text, from one of the words *starts*.

    The source stands on *side* of them, or is their "owner" (her claim that), or there is none: "nobody" (dit-on, allegedly).
    *relays* is set if it stands behind an outlet that relays it, as after "citing".
    """

    stance: CueStance
    starts: frozenset[str]
    pattern: re.Pattern[str]
    side: Literal["before", "after", "owner", "nobody"] = "before"
    relays: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class AttributionRules:
    """How a language shows who says something, and how sure the source is.

    *verbs* are all forms of the verbs, *phrases* the other cues, and *words* the words of each class. *endings* give the class
    of a word in lower case that no other part has. *abbreviations* are words before a full stop that ends no sentence.
    *anonymity* matches, after a source, the words that keep it unnamed. *joint* matches, after a cue, the words of a joint
    statement. *condition* matches the text up to a cue that it makes conditional. *owner* matches the ending of a name in the
    genitive (Chile's), and *genitive* is put between an owner and what is owned. *plural* are the endings of nouns in
    the plural. *unnamed* are folded words of a source that say that it is unnamed. *token* matches a word or sign.
    *case* tells whether a noun can be the subject of a verb. *dependents*, if it is set, matches the words in lower case that
    can follow a noun as a part of its group. With *cjk*, these and *anonymity* find the claims, and nothing else does.
    """

    verbs: Mapping[str, Verb] = field(default_factory=dict)
    phrases: Sequence[PhraseCue] = ()
    words: Mapping[WordClass, frozenset[str]] = field(default_factory=dict)
    endings: Mapping[str, WordClass] = field(default_factory=dict)
    abbreviations: frozenset[str] = frozenset()
    anonymity: re.Pattern[str] = NOTHING
    joint: re.Pattern[str] = NOTHING
    condition: re.Pattern[str] = NOTHING
    owner: re.Pattern[str] = NOTHING
    genitive: str = ""
    plural: tuple[str, ...] = ()
    unnamed: frozenset[str] = frozenset()
    token: re.Pattern[str] = TOKEN
    grammar: Grammar = ENGLISH_GRAMMAR
    case: JudgeCase = always_subject
    dependents: re.Pattern[str] | None = None
    cjk: CjkRules | None = None
