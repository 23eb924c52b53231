"""The watches' query language (docs/watches.md): text to tree and back, and what is wrong with it, where."""
