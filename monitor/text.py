"""Folding and tokens with offsets into the original."""
