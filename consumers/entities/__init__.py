"""The entities service: language, entities and claims of each article."""
