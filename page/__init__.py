"""The web page, and the API for programs under it: a process of its own, which no service waits for."""
