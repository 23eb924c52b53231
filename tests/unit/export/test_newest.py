"""The newest text of each id is kept, in a file."""

import tracemalloc
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.export.newest import newest_texts
from tests.make import START

MEGABYTE = 1 << 20
PUT = st.tuples(st.sampled_from("abcd"), st.integers(0, 3), st.text(max_size=3))


@given(st.lists(PUT))
def test_the_last_text_of_each_id_comes_back_the_newest_first(given_texts: list[tuple[str, int, str]]) -> None:
    last = {id_: (minutes, id_, text) for id_, minutes, text in given_texts}
    with newest_texts() as texts:
        for id_, minutes, text in given_texts:
            texts.put(id_, START + timedelta(minutes=minutes), text)
        assert list(texts) == [text for _, _, text in sorted(last.values(), key=lambda each: each[:2], reverse=True)]
        newest = max((minutes for minutes, _, _ in last.values()), default=None)
        assert texts.latest() == (None if newest is None else START + timedelta(minutes=newest))


def test_memory_does_not_grow_with_the_texts() -> None:
    tracemalloc.start()
    try:
        with newest_texts() as texts:
            for number in range(64):
                texts.put(str(number), START, f"{number % 10}" * MEGABYTE)
            assert sum(map(len, texts)) == 64 * MEGABYTE
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 32 * MEGABYTE
