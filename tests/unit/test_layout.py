"""The rules on the size and the place of modules, functions and tests."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("newsmonitor", "monitor", "consumers", "page", "schemas", "evals", "release")
MAX_MODULE_LINES = 300
MAX_FUNCTION_LINES = 45
ANALYSIS = ("consumers/entities", "consumers/stories", "consumers/topics", "monitor/origins")
"""The folders whose modules read articles in any language."""
TRIMS = frozenset({"endswith", "startswith", "removesuffix", "removeprefix", "strip", "lstrip", "rstrip"})
MODULES = [path.relative_to(ROOT) for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """All functions and methods of a module, at whatever depth."""
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def line_count(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function, docstring included."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def pyproject() -> dict[str, Any]:
    """The tables below [tool] in pyproject.toml."""
    tools: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    return tools


@pytest.mark.parametrize("folder", ["tests", "bench"])
def test_no_test_or_benchmark_is_too_long_to_read(folder: str) -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in (ROOT / folder).rglob("*.py")}
    assert {path.name: count for path, count in lengths.items() if count > MAX_MODULE_LINES} == {}


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_has_a_docstring_and_fits_the_limits(module: Path) -> None:
    source = (ROOT / module).read_text(encoding="utf-8")
    tree = ast.parse(source)
    assert ast.get_docstring(tree), "no module docstring"
    assert len(source.splitlines()) <= MAX_MODULE_LINES
    too_long = {node.name: line_count(node) for node in functions(tree) if line_count(node) > MAX_FUNCTION_LINES}
    assert too_long == {}


def test_each_folder_of_unit_tests_is_named_after_a_package() -> None:
    folders = {path.parent.name for path in (ROOT / "tests" / "unit").glob("*/__init__.py")}
    packages = {path.parent.name for parent in ("monitor", "consumers") for path in (ROOT / parent).glob("*/__init__.py")}
    assert folders - packages == {"evals", "page", "release"}


def test_the_wheel_has_no_tests_benchmarks_or_evaluations() -> None:
    targets = pyproject()["hatch"]["build"]["targets"]
    assert targets["wheel"]["packages"] == ["newsmonitor", "monitor", "consumers", "page", "schemas"]
    assert not {"/tests", "/bench", "/evals", "/release"} & set(targets["sdist"]["include"])


def test_types_are_checked_in_all_python_code() -> None:
    assert set(pyproject()["mypy"]["packages"]) == {path.parent.name for path in ROOT.glob("*/__init__.py")}


def trims(tree: ast.Module) -> Iterator[str]:
    """The texts that a module asks for at the start or the end of others."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if isinstance(call.func, ast.Attribute) and call.func.attr in TRIMS:
            constants = (node.value for argument in call.args for node in ast.walk(argument) if isinstance(node, ast.Constant))
            yield from (each for each in constants if isinstance(each, str))


@pytest.mark.parametrize("module", [module for module in MODULES if str(module).startswith(ANALYSIS)], ids=str)
def test_what_reads_articles_has_no_endings_of_words(module: Path) -> None:
    """They are data of the language packs. A key such as person: ends in a sign."""
    found = {text for text in trims(ast.parse((ROOT / module).read_text(encoding="utf-8"))) if text[-1:].isalpha()}
    assert found == set()


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_no_call_goes_on_after_one_beside_it_has_failed(module: Path) -> None:
    """asyncio.gather leaves the others running. Those who want their results call gather_all."""
    source = (ROOT / module).read_text(encoding="utf-8")
    gathers = [
        ast.unparse(node)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("gather")
        if not ast.unparse(node).endswith("return_exceptions=True)")
    ]
    assert gathers == []
