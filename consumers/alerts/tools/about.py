"""What `newsmonitor explain` says of about: where an article names what it is about, or why it is not about a name."""

from consumers.alerts.matching.document import Document
from consumers.alerts.query.ast import Term
from consumers.alerts.query.fields import entity_values
from monitor.escape import printable
from monitor.salience import prominence


def describe_about(term: Term, document: Document) -> str | None:
    """Return where the article names what *term* asks for, and that it is not about it if so; None if *term* is another field.

    Also None if the article names nothing of the kind.
    """
    if term.clause != "about":
        return None
    wanted = {index_term.value for index_term in term.index_terms}
    found = [each for each in document.message.entities if not wanted.isdisjoint(entity_values(each))]
    if not found:
        return None
    entity = max(found, key=lambda each: each.about)
    places = prominence(document.message, entity)
    if entity.about:
        return str(places)
    name = printable(repr(entity.name))
    if not places.in_title and not places.sentences:
        return f"the article names {name} only as a source, or where it is not news"
    return f"the article mentions {name} {places}, and is not about it"
