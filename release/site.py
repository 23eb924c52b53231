"""The hooks of mkdocs.yml: the pages from outside docs/, links to files that are no pages, and nothing from other hosts."""

import re
from collections.abc import Iterator
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
PAGES = {
    "index.md": "README.md",
    "CHANGELOG.md": "CHANGELOG.md",
    "CONTRIBUTING.md": "CONTRIBUTING.md",
    "SECURITY.md": "SECURITY.md",
}
"""Pages of the site, and the files of the root that they are made from."""
LINK = re.compile(r"(?<!!)\[([^][]+)\]\(([^()\s#]+)(#[^()\s]*)?\)")
LOADED = re.compile(
    r"<(?:script|img|iframe|source|video|audio|link(?=[^>]*rel=[\"']?(?:stylesheet|preload|preconnect|icon)))\b"
    r"[^>]*?(?:src|href)=[\"']?(?:https?:)?//[^\"'\s>]+|(?:url\(|@import )[\"']?(?:https?:)?//[^\"')]+"
)
"""What a browser loads from another host by itself."""


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the pages that are made from files of the root."""
    for page, source in PAGES.items():
        files.append(File.generated(config, page, content=from_root((ROOT / source).read_text(encoding="utf-8"))))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001  (passed by name)
    """Leave the text of links to files of the repository that are no pages. Raises PluginError if there is no such file."""
    if missing := [path for path in outside(markdown) if not (ROOT / "docs" / path).exists()]:
        raise PluginError(f"{page.file.src_uri} links to {missing[0]}, which does not exist: correct the link")
    return without_links_to_files(markdown)


def on_post_build(*, config: MkDocsConfig) -> None:
    """Raise PluginError if a page loads something from another host."""
    for path in sorted(Path(config.site_dir).rglob("*")):
        if path.suffix in {".html", ".css"} and (found := remote(path.read_text(encoding="utf-8"))):
            raise PluginError(f"{path.name} loads from another host: {found[0]}")


def from_root(markdown: str) -> str:
    """Return the text of a file of the root as a page of docs/."""
    moved = re.sub(r"(\]\(|src=\")docs/", r"\1", markdown)
    return LINK.sub(lambda link: link[0] if _is_page(link[2]) else f"[{link[1]}](../{link[2]}{link[3] or ''})", moved)


def outside(markdown: str) -> Iterator[str]:
    """Yield the paths outside docs/ to which *markdown* links."""
    yield from (path for _, path, _ in LINK.findall(markdown) if path.startswith("../") and not _root_page(path))


def without_links_to_files(markdown: str) -> str:
    """Return *markdown* with links to the pages from the root, and only the texts of links to other files outside docs/."""

    def replaced(link: re.Match[str]) -> str:
        text, path, anchor = link[1], link[2], link[3] or ""
        if not path.startswith("../"):
            return link[0]
        return f"[{text}]({page}{anchor})" if (page := _root_page(path)) else text

    return LINK.sub(replaced, markdown)


def remote(text: str) -> list[str]:
    """Return what a page or a style sheet loads from other hosts."""
    return LOADED.findall(text)


def _is_page(path: str) -> bool:
    return "://" in path or path.startswith("mailto:") or (ROOT / "docs" / path).exists() or path in PAGES


def _root_page(path: str) -> str | None:
    return next((page for page, source in PAGES.items() if path == f"../{source}"), None)
