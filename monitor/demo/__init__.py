"""A recorded day of news, and the real services at work on it."""
