"""Services killed at random moments, and what came of the articles: ``make kill``."""
