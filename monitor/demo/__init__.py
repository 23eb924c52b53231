"""The demo: a recorded day of news, replayed through the real services."""
