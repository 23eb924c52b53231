"""Sentences with an office, and whom it means, in the words of this project."""
