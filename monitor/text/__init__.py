"""Text: tokens, known names, Media Topics, and what is particular to a language. Knows nothing of streams or config."""
