"""Random queries made from the words of articles, reproducible by a seed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from monitor.text import gazetteer, mediatopics

COMMON_WORDS = 200
"""This many of the most frequent words are never used as a term of their own."""
PERSONS = [entry.name for entry in gazetteer.load().values() if entry.type == "person"]
TOPIC_CODES = sorted(mediatopics.concepts())


@dataclass(frozen=True)
class SharedQuery:
    """A query that Luwak can also express: *text* for newsmonitor, and *luwak* in the format that Bench.java reads."""

    text: str
    luwak: str


class QueryGenerator:
    """Makes queries from the words of *articles*."""

    def __init__(self, articles: Sequence[Sequence[str]], seed: int) -> None:
        self.random, self.articles = Random(seed), [article for article in articles if len(article) > 10]
        counts = Counter(word for article in articles for word in article)
        self.common = {word for word, _ in counts.most_common(COMMON_WORDS)}
        self.distinct = sorted(counts)

    def word(self) -> str:
        """Return a random word that is not one of the most frequent ones.

        Half of the words are drawn uniformly from all distinct words, the other half in proportion to their frequency.
        """
        while True:
            word = self.random.choice(self.distinct if self.random.random() < 0.5 else self.random.choice(self.articles))
            if word not in self.common:
                return word

    def phrase(self) -> str:
        """Return two or three consecutive words of a random article. At least one is not among the most frequent words."""
        while True:
            article, length = self.random.choice(self.articles), self.random.choice((2, 3))
            start = self.random.randrange(len(article) - length)
            if not self.common.issuperset(words := article[start : start + length]):
                return " ".join(words)

    def shared_query(self, number: int) -> SharedQuery:
        """Return the next of five forms by *number*: phrase, OR of aliases, AND, AND NOT, NEAR."""
        first, second, third = self.word(), self.word(), self.word()
        match number % 5:
            case 0:
                phrase = self.phrase()
                return SharedQuery(f'"{phrase}"', f"phrase\t{phrase}")
            case 1:
                count = self.random.randint(2, 6)
                aliases = [self.phrase() if self.random.random() < 0.8 else self.word() for _ in range(count)]
                return SharedQuery(" OR ".join(f'"{alias}"' for alias in aliases), "\t".join(("or", *aliases)))
            case 2:
                return SharedQuery(f'"{first}" AND "{second}"', f"and\t{first}\t{second}")
            case 3:
                return SharedQuery(f'"{first}" AND "{second}" NOT "{third}"', f"not\t{first}\t{second}\t{third}")
            case _:
                if first == second:
                    return self.shared_query(number)
                distance = self.random.randint(1, 10)
                return SharedQuery(f'"{first}" NEAR/{distance} "{second}"', f"near\t{first}\t{second}\t{distance}")

    def extended_query(self, number: int) -> str:
        """Return the next of seven forms that Luwak lacks: prefix, atleast, case, lead and title, person, topic, filter."""
        first, second, third = self.word(), self.word(), self.word()
        match number % 7:
            case 0:
                stem = next(word for word in iter(self.word, "") if len(word) > 5 and word.isalpha() and word.isascii())
                return f'{stem[:5]}* AND "{first}"'
            case 1:
                return f'atleast 2 ("{first}", "{second}", "{third}")'
            case 2:
                return f'case("{first.capitalize()}") OR case("{self.phrase()}")'
            case 3:
                return f'lead:("{first}" OR "{self.phrase()}") NOT title:"{second}"'
            case 4:
                return f'person:"{self.random.choice(PERSONS)}" AND ("{first}" OR "{second}")'
            case 5:
                return f'topic:{self.random.choice(TOPIC_CODES)} AND "{first}"'
            case _:
                return f'"{first}" "{second}" lang:en -country:DE'
