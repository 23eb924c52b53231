"""Queries made up from articles' own words, as seeded: the five forms that Luwak knows too, and the whole language."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from monitor.text import gazetteer, mediatopics

COMMON = 200
"""So many of the commonest words are no watch's word alone."""
PERSONS = [name.name for name in gazetteer.load().values() if name.type == "person"]
CODES = sorted(mediatopics.concepts())


@dataclass(frozen=True)
class Form:
    """A query in one of the five forms: as ours, and as Bench.java reads it."""

    ours: str
    theirs: str


class Writer:
    """Makes queries up from the articles' own words, as seeded."""

    def __init__(self, found: Sequence[Sequence[str]], seed: int) -> None:
        self.random, self.articles = Random(seed), [article for article in found if len(article) > 10]
        counts = Counter(word for article in found for word in article)
        self.common = {word for word, _ in counts.most_common(COMMON)}
        self.kinds = sorted(counts)

    def word(self) -> str:
        """A word: half of the time any that is used, half of the time as often as it is used, none of the commonest."""
        while True:
            word = self.random.choice(self.kinds if self.random.random() < 0.5 else self.random.choice(self.articles))
            if word not in self.common:
                return word

    def phrase(self) -> str:
        """Two or three words in a row from an article, not all of the commonest."""
        while True:
            article, length = self.random.choice(self.articles), self.random.choice((2, 3))
            start = self.random.randrange(len(article) - length)
            if not self.common.issuperset(some := article[start : start + length]):
                return " ".join(some)

    def form(self, number: int) -> Form:
        """The five forms in turn: phrase, OR of aliases, AND, AND NOT, NEAR."""
        one, other, third = self.word(), self.word(), self.word()
        match number % 5:
            case 0:
                phrase = self.phrase()
                return Form(f'"{phrase}"', f"phrase\t{phrase}")
            case 1:
                some = [self.phrase() if self.random.random() < 0.8 else self.word() for _ in range(self.random.randint(2, 6))]
                return Form(" OR ".join(f'"{each}"' for each in some), "\t".join(("or", *some)))
            case 2:
                return Form(f'"{one}" AND "{other}"', f"and\t{one}\t{other}")
            case 3:
                return Form(f'"{one}" AND "{other}" NOT "{third}"', f"not\t{one}\t{other}\t{third}")
            case _:
                if one == other:
                    return self.form(number)
                gap = self.random.randint(1, 10)
                return Form(f'"{one}" NEAR/{gap} "{other}"', f"near\t{one}\t{other}\t{gap}")

    def rich(self, number: int) -> str:
        """What else the language has, in turn: prefix, atleast, case, a field, a person, a topic, a filter."""
        one, other, third = self.word(), self.word(), self.word()
        match number % 7:
            case 0:
                stem = next(word for word in iter(self.word, "") if len(word) > 5 and word.isalpha() and word.isascii())
                return f'{stem[:5]}* AND "{one}"'
            case 1:
                return f'atleast 2 ("{one}", "{other}", "{third}")'
            case 2:
                return f'case("{one.capitalize()}") OR case("{self.phrase()}")'
            case 3:
                return f'lead:("{one}" OR "{self.phrase()}") NOT title:"{other}"'
            case 4:
                return f'person:"{self.random.choice(PERSONS)}" AND ("{one}" OR "{other}")'
            case 5:
                return f'topic:{self.random.choice(CODES)} AND "{one}"'
            case _:
                return f'"{one}" "{other}" lang:en -country:DE'
