"""How long the page waits for those who use it, and how many it serves at once."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one page. All times are in seconds.

    *first_request* is how long a connection may have no request; it may last twice as long until that is noticed. *body* is how
    long a form or a JSON document may take to arrive. A reader of events that takes nothing for *write* is let go, since it
    would keep its place from others. Of those, *readers* are served at once; further ones ask every 15 seconds.
    """

    first_request: float = 20.0
    body: float = 30.0
    write: float = 30.0
    readers: int = 100
