"""Traces of articles from fetch to delivery: spans around the work of the services, joined by a header of the records."""
