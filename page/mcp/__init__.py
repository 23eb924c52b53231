"""The server for assistants, by the Model Context Protocol: tools that read, over the same functions as the page."""
