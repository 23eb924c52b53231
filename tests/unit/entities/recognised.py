"""A fake of the NER model: a test gives the names in a text and their labels."""

from consumers.entities.linking import link_entities
from consumers.entities.ner import NerSpan
from monitor.messages import Entity
from monitor.text.languages import pack


def spans(text: str, **labels: str) -> list[NerSpan]:
    """Return a span for each occurrence of a name in *text*.

    Each keyword is a name, with underscores for spaces; its value is the label.
    """
    occurrences = []
    for key, label in labels.items():
        name = key.replace("_", " ")
        start = text.find(name)
        while start >= 0:
            occurrences.append(NerSpan(start, start + len(name), label))
            start = text.find(name, start + 1)
    return sorted(occurrences)


def entities_by_name(title: str, text: str, **labels: str) -> dict[str, Entity]:
    """Return the entities, by name, of an English article in which the model finds *labels* (see spans)."""
    entities = link_entities(title, text, spans(title, **labels), spans(text, **labels), pack("en").names)
    return {entity.name: entity for entity in entities}
