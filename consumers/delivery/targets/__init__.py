"""The targets: how each behaves, what is let through to it, and who is told that one fails or is disabled."""
