"""The query language for watches (docs/watches.md): parsing, validation, formatting, and the fields that a query can name."""
