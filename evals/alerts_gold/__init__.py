"""The set alerts_gold: how precisely, and how completely, watches find the documents that name their subjects."""
