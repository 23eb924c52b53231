"""The readers of sets in other formats, on small files that the tests write."""

import gzip
from pathlib import Path

import pytest

from evals import entities, factrueval, hipe, linked, linking
from evals.spans import Gold, Sample, read_columns
from tests.unit.evals.test_entities import write_tar

HIPE = """TOKEN\tNE-COARSE-LIT\tNE-COARSE-METO\tMISC
# hipe2022:document_id = one
Paris\tB-loc\tO\tNoSpaceAfter
,\tO\tO\t_
city\tO\tO\tEndOfLine

# hipe2022:document_id = two
Ada\tB-pers\tO\t_
Vale\tI-pers\tO\tNoSpaceAfter
"""
NIF = """@prefix nif: <http://example.org/nif#> .

<http://example.org/1#char=0,30>
      a nif:Context ;
      nif:isString "He left \\"Georgia\\" for Vienna ."@en .

<http://example.org/1#char=9,16>
      nif:anchorOf "Georgia"^^xsd:string ;
      nif:beginIndex "9"^^xsd:nonNegativeInteger ;
      nif:endIndex "16"^^xsd:nonNegativeInteger ;
      itsrdf:taIdentRef <http://dbpedia.org/resource/Georgia_%28country%29> .

<http://example.org/1#char=22,28>
      nif:beginIndex "22"^^xsd:nonNegativeInteger ;
      nif:endIndex "28"^^xsd:nonNegativeInteger ;
      itsrdf:taIdentRef <http://example.org/notInWiki/Vienna> .
"""


def named(sample: Sample) -> list[tuple[str, str, str | None]]:
    return [(sample.text[each.start : each.end], each.type, each.id) for each in sample.gold]


def test_words_of_old_newspapers_are_joined_as_they_were_printed(tmp_path: Path) -> None:
    (tmp_path / "a-en.tsv.gz").write_bytes(gzip.compress(HIPE.encode()))
    first, second = hipe.read(tmp_path / "a-en.tsv.gz", "en")
    assert (first.text.strip(), named(first)) == ("Paris, city", [("Paris", "place", None)])
    assert (second.text, named(second)) == ("Ada Vale", [("Ada Vale", "person", None)])


def test_a_newspaper_without_heads_of_columns_is_an_error_with_its_file(tmp_path: Path) -> None:
    path = tmp_path / "a-en.tsv"
    path.write_text("Paris\tB-loc\n", encoding="utf-8")
    with pytest.raises(ValueError, match="names no columns NE-COARSE-LIT and MISC") as raised:
        list(hipe.read(path, "en"))
    assert raised.value.__notes__ == [str(path)]


def test_objects_have_the_words_of_their_name(tmp_path: Path) -> None:
    text = "Мэр Лимы Анна Вейл и лига Север."
    spans = "1 job 0 3\n2 loc_name 4 4\n3 name 9 4\n4 surname 14 4\n5 org_descr 21 4\n6 org_name 26 5\n"
    objects = "1 Person 1 3 4 # Анна Вейл\n2 LocOrg 2 # Лимы\n3 Org 5 6 # лига Север\n4 Org 5 # лига\n5 Project 6\n\n"
    write_tar(tmp_path / "a.tar.gz", {"x/1.txt": text, "x/1.spans": spans, "x/1.objects": objects})
    (sample,) = factrueval.read(tmp_path / "a.tar.gz")
    assert named(sample) == [("Лимы", "place", None), ("Анна Вейл", "person", None), ("Север", "org", None)]
    rows = list(entities.factrueval_ru(tmp_path))
    assert [row["entity_type"] for row in rows] == ["all", "person", "org", "place"]


def test_links_in_turtle_have_the_title_of_the_article(tmp_path: Path) -> None:
    (tmp_path / "a.ttl.gz").write_bytes(gzip.compress(NIF.encode()))
    (sample,) = linked.read_nif(tmp_path / "a.ttl.gz")
    assert sample.text == 'He left "Georgia" for Vienna .'
    assert named(sample) == [("Georgia", "", "Georgia (country)"), ("Vienna", "", None)]


def test_links_of_raw_texts_are_at_their_offsets(tmp_path: Path) -> None:
    annotations = "".join(
        f"<annotation><mention>x</mention><wikiName>{title}</wikiName><offset>{start}</offset><length>{length}</length></annotation>"
        for title, start, length in (("France", 8, 6), ("NIL", 0, 3))
    )
    xml = f"<a><document docName='1.txt'>{annotations}</document></a>"
    write_tar(tmp_path / "a.tar.gz", {"x/a.xml": xml, "x/RawText/1.txt": "Ada saw France and Peru with her own eyes."})
    (sample,) = linked.read_raw_texts(tmp_path / "a.tar.gz")
    assert named(sample) == [("France", "", "France"), ("Ada", "", None)]
    (row,) = linking.aida(tmp_path)
    assert (row["kind"], row["precision"], row["recall"]) == ("a", 1.0, 1.0)


@pytest.mark.parametrize(
    ("partial", "expected"),
    [(False, (1, 3, 1, 1)), (True, (1, 2, 1, 2))],
    ids=["all names are marked", "some names are marked, without types"],
)
def test_a_link_is_judged_where_a_name_is_marked(*, partial: bool, expected: tuple[int, int, int, int]) -> None:
    gold = (Gold(0, 4, "place", "Peru"), Gold(9, 13, "", "Lima"), Gold(18, 22, "place"))
    sample = Sample("en", "Peru and Lima and Cusa and Oslo.", gold, ((0, 31),))
    links = [(0, 4, "Peru"), (9, 13, "Oslo"), (18, 22, "Cusa"), (27, 31, "Oslo")]
    assert linking.count(sample, links, {"Peru": "Peru", "Lima": "Lima"}.get, partial=partial) == expected


@pytest.mark.parametrize(
    ("name", "language"),
    [("fr.sealed.conllu.gz", "fr"), ("hipe2020-dev-de.tsv.gz", "de"), ("hau.dev.txt", "hau"), ("sealed.pl.txt", "pl")],
)
def test_the_language_of_a_file_is_in_its_name(name: str, language: str) -> None:
    assert entities.language_of(Path(name)) == language


def test_a_file_without_a_language_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"no code of a language in the name of sealed\.txt"):
        entities.language_of(Path("sealed.txt"))


def test_a_word_without_a_tag_is_an_error_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "fr.txt"
    path.write_text("0\tLa\tO\n1\tSeine\n", encoding="utf-8")
    with pytest.raises(ValueError, match="line 2 has 2 columns") as raised:
        list(read_columns(path, "fr", entities.TABS))
    assert raised.value.__notes__ == [str(path)]


def test_words_without_any_name_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "fr.txt").write_text("0\tLa\tO\n1\tSeine\tO\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no person, organisation or place is marked"):
        list(entities.numbered_words(tmp_path))
