"""A watch on a person matches the office that the person holds, and an explanation says why an office is not linked."""

from dataclasses import replace
from datetime import date
from typing import get_args

import pytest

from consumers.alerts.matching.compile import compile_watch
from consumers.alerts.matching.document import Document
from consumers.alerts.matching.resolve import lookups_for
from consumers.alerts.tools.explain import Explanation, explain
from consumers.entities.roles import link_roles
from monitor.bus import Partition, Record
from monitor.config import Config, Watch
from monitor.messages import ArticleStories, RoleMention, Span
from monitor.messages.articles import RoleRefusal
from monitor.messages.codec import decode, encode
from monitor.text.languages import pack
from tests.make import article_stories

TEXT = "The German chancellor was silent."


def message(day: date | None) -> ArticleStories:
    """Return the article of TEXT on *day*."""
    entities, roles = link_roles("", TEXT, (), pack("en"), day)
    return replace(article_stories("Silence", TEXT, entities=entities), roles=roles)


def explained(query: str, day: date | None) -> Explanation:
    return explain(compile_watch(Watch("w", query=query), lookups_for(Config())).ast, Document(message(day)))


def test_a_watch_on_a_person_matches_the_office() -> None:
    found = explained('person:"Olaf Scholz"', date(2023, 1, 5))
    assert (found.holds, [excerpt.words for excerpt in found.excerpts]) == (True, ["German chancellor"])


@pytest.mark.parametrize(
    ("query", "day", "why"),
    [
        ('person:"Olaf Scholz"', date(2021, 12, 8), "not linked to 'Olaf Scholz': the holder changes about the article's day"),
        ('about:"Olaf Scholz"', None, "not linked to 'Olaf Scholz': the article has no date"),
        ('person:"Angela Merkel"', date(2023, 1, 5), "'Olaf Scholz' on its day, not 'Angela Merkel'"),
        ('person:"Friedrich Merz"', date(2031, 1, 5), "does not name the holder (known up to 2026-07-20)"),
        ('person:"Donald Trump"', date(2023, 1, 5), "the article has 'German chancellor'"),
    ],
)
def test_an_explanation_says_why_an_office_is_not_linked(query: str, day: date | None, why: str) -> None:
    explanation = explained(query, day)
    assert not explanation.holds
    assert explanation.why.endswith(why)


@pytest.mark.parametrize("refused", get_args(RoleRefusal))
def test_every_reason_is_explained_and_may_be_published(refused: RoleRefusal) -> None:
    role = RoleMention(Span("text", 4, 21), "chancellor", "DE", refused=refused)
    sent = replace(message(None), roles=(role,))
    record = encode(sent)
    read = decode(ArticleStories, Record(Partition(record.stream), 0, 0.0, record.key, record.value, {}))
    assert read.roles == (role,)
    compiled = compile_watch(Watch("w", query='person:"Olaf Scholz"'), lookups_for(Config()))
    assert "is not linked to 'Olaf Scholz': " in explain(compiled.ast, Document(sent)).why
