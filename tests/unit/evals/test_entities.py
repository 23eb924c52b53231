"""The scores of names and of links, on small sets that the tests write."""

import gzip
import io
import tarfile
from pathlib import Path

from evals import entities, linking, spans
from evals.entities import MIN_PROSE
from evals.spans import Columns, Gold, Sample

ENGLISH = """0\tGOLF\tO
1\t-\tO
2\tOPEN\tO
3\tIN\tO
4\tPARIS\tB-LOC

0\tIn\tO
1\tParis\tB-LOC
2\t,\tO
3\tthe\tO
4\tWorld\tB-ORG
5\tHealth\tI-ORG
6\tOrganization\tI-ORG
7\tmet\tO
8\tofficials\tO
9\t.\tO

0\tPutin\tB-PER
1\t3\tO
"""


def write_tar(path: Path, files: dict[str, str]) -> None:
    """Write a tar archive of *files* by name."""
    with tarfile.open(path, "w:gz") as archive:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))


def conll(folder: Path) -> Path:
    """Write an article as CoNLL's English file into *folder* and return that."""
    folder.mkdir(parents=True)
    (folder / "en.sealed.conllu.gz").write_bytes(gzip.compress(f"0\t-DOCSTART-\tO\n\n{ENGLISH}".encode()))
    return folder


def test_words_become_a_text_with_the_places_of_its_names(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(ENGLISH, encoding="utf-8")
    (sample,) = spans.read_columns(tmp_path / "a.txt", "en", Columns(1, 2, "\t"))
    assert sample.text == "GOLF - OPEN IN PARIS\nIn Paris, the World Health Organization met officials.\nPutin 3"
    named = [(sample.text[each.start : each.end], each.type) for each in sample.gold]
    assert named == [("PARIS", "place"), ("Paris", "place"), ("World Health Organization", "org"), ("Putin", "person")]


def test_letters_become_a_text_without_spaces(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("北 B-LOC\n京 I-LOC\n好 O\n\n他 O\n", encoding="utf-8")
    read = list(spans.read_separately(tmp_path / "a.txt", "zh", Columns(joined=True)))
    assert [(sample.text, sample.gold) for sample in read] == [("北京好", (Gold(0, 2, "place"),)), ("他", ())]


def test_only_the_same_place_and_type_is_right() -> None:
    sample = Sample("en", "Ada met Bo.", (Gold(0, 3, "person"), Gold(8, 10, "org", "Q1")), ((0, 11),))
    counts = entities.count(sample, {Gold(0, 3, "person"), Gold(8, 10, "place"), Gold(4, 7, "org")})
    assert counts == {
        "person right": 1,
        "person found": 1,
        "place found": 1,
        "org found": 1,
        "person marked": 1,
        "org marked": 1,
    }


def test_prose_leaves_out_headlines_and_tables(tmp_path: Path) -> None:
    rows = {(row["kind"], row["entity_type"]): row for row in entities.conll0203(conll(tmp_path / "ner_conll0203" / "dev"))}
    assert len(["In", "Paris,", "the", "World", "Health", "Organization", "met", "officials."]) >= MIN_PROSE
    assert (rows["whole", "place"]["f1"], rows["prose", "all"]["f1"]) == (1.0, 1.0)
    assert ("whole", "person") in rows
    assert ("prose", "person") not in rows


def test_links_of_known_subjects_are_scored_by_title(tmp_path: Path) -> None:
    conll(tmp_path / "ner_conll0203" / "dev")
    folder = tmp_path / "el_aida" / "dev"
    folder.mkdir(parents=True)
    titles = (("PARIS", "Paris"), ("Paris", "Paris Saint-Germain"), ("World Health Organization", "World Health Organization"))
    names = "".join(f"<annotation><mention>{m}</mention><wikiName>{t}</wikiName></annotation>" for m, t in titles)
    (folder / "sealed.xml.gz").write_bytes(gzip.compress(f"<a><document>{names}</document></a>".encode()))
    rows = {row["kind"]: row for row in linking.aida(folder)}
    assert (rows["sport"]["precision"], rows["sport"]["recall"]) == (0.5, 1.0)


def test_links_of_known_subjects_are_scored_by_wikidata_id(tmp_path: Path) -> None:
    annotation = "T1\tCOUNTRY 0 6\tРоссия\nN1\tReference T1 Wikidata:Q159\tРоссия\nT2\tCITY 9 13\tЛима\n"
    write_tar(tmp_path / "a.tar.gz", {"x/1.txt": "Россия и Лима рядом на карте мира.", "x/1.ann": annotation})
    *_, links = entities.nerel(tmp_path)
    assert (links["precision"], links["recall"]) == (1.0, 1.0)
