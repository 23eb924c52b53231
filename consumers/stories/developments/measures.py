"""What decides whether a sentence is a development: what is new in it, and what the article around it is. Pure."""

from typing import NamedTuple


class Measures(NamedTuple):
    """The measures of a sentence, or how much each of them counts.

    *signs* is the sum of the weights of what is new in it, of its new words, and of the time since the story's latest article.
    *date* and *weekday* are the weights of its new days: who words the known ones anew seldom names another day. *quotes*
    and *background* are the shares of the sentences of the article with quotations and with background: reactions, features and
    reviews have many of them. They are 0 for a sentence with a sign that is enough by itself.
    """

    signs: float
    date: float
    weekday: float
    quotes: float
    background: float

    def weigh(self, measures: "Measures") -> float:
        """Return the sum of *measures*, each as much as it counts."""
        return sum(weight * measure for weight, measure in zip(self, measures, strict=True))
