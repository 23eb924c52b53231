"""How a language writes what is not news in an article: NotNewsRules."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from monitor.text.languages.patterns import NOTHING

NotNewsReason = Literal[
    "biography", "byline", "caption", "contact", "copyright", "credit", "navigation", "related", "subscription"
]
"""Why a passage is not news. A caption is left out if it has a date or a credit of its own."""
NO_DATE = re.compile(r"(?!)(?P<credit>)")


@dataclass(frozen=True, slots=True, eq=False)
class NotNewsRules:
    """The patterns of lines that are not news. *own_date* and those that are searched for are applied to a line in lower
    case; the others are matched at the start of a line as written.

    *anywhere* matches whole lines wherever they stand, *at_end* whole lines after the last paragraph of news, *byline* one at
    the start or the end. *related* matches the heading of a list of other articles. *credit* matches a line that only credits
    a picture or text. *own_date* is searched for the date at the end of a caption; its group ``credit`` is a credit after it.
    *caption* is searched for what only captions have, and *caption_words* are folded words of which each such caption has one.

    *biography* matches the start of an author's biography; its group ``name`` is the author. *biography_more* is searched for
    what else biographies tell, and *biography_next* matches the start of a further paragraph of one. *news* is searched for
    words that news tells of somebody, but biographies do not, and *speech* for those of a sentence that quotes somebody: a line
    with one of these stays.
    """

    anywhere: Mapping[NotNewsReason, re.Pattern[str]] = field(default_factory=dict)
    at_end: Mapping[NotNewsReason, re.Pattern[str]] = field(default_factory=dict)
    byline: re.Pattern[str] = NOTHING
    related: re.Pattern[str] = NOTHING
    credit: re.Pattern[str] = NOTHING
    own_date: re.Pattern[str] = NO_DATE
    caption: re.Pattern[str] = NOTHING
    caption_words: Sequence[str] = ()
    biography: re.Pattern[str] = NOTHING
    biography_more: re.Pattern[str] = NOTHING
    biography_next: re.Pattern[str] = NOTHING
    news: re.Pattern[str] = NOTHING
    speech: re.Pattern[str] = NOTHING
