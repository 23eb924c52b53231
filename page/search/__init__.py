"""Search what the log holds, in the query language of the watches."""

from page.search.run import Found, SearchPage, compile_query, group_by_story, search, search_on

__all__ = ["Found", "SearchPage", "compile_query", "group_by_story", "search", "search_on"]
