"""The service that raises an alert when something watched appears in a story."""
