"""Matching articles against watches."""
