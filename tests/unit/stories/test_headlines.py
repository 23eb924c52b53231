"""Headlines without text: what joins them, in scripts with and without spaces, and in any order."""

from itertools import permutations

import pytest

from consumers.stories.state import StoryState
from tests.make import entity
from tests.unit.stories.test_events import place
from tests.unit.stories.test_stories import add

RECALL = (
    "Vauxmont recalls 61,000 trains over brakes",
    "Vauxmont recall of trains widens as brakes fail",
    "Brakes: Vauxmont to recall trains",
)
HARVEST = ("Grape harvest in Alsace is the smallest for years", "Smallest grape harvest for years disappoints Alsace")
JAPANESE = ("東京都で大規模な停電、復旧のめど立たず", "東京都の大規模停電、復旧のめど立たず市民生活に影響")
JAPANESE_OTHER = ("大阪府知事選が告示、三人が立候補", "京都の寺で国宝の絵巻を公開")
CHINESE = ("北京地铁因暴雨停运乘客被困", "暴雨致北京地铁停运大批乘客被困站内")
CHINESE_OTHER = ("上海证券交易所公布新规", "北方多地迎来今冬首场大雪")
KOREAN = ("부산항 화재로 선박 세 척 침몰", "부산항 화재 선박 세 척 침몰 원인 조사")
KOREAN_OTHER = ("서울시 지하철 요금 인상 발표", "제주도 감귤 수확 시작")
THAI = ("ไฟไหม้ตลาดกลางเมืองเชียงใหม่", "เหตุไฟไหม้ตลาดกลางเมืองเชียงใหม่เสียหายหนัก")
THAI_OTHER = ("นายกรัฐมนตรีเยือนญี่ปุ่น", "ราคาทองคำปรับขึ้นอีก")


def stories(*titles: str) -> list[str]:
    """Return the id of the story of each headline. They come one minute after the other."""
    return [output.story.id for output in place(*((title, "") for title in titles), minutes=1)]


@pytest.mark.parametrize("same", [RECALL, HARVEST, JAPANESE, CHINESE, KOREAN, THAI])
def test_headlines_of_one_event_share_a_story_in_any_order(same: tuple[str, ...]) -> None:
    for order in permutations(same):
        assert len(set(stories(*order))) == 1


@pytest.mark.parametrize(
    ("one", "others"),
    [
        (JAPANESE[0], JAPANESE_OTHER),
        (CHINESE[0], CHINESE_OTHER),
        (KOREAN[0], KOREAN_OTHER),
        (THAI[0], THAI_OTHER),
    ],
    ids=["Japanese", "Chinese", "Korean", "Thai"],
)
def test_characters_that_any_headline_has_join_none(one: str, others: tuple[str, ...]) -> None:
    for first, second in permutations((one, *others), 2):
        assert len(set(stories(first, second))) == 2


@pytest.mark.parametrize(("one", "other"), [("日本と英国、協定に署名", "日本で英語教師不足"), ("首相访问法国", "法国队夺冠")])
def test_two_shared_characters_are_not_two_shared_words(one: str, other: str) -> None:
    assert len(set(stories(one, other))) == 2


def test_the_order_of_headlines_changes_no_story() -> None:
    events = (RECALL[:2], HARVEST, JAPANESE, CHINESE)
    headlines = [(number, title) for number, event in enumerate(events) for title in event]
    for order in list(permutations(headlines))[::997]:
        found = set(zip((number for number, _ in order), stories(*(title for _, title in order)), strict=True))
        assert len(found) == len(events) == len({story for _, story in found})


def test_names_that_are_spelled_in_two_ways_share_a_story_in_any_order() -> None:
    president, city = "Q1", "Q2"
    reports = [
        (
            "Zelensky asks for help after strike on Odesa",
            "Drones set grain stores in the port of Odesa on fire overnight. Zelensky asked allies for more air defence.",
            (entity("Zelensky", ident=president), entity("Odesa", "place", city)),
        ),
        (
            "Selenskyj visits burning port of Odessa",
            "Selenskyj visited the port of Odessa, where grain stores burned after a strike by drones in the night to Tuesday.",
            (entity("Selenskyj", ident=president), entity("Odessa", "place", city)),
        ),
        (
            "Odessa port: four dockers dead",
            "Four dockers died when drones hit grain stores in the port of Odessa. Zelenskyy spoke of a strike on bread.",
            (entity("Odessa", "place", city), entity("Zelenskyy", ident=president)),
        ),
    ]
    for order in permutations(reports):
        state = StoryState()
        assert len({add(state, title, text, names, id=title)[0].id for title, text, names in order}) == 1
