"""A query or the lists of a watch in plain words, so that its author sees what they mean."""

from collections.abc import Iterator, Mapping, Sequence

from consumers.alerts.query.ast import AliasSet, And, AtLeast, FieldValue, Near, Node, Not, Or, Phrase, Prefix, Scope
from monitor.config import Watch

SCOPES: Mapping[Scope, str] = {
    "anywhere": "",
    "title": " in the title",
    "lead": " in the title or the first paragraph",
    "text": " in the text",
}
FIELDS = {
    "person": "the person",
    "org": "the organisation",
    "place": "the place",
    "event": "the event",
    "about": "as its subject",
    "topic": "the topic",
    "site": "the site",
    "feed": "the feed",
    "source": "the source",
    "lang": "the language",
    "country": "the country",
    "health": "a feed that is",
}

MAX_TEXTS = 6
"""The most texts of a list that are told."""


def describe(node: Node, sets: Mapping[str, Sequence[str]]) -> str:
    """Return what *node*, a parsed query, asks for. *sets* has the phrases of each alias set."""
    match node:
        case And(parts):
            wanted = [each for each in parts if not isinstance(each, Not)]
            refused = [each.part for each in parts if isinstance(each, Not)]
            told = " and ".join(_operand(each, sets) for each in wanted)
            return f"{told}{f'; not with {_either(refused, sets)}' if refused else ''}"
        case Or(parts):
            return _either(parts, sets)
        case Not(part):
            return f"not {_operand(part, sets)}"
        case AtLeast(count, parts):
            return f"at least {count} of: {', '.join(describe(each, sets) for each in parts)}"
        case Near(parts, operators):
            told = _operand(parts[0], sets)
            for operator, part in zip(operators, parts[1:], strict=True):
                before = "before and " if operator.ordered else ""
                told += f" {before}within {operator.distance} words of {_operand(part, sets)}"
            return told
        case _:
            return _leaf(node, sets)


def describe_lists(watch: Watch) -> Iterator[str]:
    """Yield what each list of *watch* asks for."""
    for key, told in (("any", "or"), ("all", "and")):
        if texts := getattr(watch, key):
            yield _quoted(texts, told)
    for key, name in FIELDS.items():
        list_key = {"feed": "feeds"}.get(key, key)
        if texts := getattr(watch, list_key, ()):
            yield f"{name} {_quoted(texts, 'or')}"
    if watch.none:
        yield f"not with {_quoted(watch.none, 'or')}"


def _quoted(texts: Sequence[str], conjunction: str) -> str:
    """Return *texts* in a row. Of many, the first ones, and how many more there are."""
    shown = [f"“{each}”" if each[:1] != "@" else each for each in texts[:MAX_TEXTS]]
    if more := len(texts) - len(shown):
        return f"{', '.join(shown)} {conjunction} {more} more"
    return f" {conjunction} ".join((", ".join(shown[:-1]), shown[-1])) if len(shown) > 1 else shown[0]


def _operand(node: Node, sets: Mapping[str, Sequence[str]]) -> str:
    """Return *node* as a part of a longer text: what holds several parts stands in parentheses."""
    told = describe(node, sets)
    return f"({told})" if isinstance(node, And | AtLeast) or (isinstance(node, Or) and len(node.parts) > 1) else told


def _either(parts: Sequence[Node], sets: Mapping[str, Sequence[str]]) -> str:
    told = [_operand(each, sets) for each in parts]
    return " or ".join((", ".join(told[:-1]), told[-1])) if len(told) > 1 else told[0] if told else "nothing"


def _leaf(node: Node, sets: Mapping[str, Sequence[str]]) -> str:
    match node:
        case Phrase(text, scope, exact):
            return f"“{text}”{' spelt so' if exact else ''}{SCOPES[scope]}"
        case Prefix(stem, scope):
            return f"a word that begins with “{stem}”{SCOPES[scope]}"
        case AliasSet(name, scope):
            count = len(sets.get(name, ()))
            return f"@{name} ({count} name{'' if count == 1 else 's'}){SCOPES[scope]}"
        case FieldValue(name, text):
            return f"{FIELDS.get(name, name)} “{text}”"
    raise TypeError(node)
