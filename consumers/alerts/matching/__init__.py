"""Matching articles against all watches at once. docs/architecture.md explains the index."""
