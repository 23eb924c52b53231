"""Sending what is due, and what comes of it."""
