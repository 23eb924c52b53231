"""Stands in for the NER model: the names in a text with their labels, as a test gives them."""

from consumers.entities.linking import link_entities
from consumers.entities.ner import NerSpan
from monitor.messages import Entity
from monitor.text.languages import pack


def spans(text: str, **labels: str) -> list[NerSpan]:
    """Return a span wherever a name stands in *text*; each keyword is a name with underscores for spaces, and its label."""
    found = []
    for key, label in labels.items():
        name = key.replace("_", " ")
        start = text.find(name)
        while start >= 0:
            found.append(NerSpan(start, start + len(name), label))
            start = text.find(name, start + 1)
    return sorted(found)


def entities_by_name(title: str, text: str, **labels: str) -> dict[str, Entity]:
    """Return the entities of an English article in which the model found the names *labels*, as in spans()."""
    entities = link_entities(title, text, spans(title, **labels), spans(text, **labels), pack("en").names)
    return {entity.name: entity for entity in entities}
