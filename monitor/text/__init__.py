"""Text: tokens, the gazetteer, the Media Topics and the language packs. Independent of streams and config."""
