"""What readers ask for: which versions of an alert, at which hours, and how often."""
