"""Training of the NER models that newsmonitor contains, from openly licensed texts in which people marked the names."""
