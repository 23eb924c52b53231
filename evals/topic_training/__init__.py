"""Training of the classifier that finds the top concepts of the IPTC Media Topics in English articles."""
