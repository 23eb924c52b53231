"""Fetching over HTTP, within limits of time and size, and as robots.txt allows."""
