"""What an article adds to its story: the sentences with facts that the story does not know. Rules, and a signal. Pure.

`read_facts` reads an article, `find_developments` compares it with what its story knows, and `add_facts` adds it to that.
"""

from consumers.stories.developments.facts import ArticleFacts, read_facts
from consumers.stories.developments.known import KnownFacts, add_facts, decode_known
from consumers.stories.developments.ranking import find_developments

__all__ = ["ArticleFacts", "KnownFacts", "add_facts", "decode_known", "find_developments", "read_facts"]
