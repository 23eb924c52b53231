"""The topics service."""
