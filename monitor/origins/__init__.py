"""Who says a story first, however many outlets carry it. Rules without a model: a signal, not a verdict. Pure.

`telling_of` reads an article, `fold` adds it to what is known of the story, and `standing_of` gives one word for the whole.
"""

from monitor.origins.fold import Bounds, Tally, fold
from monitor.origins.identity import is_unspecified
from monitor.origins.standing import count_origins, standing_of
from monitor.origins.statements import Telling, telling_of, telling_of_report
from monitor.origins.vocabulary import load_words

__all__ = [
    "Bounds",
    "Tally",
    "Telling",
    "count_origins",
    "fold",
    "is_unspecified",
    "load_words",
    "standing_of",
    "telling_of",
    "telling_of_report",
]
