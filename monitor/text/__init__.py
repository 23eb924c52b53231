"""Text processing: tokens, known names, IPTC Media Topics, shingles."""
