"""The names by which the file of the bus may be opened: any, with or without links, but one at a time."""

from contextlib import closing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from monitor.bus import Misconfigured, Transient
from monitor.bus.sqlite.file import BusFile
from monitor.bus.sqlite.tables import page
from tests.unit.bus.peer import RETENTION, STREAM
from tests.unit.bus.records import close_with_records, publish


@pytest.mark.parametrize("name", ["loop.db", "missing/news.db"])
def test_a_path_that_leads_to_no_file_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "loop.db").symlink_to("loop.db")
    with pytest.raises(Misconfigured, match=f"{name} cannot be used as a bus: .*name another file"):
        BusFile(tmp_path / name, "off", RETENTION.streams)


@pytest.mark.parametrize("name", ["a?mode=memory", "a#b", "a%20b", "a b", "ä", "file:news.db"])
def test_a_file_may_have_any_name(tmp_path: Path, name: str) -> None:
    with closing(BusFile(tmp_path / name, "off", RETENTION.streams)):
        assert min(each.name for each in tmp_path.iterdir()) == name
    assert (tmp_path / name).stat().st_size > 0


@pytest.mark.parametrize("hops", [1, 2])
def test_a_file_that_was_moved_and_linked_while_it_is_in_use_waits_for_the_processes_that_use_it(
    tmp_path: Path, hops: int
) -> None:
    path, real = tmp_path / "news.db", tmp_path / "moved" / "real.db"
    real.parent.mkdir()
    with closing(BusFile(path, "off", RETENTION.streams)) as peer:
        publish(peer, "of the peer", 30)
        path.rename(real)
        path.symlink_to("moved/real.db")
        name = path if hops == 1 else tmp_path / "link.db"
        if hops > 1:
            name.symlink_to(path)
        with pytest.raises(Transient, match=r"news\.db is a link .* stop the processes that use it"):
            BusFile(name, "off", RETENTION.streams)
        publish(peer, "of the peer", 1)
        peer.check()
    with closing(BusFile(name, "off", RETENTION.streams)) as file:
        assert len(page(file.reader, STREAM, 0, 100, 10_000_000)) == 31


def test_a_file_with_a_hard_link_is_warned_about(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    close_with_records(path, "first", 1)
    (tmp_path / "other.db").hardlink_to(path)
    with capture_logs() as logs, closing(BusFile(path, "off", RETENTION.streams)):
        assert [each["path"] for each in logs if "hard links" in each["event"]] == [str(path)]


def test_a_path_through_a_folder_that_does_not_exist_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "none" / ".." / "news.db"
    with pytest.raises(Misconfigured, match="No such file or directory"):
        BusFile(path, "off", RETENTION.streams)
    assert not any(tmp_path.iterdir())
