"""The full text of articles, from their web pages."""
