"""The rules that find names in the morphemes of Korean."""

import pytest

from consumers.entities.mecab_ko import Morpheme, find_korean_names


def morphemes(text: str) -> list[Morpheme]:
    """Return morphemes from text such as "서울/NNP/지명+대학교/NNG 교수/NNG": a plus joins two, a space separates words."""
    found: list[Morpheme] = []
    place = 0
    for word in text.split():
        for each in word.split("+"):
            surface, tag, *meaning = each.split("/")
            found.append(Morpheme(surface, place, place + len(surface), tag, meaning[0] if meaning else None))
            place += len(surface)
        place += 1
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("이재용/NNP/인명 회장/NNG+은/JX", {"이재용": "PER"}),
        ("조/NNP/인명 바이든/NNP/인명 대통령/NNG", {"조 바이든": "PER"}),
        ("김철수/NNP/인명 이영희/NNP/인명", {"김철수": "PER", "이영희": "PER"}),
        ("곽/NNP/인명+민수/NNP/인명 교수/NNG", {"곽민수": "PER"}),
        ("곽/NNP/인명+하늬/NNG 의원/NNG", {"곽하늬": "PER"}),
        ("곽/NNP/인명+하늬/NNG 소식/NNG", {}),
        ("김철수/NNP/인명+의원/NNG", {"김철수": "PER"}),
        ("박/NNP/인명 씨/NNB", {}),
        ("서울/NNP/지명+대학교/NNG", {"서울대학교": "ORG"}),
        ("금융/NNG+위원회/NNG+는/JX", {"금융위원회": "ORG"}),
        ("국방부/NNG+는/JX", {"국방부": "ORG"}),
        ("유엔/NNP/인명", {"유엔": "ORG"}),
        ("네이버/NNP+와/JC", {"네이버": "ORG"}),
        ("나토/NNP+와/JC", {"나토": "ORG"}),
        ("무한/NNP/정적사태+도전/NNG", {}),
        ("홈런왕/NNP+이/JKS", {}),
        ("한나라당/NNP+은/JX", {"한나라당": "ORG"}),
        ("버지니아/NNP/인명 주/NNG", {"버지니아 주": "LOC"}),
        ("마이클/NNP/인명 리/NNP/인명", {"마이클 리": "PER"}),
        ("아시아/NNP/인명", {"아시아": "LOC"}),
        ("내부/NNP/지명", {}),
        ("작은/VA 은행/NNG", {}),
        ("부산/NNP/지명+시/NNG", {"부산시": "LOC"}),
        ("미국/NNP/지명+인/XSN", {}),
        ("도쿄/NNP/지명+에서/JKB", {"도쿄": "LOC"}),
        ("서울/NNP/지명+사람/NNG", {}),
    ],
)
def test_names(text: str, expected: dict[str, str]) -> None:
    read = morphemes(text)
    written = [" "] * max(each.end for each in read)
    for each in read:
        written[each.start : each.end] = each.text
    found = {"".join(written[name.start : name.end]): name.label for name in find_korean_names(read)}
    assert found == expected
