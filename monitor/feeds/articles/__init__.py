"""From items to articles: which are new, which changed, which are the same under another id."""
