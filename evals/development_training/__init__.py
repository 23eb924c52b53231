"""Fitting how much the measures of a sentence count for its being a development."""
