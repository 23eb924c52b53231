"""Dictionary forms of words."""

import tracemalloc

from monitor.text.languages.lemmas import lemmatiser


def test_a_form_of_a_name_has_its_dictionary_form() -> None:
    lemmatise = lemmatiser("ru")
    assert lemmatise
    assert "москва" in lemmatise("Москвой")


def test_words_as_long_as_an_article_take_no_memory() -> None:
    lemmatise = lemmatiser("ru")
    assert lemmatise
    tracemalloc.start()
    for number in range(20):
        lemmatise("Ж" * (100_000 + number))
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size < 1_000_000
