"""The set alerts_gold: the precision and recall with which watches find the documents that name their subjects."""
