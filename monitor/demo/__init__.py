"""The demo: a recorded day of news that the real services process."""
