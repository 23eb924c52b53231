"""How the cost of a watch grows with its size, for every construct of the query language and every list, at every stage.

Run `python -m tests.query_growth` for the table of exponents: 1 is linear, 2 quadratic.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from functools import cache

from structlog.testing import capture_logs

from consumers.alerts import service
from consumers.alerts.matching.compile import CompiledWatch, compile_watch
from consumers.alerts.matching.document import Document
from consumers.alerts.matching.live_index import LiveIndex
from consumers.alerts.matching.matches import find_matches
from consumers.alerts.matching.resolve import lookups_for
from consumers.alerts.query import parse
from consumers.alerts.tools.explain import explain, format_lines
from consumers.alerts.tools.lint.checks import CHECKS
from consumers.alerts.tools.lint.log_checks import Usage
from consumers.alerts.tools.lint.overlap_checks import find_duplicates
from monitor.config import Config, Watch
from monitor.text import gazetteer
from tests.doubling import measure
from tests.make import article_stories

Make = Callable[[int], Config]
Prepare = Callable[[int], Callable[[], object]]
SIZE = 60
"""Terms of the small watch."""


def _words(count: int, prefix: str = "word") -> list[str]:
    return [f"{prefix}{number}" for number in range(count)]


def _query(text: Callable[[int], str]) -> Make:
    return lambda count: Config(watches=(Watch("w", query=text(count)),))


def _list(key: str, texts: Callable[[int], Iterable[str]]) -> Make:
    return lambda count: Config(watches=(Watch("w", **{"any": ("kim",), key: tuple(texts(count))}),))  # type: ignore[arg-type]  # keys of Watch


def _sets(count: int) -> Config:
    sets = {f"set{number}": tuple(_words(10, f"alias{number}x")) for number in range(count)}
    return Config(watches=(Watch("w", any=tuple(f"@set{number}" for number in range(count))),), sets=sets)


def _watches(make: Callable[[int], Watch]) -> Make:
    return lambda count: Config(watches=tuple(make(number) for number in range(count)))


def _each(form: str, joiner: str) -> Make:
    """Return queries of as many times *form*, in which N stands for a number, joined by *joiner*."""
    return _query(lambda count: joiner.join(form.replace("N", str(number)) for number in range(count)))


CONSTRUCTS: dict[str, Make] = {
    "OR": _each("wordN", " OR "),
    "AND": _each("wordN", " AND "),
    "words": _each("wordN", " "),
    "AND of ORs": _each("(aN OR bN)", " AND "),
    "OR of ANDs": _each("(aN AND bN)", " OR "),
    "OR of ANDs of ORs": _each("((aN OR bN) AND (cN OR dN))", " OR "),
    "AND of NEARs": _each("(wordN NEAR/5 kim)", " AND "),
    "NOT": _query(lambda count: "kim " + " ".join(f"NOT word{number}" for number in range(count))),
    "OR of NOTs": _each("(kim NOT wordN)", " OR "),
    "depth": _query(lambda count: " OR ".join(["(a AND (b OR " * 20 + "c" + "))" * 20] * (count // 10))),
    "NEAR of ORs": _query(lambda count: f"({' OR '.join(_words(count))}) NEAR/50 ({' OR '.join(_words(count, 'b'))})"),
    "OR of NEARs": _each("(kim NEAR/50 wordN)", " OR "),
    "NEAR of one word": _query(lambda count: " NEAR/50 ".join(["word"] * (count // 5))),
    "NEAR of prefixes": _query(lambda count: f"kim NEAR/9 ({' OR '.join(f'word{number}*' for number in range(count))})"),
    "prefixes": _each("wordN*", " OR "),
    "prefixes in title": _each("title:wordN*", " OR "),
    "fields": _each("text:wordN", " OR "),
    "field of many": _query(lambda count: f"lead:({' OR '.join(_words(count))})"),
    "case": _each('case("WordN")', " OR "),
    "phrases": _each('"summit of wordN"', " OR "),
    "phrases that begin alike": _each('title:"kim kim kim wordN"', " OR "),
    "long phrase": _query(lambda count: f'"{" ".join(_words(count))}"'),
    "long phrase of one word": _query(lambda count: f'"{" ".join(["kim"] * count)}"'),
    "phrase of initials": _query(lambda count: f'"{" ".join(["A. Mr."] * (count // 4))}"'),
    "phrase with ampersands": _query(lambda count: f'"{" & ".join(["a"] * (count // 2))}"'),
    "word with hyphens": _query(lambda count: "a" + "-a" * (count - 1)),
    "long word": _query(lambda count: "w" * count * 10),
    "long prefix": _query(lambda count: "w" * count * 10 + "*"),
    "atleast 2": _query(lambda count: f"atleast 2 ({', '.join(_words(count))})"),
    "atleast half": _query(lambda count: f"atleast {count // 2} ({', '.join(_words(count))})"),
    "atleast of ANDs": _query(lambda count: f"atleast 2 ({', '.join(f'a{number} b{number}' for number in range(count))})"),
    "nested atleasts": _query(lambda count: "atleast 1 (a, " * 45 + " OR ".join(_words(count)) + ")" * 45),
    "AND of atleasts": _each("atleast 2 (aN, bN, cN)", " AND "),
    "persons": _each('person:"Kim Jong N"', " OR "),
    "known persons": _each('person:"Kim Jong Un"', " OR "),
    "sites": _query(lambda count: f"kim ({' OR '.join(f'site:s{number}.org' for number in range(count))})"),
    "other operators": _each("wordN", " || "),
    "other proximity": _each("(wordN w/5 kim)", " | "),
    "pluses": _each("+wordN", " "),
    "ideographs": _query(lambda count: "習近平" * (count // 3)),
    "Thai": _query(lambda count: " OR ".join(f"ไทย{chr(0xE01 + n % 40)}{chr(0xE01 + n // 40)}" for n in range(count))),
    "Arabic": _query(lambda count: " OR ".join(f"محمد{chr(0x628 + n % 20)}{chr(0x628 + n // 20)}" for n in range(count))),
    "unclosed": _query(lambda count: "(" * count + "kim"),
    "closed twice": _query(lambda count: "kim" + ")" * count),
    "quotation marks": _query(lambda count: '"' * (2 * count + 1)),
    "brackets": _query(lambda count: "kim " + "[a" * count),
    "slashes": _query(lambda count: "kim " + "/a" * count + " /a" * count),
    "unknown topics": _each('topic:"politicx N"', " OR "),
    "any": _list("any", _words),
    "any of one text": _list("any", lambda count: ["kim"] * count),
    "any that begin alike": _list("any", lambda count: [f"kim kim kim word{number}" for number in range(count)]),
    "all": _list("all", _words),
    "none": _list("none", _words),
    "list of persons": _list("person", lambda count: [f"Kim Jong {number}" for number in range(count)]),
    "list of feeds": _list("feeds", lambda count: [f"https://f{number}.org/" for number in range(count)]),
    "sets": _sets,
    "one set many times": lambda count: Config(watches=(Watch("w", any=("@s",) * count),), sets={"s": ("a", "b", "c")}),
    "unknown sets": _list("any", lambda count: [f"@set{number}" for number in range(count)]),
    "watches": _watches(lambda number: Watch(f"w{number}", any=(f"kim {number}",))),
    "watches of one word": _watches(lambda number: Watch(f"w{number}", any=("kim",))),
    "watches with a query": _watches(lambda number: Watch(f"w{number}", query=f"kim NEAR/5 (word OR b{number}) NOT c")),
}

ARTICLE = article_stories("Kim Jong Un word1 word2 a1 b1", f"{'Kim kim word ' * 50} {' '.join(_words(200))} Mr. A. a-a-a")


def _after(make: Make, use: Callable[[LiveIndex], object]) -> Prepare:
    """Return a function that prepares *use* of an index of the watches."""

    def prepare(size: int) -> Callable[[], object]:
        config, index = make(size), LiveIndex(lookups_for)
        index.update(config)
        return lambda: use(index)

    return prepare


def _uncached(make: Make, function: Callable[[Config], object]) -> Prepare:
    def prepare(size: int) -> Callable[[], object]:
        config = make(size)
        parse._parse.cache_clear()  # noqa: SLF001  (what is measured is the first time)
        return lambda: function(config)

    return prepare


def _compiled(make: Make, function: Callable[[Sequence[CompiledWatch]], object]) -> Prepare:
    def prepare(size: int) -> Callable[[], object]:
        config = make(size)
        lookups = lookups_for(config)
        compiled = [] if service.check(config) else [compile_watch(watch, lookups) for watch in config.watches]
        return lambda: function(compiled)

    return prepare


def _lint(compiled_watches: Sequence[CompiledWatch]) -> None:
    for compiled in compiled_watches:
        for check in CHECKS:
            list(check(compiled))
    list(find_duplicates(compiled_watches))
    Usage(compiled_watches, timedelta(1)).add_article(ARTICLE)


def _explain(compiled_watches: Sequence[CompiledWatch]) -> None:
    for compiled in compiled_watches:
        list(format_lines(explain(compiled.ast, Document(ARTICLE))))


STAGES: dict[str, Callable[[Make], Prepare]] = {
    "check": lambda make: _uncached(make, service.check),
    "hints": lambda make: _uncached(make, service.hints),
    "compile": lambda make: _uncached(make, lambda config: LiveIndex(lookups_for).update(config)),
    "match": lambda make: cache(_after(make, lambda index: find_matches(index.matcher, ARTICLE))),
    "remove": lambda make: _after(make, lambda index: index.update(Config())),
    "explain": lambda make: cache(_compiled(make, _explain)),
    "lint": lambda make: cache(_compiled(make, _lint)),
}
"""Where the preparation is cached, the function leaves what was prepared as it was, and may be called again."""


def main() -> None:
    """Print a table of exponents, and the milliseconds for the large watch."""
    gazetteer.load()
    print(f"{'':26}" + "".join(f"{stage:>14}" for stage in STAGES))
    for name, make in CONSTRUCTS.items():
        cells = []
        for stage in STAGES.values():
            with capture_logs():
                growth = measure(stage(make), SIZE)
            cells.append(f"{growth.exponent:6.2f}{growth.large * 1000:6.1f}ms")
        print(f"{name:26}" + "".join(f"{cell:>14}" for cell in cells), flush=True)


if __name__ == "__main__":
    main()
