"""The stories service."""
