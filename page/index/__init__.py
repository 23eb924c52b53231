"""The index: a file of the page's own with the articles and alerts of the log, by story and by words.

It holds nothing that the log does not hold. It can be deleted at any time, and is built anew from the log.
"""

from page.index.following import IndexFollower, read_row, read_title
from page.index.place import open_index
from page.index.store import Index, IndexRow

__all__ = ["Index", "IndexFollower", "IndexRow", "open_index", "read_row", "read_title"]
