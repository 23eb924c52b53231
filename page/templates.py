"""The Jinja2 templates of the pages, and the static files that they name."""

from functools import cache, partial
from hashlib import blake2b
from importlib import resources
from importlib.resources.abc import Traversable
from urllib.parse import quote

import jinja2
from markupsafe import Markup, escape

from monitor.escape import printable

STATIC = resources.files("page") / "static"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def make_environment() -> jinja2.Environment:
    """Return the environment of the templates. All values are escaped, and a name that is not defined raises.

    Characters that are invisible or turn a line around are shown as escapes, whoever wrote them. In the fields of a form they
    stay as they were typed (`typed`): what is sent back must be the same.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("page", "html"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=show_hidden,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["static"] = static_url
    environment.filters["typed"] = escape
    environment.filters["web_url"] = web_url_or_none
    environment.filters["segment"] = partial(quote, safe="")
    return environment


def load_all(environment: jinja2.Environment) -> None:
    """Compile all templates, so that the first reader of a page does not wait for it."""
    for name in environment.list_templates():
        environment.get_template(name)


def show_hidden(value: object) -> object:
    """Return *value* as it is shown: in a text, what a reader would not see is written as an escape. Markup stays as it is."""
    return printable(value, keep="\n\t") if isinstance(value, str) and not isinstance(value, Markup) else value


def web_url_or_none(url: str) -> Markup:
    """Return *url* as it is if it is one of the web, else "#": a feed may give any text as a link."""
    return escape(url if url.lower().startswith(("http://", "https://")) else "#")


@cache
def static_files() -> dict[str, Traversable]:
    """Return the static files by name."""
    return {file.name: file for file in STATIC.iterdir() if file.name.endswith(tuple(TYPES))}


@cache
def static_hash() -> str:
    """Return a hash of all static files, which their URLs contain, so that browsers may keep them for ever."""
    digest = blake2b(digest_size=6)
    for name, file in sorted(static_files().items()):
        digest.update(name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def static_url(name: str) -> str:
    """Return the URL of the static file *name*. Raises KeyError if there is none."""
    return f"/static/{static_hash()}/{static_files()[name].name}"
