"""Clusters of Thai, Lao, Khmer and Burmese letters: a name is found in a run of words, but not a part of a syllable."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.scripts.clusters import CLUSTER, CLUSTERED, SIGNS
from monitor.text.tokens import tokens


def contains(text: str, term: str) -> bool:
    words, searched = tokens(text), tokens(term)
    return any(words[start : start + len(searched)] == searched for start in range(len(words)))


@pytest.mark.parametrize(
    ("text", "term", "expected"),
    [
        ("เธอไปเชียงใหม่เมื่อวาน", "เชียงใหม่", True),
        ("นักข่าวถามนายสมศักดิ์แล้ว", "สมศักดิ์", True),
        ("นักข่าวถามนายสมศักดิ์แล้ว", "สมศัก", False),
        ("ที่เกาะ", "กา", False),
        ("ที่เกาะ", "เกาะ", True),
        ("ราคาทองคำ", "ทองค", False),
        ("ຢູ່ຫຼວງພະບາງມື້ນີ້", "ຫຼວງພະບາງ", True),
        ("ຢູ່ຫຼວງພະບາງມື້ນີ້", "ຫຼວງພະບາ", True),
        ("ຢູ່ຫຼວງພະບາງມື້ນີ້", "ວງພະ", True),
        ("ໄປວັດ", "ປວ", False),
        ("នៅសៀមរាបថ្ងៃនេះ", "សៀមរាប", True),
        ("នៅសៀមរាបថ្ងៃនេះ", "ថ", False),
        ("မနေ့ကမန္တလေးမြို့တွင်", "မန္တလေး", True),
        ("မနေ့ကမန္တလေးမြို့တွင်", "မန", False),
        ("ပုသိမ်မြို့", "ပုသိ", False),
        ("ပုသိမ်မြို့", "ပုသိမ်", True),
        ("အင်္ဂါနေ့", "အ", True),
        ("အင်္ဂါနေ့", "အင်", False),
    ],
)
def test_a_term_is_found_between_clusters_only(text: str, term: str, *, expected: bool) -> None:
    assert contains(text, term) is expected


@given(st.text(st.sampled_from("กเแาะำั์้งฯໂຫຼວកះ្កាមန္်ခ း 1a"), max_size=40))
def test_every_letter_of_a_run_is_in_one_cluster_except_signs(text: str) -> None:
    letters = "".join(re.findall(f"[{CLUSTERED}]", re.sub(f"[{SIGNS}]", "", text)))
    assert "".join(re.findall(CLUSTER, text)) == letters
