"""Fields of an article: a field that Item and Article share by name reaches the article by itself."""

from dataclasses import dataclass, fields

from monitor.feeds.articles.build import COMPUTED, SHARED, shared_fields
from monitor.feeds.parsing.items import Item
from monitor.messages import Article
from tests.unit.feeds.polls import item, poll_items

VALUES = {"str": "a value", "str | None": "a value", "tuple[str, ...]": ("a", "value")}
"""A value for each type of the fields that are shared."""


@dataclass(frozen=True)
class ItemWithRights(Item):
    """An item whose parser has learned a new field."""

    rights: str | None = None


@dataclass(frozen=True, slots=True)
class ArticleWithRights(Article):
    """An article with the same new field."""

    rights: str | None = None


def test_every_field_that_item_and_article_share_passes_through_unless_it_is_computed() -> None:
    types = {field.name: str(field.type) for field in fields(Item)}
    values = {name: VALUES[_type_name(types[name])] for name in SHARED}
    shared = item(1, **values)
    ((article,), _) = poll_items([shared])
    assert {name: getattr(article, name) for name in SHARED} == values


def test_a_new_field_of_item_and_article_is_shared() -> None:
    assert set(shared_fields(ItemWithRights, ArticleWithRights)) == {*SHARED, "rights"}


def test_a_new_field_of_item_alone_is_not_shared() -> None:
    assert shared_fields(ItemWithRights, Article) == SHARED


def test_every_common_field_is_either_shared_or_computed() -> None:
    common = {field.name for field in fields(Item)} & {field.name for field in fields(Article)}
    assert common == {*SHARED, *COMPUTED}


def _type_name(name: str) -> str:
    return name.removeprefix("<class '").removesuffix("'>")
