"""The full text of articles, from their pages."""
