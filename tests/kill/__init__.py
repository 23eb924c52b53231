"""Kill services at random moments, and check that no article is lost and none is published twice: ``make kill``."""
