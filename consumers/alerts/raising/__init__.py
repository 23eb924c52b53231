"""Raising alerts: what a match changes, when a new version is due, and what the service remembers."""
