"""Whether a noun group can be the subject of a verb by its case and number: Путину сообщили is not said by Путин."""

from collections.abc import Sequence

from consumers.entities.attribution.groups import PRONOUN, Group
from consumers.entities.attribution.heads import NUMBER
from consumers.entities.attribution.tokens import Tokens
from monitor.text.languages import Case
from monitor.text.languages.attribution import always_subject


def judge(tokens: Tokens, groups: Sequence[Group], finite: int, *, is_plural: bool = False) -> Case:
    """Return whether *groups* can be the subject of the verb at token *finite*, which *is_plural* or may be either."""
    group = groups[0]
    if group.first < 0 or tokens.flags[group.head] & PRONOUN:
        return "subject"
    if is_plural and len(groups) == 1 and _is_one_person(tokens, group):
        return "other"
    if tokens.rules.case is always_subject or any(tokens.flags[index] & NUMBER for index in range(group.first, group.head)):
        # "Пять чиновников сообщили": after a number a subject is in the genitive.
        return "subject"
    verb = tokens.words[finite] if len(groups) == 1 else ""
    return tokens.rules.case(_written(tokens, group), group.head - group.first, verb)


def nominatives(tokens: Tokens, groups: list[Group]) -> list[Group]:
    """Return *groups* without those that only belong to the first: представители Путина и Трампа."""
    if len(groups) == 1 or tokens.rules.case is always_subject:
        return groups
    return [group for group in groups if judge(tokens, [group, group], group.head) == "subject"] or groups


def _is_one_person(tokens: Tokens, group: Group) -> bool:
    """Return whether *group* ends with the name of a person, with nobody beside."""
    mention = tokens.mentions.get(group.head)
    return mention is not None and mention.entity.type == "person" and mention.last == group.last


def _written(tokens: Tokens, group: Group) -> list[str]:
    return [tokens.text[tokens.starts[index] : tokens.ends[index]] for index in range(group.first, group.last + 1)]
