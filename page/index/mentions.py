"""How often entities are named, and in which stories: what the page of trends reads from the index."""

from dataclasses import dataclass

from page.index.store import Index


@dataclass(frozen=True, slots=True)
class Mentions:
    """An entity with the times of the articles that name it, in seconds since 1970, in order."""

    id: str
    name: str
    type: str
    times: tuple[float, ...]


def most_named(index: Index, since: float, until: float, limit: int) -> list[Mentions]:
    """Return the *limit* entities that most articles from *since* to *until* name, each with all of its articles so far."""
    counted = "SELECT entity, COUNT(*) AS count FROM mentions WHERE at >= ? AND at < ? GROUP BY entity"
    sql = f"SELECT entity FROM ({counted}) ORDER BY count DESC, entity LIMIT ?"
    return [each for (entity,) in index.query(sql, (since, until, limit)) if (each := mentions_of(index, entity))]


def mentions_of(index: Index, entity: str) -> Mentions | None:
    """Return the articles that name *entity*; None if it is not known."""
    names = index.query("SELECT name, type FROM names WHERE entity = ?", (entity,))
    times = index.query("SELECT at FROM mentions WHERE entity = ? ORDER BY at", (entity,))
    return Mentions(entity, names[0][0], names[0][1], tuple(at for (at,) in times)) if names else None


def begin_of(index: Index) -> float | None:
    """Return the time of the earliest article; None if there is none."""
    return index.query("SELECT MIN(at) FROM mentions")[0][0]  # type: ignore[no-any-return]


def stories_with(index: Index, entity: str, limit: int) -> list[tuple[str, int, float]]:
    """Return the latest stories whose articles name *entity*: id, number of articles, and the time of the latest."""
    sql = "SELECT story, COUNT(*), MAX(at) AS last FROM mentions WHERE entity = ? GROUP BY story ORDER BY last DESC LIMIT ?"
    return index.query(sql, (entity, limit))


def count_stories(index: Index, entity: str) -> int:
    """Return how many stories have articles that name *entity*."""
    return int(index.query("SELECT COUNT(DISTINCT story) FROM mentions WHERE entity = ?", (entity,))[0][0])
