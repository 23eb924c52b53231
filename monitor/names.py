"""The known-names tables."""
