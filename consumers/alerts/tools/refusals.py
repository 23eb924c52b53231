"""What `newsmonitor explain` says of a name or an office in an article that does not stand for the known subject of a watch."""

from collections.abc import Mapping

from consumers.alerts.matching.document import Document
from consumers.alerts.query.ast import Term
from consumers.alerts.query.fields import NAME_FIELDS
from monitor.messages import ArticleStories, RoleMention
from monitor.messages.articles import RoleRefusal
from monitor.text import gazetteer
from monitor.text.office_holders import by_office

_REFUSALS = {
    "namesake": "{!r} in the article is another person of that name, not {!r}",
    "team": "{!r} in the article is the team, not the place {!r}",
    "place": "{!r} in the article is another place of that name, not {!r}",
    "unclear": "nothing in the article shows whether {!r} is {!r}: several places have that name",
}
"""Why an entity is not the known subject of its name."""
_REASONS: Mapping[RoleRefusal, str] = {
    "former": "a former or other holder is meant",
    "another": "the article names another holder",
    "undated": "the article has no date",
    "unknown": "nobody is known to hold the office on the article's day",
    "change": "the holder changes about the article's day",
    "unchecked": "who holds the office is not known for so late a day, and the article does not name the holder",
    "time": "the sentence tells of another time, whose holder is not known for certain",
    "nobody": "no one in particular is meant, or the words say what somebody is or becomes",
    "work": "it is in a film, a book or the like, or its title",
}


def describe_refusal(term: Term, document: Document) -> str | None:
    """Return why a name like that of *term* in the article is not the subject that *term* names, or None if there is none."""
    wanted = gazetteer.resolve(term.text)
    for entity in document.message.entities if wanted else ():
        if entity.refused and wanted and entity.refused.id == wanted.id:
            return _REFUSALS[entity.refused.reason].format(entity.name, wanted.name)
    return None


def describe_roles(term: Term, document: Document) -> str | None:
    """Return why an office that *term*'s person holds or held is not linked to the person; None if the article has none."""
    wanted = gazetteer.resolve(term.text, "person") if term.clause in NAME_FIELDS else None
    for role in document.message.roles if wanted else ():
        held = {tenure.holder for tenure in by_office().get((role.of, role.title), ())}
        if wanted and wanted.id in held:
            words = repr(_words(role, document.message))
            if role.refused:
                return f"{words} in the article is not linked to {wanted.name!r}: {_reason(role)}"
            return f"{words} in the article is {gazetteer.load()[role.entity or ''].name!r} on its day, not {wanted.name!r}"
    return None


def _reason(role: RoleMention) -> str:
    """Return why *role* is linked to nobody, with the last day of the table if the article is of a later one."""
    tenures = by_office()[role.of, role.title]
    known = f" (known up to {max(tenure.checked for tenure in tenures)})" if role.refused == "unchecked" else ""
    return f"{_REASONS[role.refused]}{known}" if role.refused else ""


def _words(role: RoleMention, message: ArticleStories) -> str:
    text = message.article.title if role.at.field == "title" else message.article.text
    return text[role.at.start : role.at.end]
