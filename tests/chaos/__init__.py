"""Kill services at random times, and check that no article is lost and none is published twice: ``make kill``."""
