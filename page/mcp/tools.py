"""The tools: their names, their arguments as JSON Schema, and the functions that answer."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from monitor.messages import SEVERITIES
from page.api.alerts import list_alerts
from page.api.endpoint import Arguments
from page.mcp.answers import backtest, explain_article, get_story, search_articles
from page.site import Site
from page.views.attention import SHOWS
from page.views.badges import OF_WATCH, STANDINGS

Json = Mapping[str, Any]
QUERY: Json = {
    "type": "string",
    "minLength": 1,
    "maxLength": 5000,
    "description": 'In the language of the watches: kim AND (train OR rail*) NOT film, "exact words", kim NEAR/5 putin.',
}
DAYS: Json = {"type": "integer", "minimum": 1, "maximum": 366, "default": 30, "description": "How many days to look back."}
LIMIT: Json = {"type": "integer", "minimum": 1, "maximum": 50, "default": 10}
CURSOR: Json = {"type": "string", "maxLength": 5000, "description": "The `next` of the page before."}
WATCH: Json = {"type": "string", "maxLength": 200, "description": "The id of a watch of the config."}


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool. *answer* returns data for the arguments, which conform to *properties* and *required*, or raises Refused."""

    name: str
    title: str
    description: str
    answer: Callable[[Site, Json], Awaitable[Json]]
    properties: Mapping[str, Json]
    required: tuple[str, ...] = ()

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the arguments."""
        properties = {name: dict(schema) for name, schema in self.properties.items()}
        return {"type": "object", "properties": properties, "required": list(self.required), "additionalProperties": False}


async def alerts(site: Site, given: Json) -> Json:
    """Return the newest version of each alert, as in alert.v1."""
    values = {name: value if isinstance(value, list) else [value] for name, value in given.items()}
    answer: Json = await list_alerts(site, Arguments({"limit": [LIMIT["default"]], **values}))
    return answer


def _choice(description: str, values: tuple[str, ...]) -> Json:
    return {"type": "array", "items": {"type": "string", "enum": list(values)}, "description": description}


TOOLS = (
    ToolSpec(
        "search",
        "Search articles",
        "Search the articles that the monitor still holds, the newest first, with the words because of which each matches.",
        search_articles,
        {"query": QUERY, "days": DAYS, "limit": LIMIT, "cursor": {"type": "integer", "minimum": 1, "maximum": 2**53}},
        ("query",),
    ),
    ToolSpec(
        "alerts",
        "List alerts",
        "List the newest version of each alert: what it is about, who says so, how sure that is, and in how many outlets.",
        alerts,
        {
            "watch": {"type": "array", "items": WATCH, "description": "Alerts of any of these watches."},
            "severity": _choice("Alerts of any of these severities.", tuple(SEVERITIES)),
            "certainty": _choice("How the story stands, any of these.", (*STANDINGS, *OF_WATCH)),
            "show": {
                "type": "string",
                "enum": list(SHOWS),
                "default": "open",
                "description": "Open ones, or those with a mark.",
            },
            "q": {"type": "string", "maxLength": 5000, "description": "Words that a title has."},
            "limit": LIMIT,
            "cursor": CURSOR,
        },
    ),
    ToolSpec(
        "story",
        "Get a story",
        "Get a story by its id: its alerts, and its articles in the order in which they came.",
        get_story,
        {"id": {"type": "string", "minLength": 1, "maxLength": 1000}, "limit": LIMIT, "cursor": CURSOR},
        ("id",),
    ),
    ToolSpec(
        "explain",
        "Explain a match",
        "Explain part by part why a watch or a query matches an article, or why it does not. A query beside a watch stands for"
        " its words.",
        explain_article,
        {"article": {"type": "string", "minLength": 1, "maxLength": 1000}, "watch": WATCH, "query": QUERY},
        ("article",),
    ),
    ToolSpec(
        "backtest",
        "Try a query or a watch",
        "Show which alerts a query, or a watch of the config, would have raised in the last days: those that the saved watch"
        " does not raise (`more`), those that only it raises (`less`), and the others (`same`), the newest first. A query"
        " beside a watch stands for its words. `counts` has how many there are. Nothing is published.",
        backtest,
        {"query": QUERY, "watch": WATCH, "days": {**DAYS, "maximum": 30, "default": 7}, "limit": LIMIT},
    ),
)
"""The tools. No text of a feed or of the config stands in them."""
