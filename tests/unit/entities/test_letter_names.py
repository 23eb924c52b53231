"""Names in scripts without spaces: short forms, and known names inside longer ones."""

import pytest

from consumers.entities.linking import link_entities
from monitor.messages import Entity
from monitor.text.languages import NameRules
from tests.unit.entities.recognised import spans


def linked(text: str, labels: dict[str, str], language: str = "zh") -> tuple[Entity, ...]:
    """Return the entities of an article without a title, in which the model finds the names of *labels*."""
    return link_entities("", text, [], spans(text, **labels), NameRules(), language)


def counted(text: str, labels: dict[str, str], language: str = "zh") -> dict[str, int]:
    return {entity.name: entity.count for entity in linked(text, labels, language)}


def test_the_last_part_of_a_foreign_name_means_its_bearer_whether_the_model_finds_it_or_not() -> None:
    text = "汉斯·彼得森昨天抵达林德维克。彼得森说,他很高兴。会后彼得森离开。"
    assert counted(text, {"汉斯·彼得森": "PER"}) == {"汉斯·彼得森": 3}
    assert counted(text, {"汉斯·彼得森": "PER", "彼得森": "PER"}) == {"汉斯·彼得森": 3}


def test_the_last_part_of_a_foreign_name_in_hangul_means_its_bearer() -> None:
    text = "하나 페테르센이 왔다. 페테르센은 웃었다. 페테르센 장관과 페테르센가는 떠났다. 페테르센호텔은 문을 닫았다."
    assert counted(text, {"하나 페테르센": "PER"}, "ko") == {"하나 페테르센": 4}


def test_a_letter_of_a_name_in_hangul_that_could_be_a_particle_is_known_by_the_name_elsewhere() -> None:
    text = "하나 페르니에 장관이 왔다. 페르니에 장관은 웃었다."
    assert counted(text, {"하나 페르니": "PER", "페르니에": "PER"}, "ko") == {"하나 페르니에": 2}
    assert counted("하나 페르니에 갔다.", {"하나 페르니": "PER"}, "ko") == {"하나 페르니": 1}


def test_a_part_of_a_word_in_katakana_is_no_short_form() -> None:
    text = "ハンス・ペーター氏が来た。ペーターは話した。ペーターソンも来た。"
    assert counted(text, {"ハンス・ペーター": "PER"}, "ja") == {"ハンス・ペーター": 2}


def test_a_family_name_means_the_person_named_last_with_it() -> None:
    text = "山川太郎は笑った。山川は話した。山川花子が来た。山川は泣いた。"
    found = counted(text, {"山川": "PER", "山川太郎": "PER", "山川花子": "PER"}, "ja")
    assert found == {"山川太郎": 2, "山川花子": 2}


def test_a_place_of_one_letter_is_not_the_person_whose_name_ends_with_it() -> None:
    found = {(entity.name, entity.type) for entity in linked("张小沪离开。沪上有雨。", {"张小沪": "PER", "沪": "LOC"})}
    assert found == {("张小沪", "person"), ("沪", "place")}


@pytest.mark.parametrize(
    ("text", "labels", "name", "type_"),
    [
        ("联合国安全理事会开会。", {"联合国安全理事会": "ORG"}, "联合国安全理事会", "org"),
        ("他在北京大学演讲。", {"北京大学": "ORG"}, "北京大学", "org"),
        ("总统普京说。", {"总统普京": "PER"}, "Vladimir Putin", "person"),
        ("阿列克谢·普京到了。", {"阿列克谢·普京": "PER"}, "阿列克谢·普京", "person"),
    ],
)
def test_a_longer_name_around_a_known_one_stays_whole_unless_it_is_its_bearer_with_an_office(
    text: str, labels: dict[str, str], name: str, type_: str
) -> None:
    assert [(entity.name, entity.type) for entity in linked(text, labels)] == [(name, type_)]
