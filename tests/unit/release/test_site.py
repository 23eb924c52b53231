"""The site of the docs: links from the root and to files that are no pages, and what a browser would load from elsewhere."""

from pathlib import Path

import pytest
import yaml

from release.site import PAGES, from_root, outside, remote, without_links_to_files

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("readme", "page"),
    [
        ("[a](docs/feeds.md#html)", "[a](feeds.md#html)"),
        ("![a picture](docs/demo.svg)", "![a picture](demo.svg)"),
        ("[a](CHANGELOG.md)", "[a](CHANGELOG.md)"),
        ("[Apache](LICENSE)", "[Apache](../LICENSE)"),
        ("[a](https://example.org/)", "[a](https://example.org/)"),
        ("[a](#the-flow)", "[a](#the-flow)"),
    ],
)
def test_a_link_of_the_readme_leads_to_the_same_from_the_docs(readme: str, page: str) -> None:
    assert from_root(readme) == page


def test_a_link_to_a_file_that_is_no_page_becomes_its_text() -> None:
    text = "[rules](../deploy/prometheus), [changes](../CHANGELOG.md#020), [feeds](feeds.md)"
    assert list(outside(text)) == ["../deploy/prometheus"]
    assert without_links_to_files(text) == "rules, [changes](CHANGELOG.md#020), [feeds](feeds.md)"


@pytest.mark.parametrize(
    "text",
    [
        '<script src="https://example.org/a.js"></script>',
        "<img alt=a src=//example.org/a.png>",
        '<link href="https://example.org/a.css" rel="stylesheet">',
        '<link rel="preconnect" href="https://example.org">',
        "@font-face { src: url('https://example.org/a.woff2') }",
        '@import "//example.org/a.css";',
    ],
)
def test_what_a_browser_loads_from_another_host_is_found(text: str) -> None:
    assert remote(text)


def test_links_and_files_of_the_site_are_none_of_this() -> None:
    assert remote('<a href="https://example.org/">a</a><img src="a.png"><link rel="stylesheet" href="a.css">') == []


def test_each_page_of_the_docs_is_in_the_navigation() -> None:
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    listed = [
        page
        for entry in yaml.safe_load(text)["nav"]
        for value in entry.values()
        for page in ([value] if isinstance(value, str) else [page for each in value for page in each.values()])
    ]
    assert sorted(listed) == sorted([*PAGES, *(path.name for path in (ROOT / "docs").glob("*.md"))])
