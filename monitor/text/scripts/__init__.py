"""Rules of writing systems other than Latin: variants of letters, prefixes that are written together, and word boundaries.

monitor.text.tokens and the matcher use these modules. None of them costs time on a text that has none of their letters.
"""
